/**
 * A card in the virtual reader of vsmartcard (`vpcd`): what connects to its TCP port is the card. A message is two bytes
 * of length and its content; one byte is a control, everything else a command APDU.
 */
import { connect, type Socket } from 'node:net'
import type { CardReader } from '../../../../node/chip/reader/card-reader.ts'
import { concat, u16be } from '../../../../node/lib/bytes.ts'

export const VPCD_PORT = 35_963

/** Contactless, T=1 (ISO/IEC 7816-3): no historical bytes. */
const ATR = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01)
const Control = { off: 0, on: 1, reset: 2, atr: 4 } as const

/** Resolves when the reader has accepted the card. @returns takes it out again */
export async function insertVirtually(card: CardReader, port = VPCD_PORT): Promise<() => void> {
  const socket = connect(port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  void serve(card, socket)
  return () => socket.destroy()
}

async function serve(card: CardReader, socket: Socket): Promise<void> {
  for await (const message of messages(socket)) {
    const answer = await answerTo(card, message)
    if (answer !== undefined) socket.write(concat(u16be(answer.length), answer))
  }
}

async function answerTo(card: CardReader, message: Uint8Array): Promise<Uint8Array | undefined> {
  if (message.length !== 1) return card.transmit(message)
  if (message[0] === Control.atr) return ATR
  if (message[0] === Control.off || message[0] === Control.reset) await card.close()
  return undefined
}

async function* messages(socket: Socket): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE()) {
        const end = 2 + rest.readUInt16BE()
        yield new Uint8Array(rest.subarray(2, end))
        rest = rest.subarray(end)
      }
    }
  } catch {
    // The card was taken out.
  }
}
