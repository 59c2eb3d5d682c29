/** Reads the code on a page from pictures of its screen, as another device's camera does. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Locator } from 'playwright-core'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { FrameReader } from '../../../node/verifier/in-person/frames.ts'

// Otherwise the library would load it from the network.
const wasm = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')))
prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(wasm).buffer } })

const MOST_PICTURES = 200

/** The message of a code, still or animated. @throws {Error} if it is not complete after so many pictures */
export async function readCode(code: Locator): Promise<Uint8Array> {
  const reader = new FrameReader()
  for (let pictures = 0; pictures < MOST_PICTURES; pictures++) {
    const picture = Uint8Array.from(await code.screenshot())
    for (const { text } of await readBarcodes(picture, { formats: ['QRCode'] })) {
      const { complete } = reader.add(text)
      if (complete) return complete
    }
  }
  throw new Error('the code on the screen could not be read')
}
