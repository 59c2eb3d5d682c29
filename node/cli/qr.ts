import QRCode from 'qrcode'
import type { Terminal } from './terminal.ts'

const LEVEL = { errorCorrectionLevel: 'L' } as const
/** The light margin that cameras need, in modules. */
const QUIET = 1

/** Draws a QR code on a terminal, dark on light whatever its colours; into a file or a pipe it would only be noise. */
export async function showQr(stream: Terminal['stderr'], text: string): Promise<void> {
  if (!stream.isTTY) return
  // Wider than the terminal it would wrap, and no camera could read it.
  if (QRCode.create(text, LEVEL).modules.size + 2 * QUIET > (stream.columns || 80)) {
    stream.write('(the QR code is wider than this terminal: make it wider, or use the link)\n')
    return
  }
  stream.write(`${await QRCode.toString(text, { type: 'terminal', small: true, ...LEVEL })}\n`)
}
