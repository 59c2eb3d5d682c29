import './qr.css'
import { useMemo } from 'react'
import { modulesOf, QUIET } from './modules.ts'

export interface QrCodeProps {
  readonly text: string
  /** What it is for. A screen reader reads it. */
  readonly label: string
}

/** A QR code that stands still. */
export function QrCode({ text, label }: QrCodeProps) {
  const { path, size } = useMemo(() => drawn(text), [text])
  const view = `${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`
  return (
    <svg className="qr" viewBox={view} role="img" aria-label={label} data-text={text} shapeRendering="crispEdges">
      <rect x={-QUIET} y={-QUIET} width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

/** Each run of dark modules in a row is one rectangle. */
function drawn(text: string): { readonly path: string; readonly size: number } {
  const { data, size } = modulesOf(text, 'M')
  const runs: string[] = []
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!data[y * size + x]) continue
      const start = x
      while (x < size && data[y * size + x]) x++
      runs.push(`M${start} ${y}h${x - start}v1h-${x - start}z`)
    }
  }
  return { path: runs.join(''), size }
}
