import { useMemo } from 'react'
import { framesOf } from '../../verifier/in-person/frames.ts'
import { MessageQr } from '../kit/qr/message-qr.tsx'
import { usePreferences } from './preferences.tsx'

export interface ShownCodeProps {
  readonly message: Uint8Array
  readonly label: string
}

/** A message as a code, in squares of the size that the holder prefers. */
export function ShownCode({ message, label }: ShownCodeProps) {
  const size = usePreferences().largeSquares ? 'large' : 'normal'
  const frames = useMemo(() => framesOf(message, size), [message, size])
  return <MessageQr frames={frames} size={size} label={label} />
}
