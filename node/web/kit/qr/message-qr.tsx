import { useMemo } from 'react'
import { CODE_SIZES, type CodeSize, type Frames } from '../../../verifier/in-person/frames.ts'
import { AnimatedQr } from './animated-qr.tsx'

export interface MessageQrProps {
  readonly frames: Frames
  readonly size: CodeSize
  readonly label: string
}

/** A message of the formats in person (docs/in-person.md). A short one is a code that stands still: all its frames are the same. */
export function MessageQr({ frames, size, label }: MessageQrProps) {
  const next = useMemo(() => {
    let frame = 0
    return () => frames.text(frame++)
  }, [frames])
  return <AnimatedQr next={next} rate={CODE_SIZES[size].framesPerSecond} label={label} />
}
