import { useMemo } from 'react'
import { CODE_SIZES, framesOf } from '../../verifier/in-person/frames.ts'
import { AnimatedQr } from '../kit/qr/animated-qr.tsx'
import { usePreferences } from './preferences.tsx'

export interface ShownCodeProps {
  readonly message: Uint8Array
  readonly label: string
}

/** A message of the formats in person, as a code that moves if it is too long for one that stands still. */
export function ShownCode({ message, label }: ShownCodeProps) {
  const size = usePreferences().largeSquares ? 'large' : 'normal'
  const next = useMemo(() => {
    const frames = framesOf(message, size)
    let frame = 0
    return () => frames.text(frame++)
  }, [message, size])
  return <AnimatedQr next={next} rate={CODE_SIZES[size].framesPerSecond} label={label} />
}
