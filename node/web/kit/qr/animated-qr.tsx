import './qr.css'
import { useEffect, useRef } from 'react'
import { modulesOf, QUIET } from './modules.ts'

export interface AnimatedQrProps {
  /** The text of the next frame. Must be stable between renders; another function begins another code. */
  readonly next: () => string
  /** Frames a second. Measured: 12 is read well, and more gains little (docs/in-person.md). */
  readonly rate?: number
  /** What it is for. A screen reader reads it. */
  readonly label: string
}

/** A QR code that changes many times a second, for contents that are too long for one code. */
export function AnimatedQr({ next, rate = 12, label }: AnimatedQrProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const target = canvas.current
    if (target === null) return
    const show = () => draw(target, next())
    show()
    const timer = setInterval(show, 1000 / rate)
    return () => clearInterval(timer)
  }, [next, rate])
  return <canvas ref={canvas} className="qr qr-animated" role="img" aria-label={label} />
}

/** One pixel a module: the stylesheet enlarges it without smoothing. */
function draw(canvas: HTMLCanvasElement, text: string): void {
  const { data, size } = modulesOf(text, 'L')
  const width = size + 2 * QUIET
  if (canvas.width !== width) {
    canvas.width = width
    canvas.height = width
  }
  const context = canvas.getContext('2d', { alpha: false })
  if (context === null) return
  const image = context.createImageData(width, width)
  const pixels = new Uint32Array(image.data.buffer).fill(WHITE)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (data[y * size + x]) pixels[(y + QUIET) * width + x + QUIET] = BLACK
    }
  }
  context.putImageData(image, 0, 0)
}

// The bytes of a pixel are red, green, blue and opacity; these two values are the same in either byte order but for it.
const [WHITE = 0, BLACK = 0] = new Uint32Array(new Uint8Array([255, 255, 255, 255, 0, 0, 0, 255]).buffer)
