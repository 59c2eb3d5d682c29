import QRCode from 'qrcode'
import type { Terminal } from './terminal.ts'

const LEVEL = { errorCorrectionLevel: 'L' } as const
/** The light margin that cameras need, in modules. */
const QUIET = 1

/** Draws a QR code on a terminal, dark on light with any colour scheme. It writes nothing to a file or a pipe. */
export async function showQr(stream: Terminal['stderr'], text: string): Promise<void> {
  if (!stream.isTTY) return
  // If it is wider than the terminal, its lines wrap and no camera can read it.
  if (QRCode.create(text, LEVEL).modules.size + 2 * QUIET > (stream.columns || 80)) {
    stream.write('(the QR code is wider than this terminal: make it wider, or use the link)\n')
    return
  }
  stream.write(`${await QRCode.toString(text, { type: 'terminal', small: true, ...LEVEL })}\n`)
}
