import QRCode from 'qrcode'
import type { Terminal } from './terminal.ts'

/** Draws a QR code on a terminal, dark on light whatever its colours; into a file or a pipe it would only be noise. */
export async function showQr(stream: Terminal['stderr'], text: string): Promise<void> {
  if (!stream.isTTY) return
  stream.write(`${await QRCode.toString(text, { type: 'terminal', small: true, errorCorrectionLevel: 'L' })}\n`)
}
