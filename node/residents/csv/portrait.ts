/**
 * Whether a portrait can be shown. Wallets and verifiers get it as it is, so it is decoded once, when it comes in.
 * Why these formats and libraries: docs/decisions/090.
 */
import { decode as decodePng } from 'fast-png'
import { decode as decodeJpeg } from 'jpeg-js'
import { imageType } from '../../credential/image.ts'
import { readU32be } from '../../lib/bytes.ts'

/** More than a passport photograph at 300 dots per inch has (413 x 531). A header may claim any size. */
export const MAX_PIXELS = 500_000

/** The width and height of a PNG are the first members of its first chunk (W3C PNG §11.2.1). */
const PNG_WIDTH = 16
const PNG_HEIGHT = 20
const PNG_HEADER = 24

const JPEG_OPTIONS = {
  maxResolutionInMP: MAX_PIXELS / 1_000_000,
  maxMemoryUsageInMB: 64,
  tolerantDecoding: false,
  useTArray: true,
} as const

/** Whether it is a JPEG or PNG image that decodes as a whole, of at most `MAX_PIXELS`. */
export function isPortrait(image: Uint8Array): boolean {
  const type = imageType(image)
  if (type === 'image/jpeg') return decodes(() => decodeJpeg(image, JPEG_OPTIONS))
  return type === 'image/png' && pngPixels(image) <= MAX_PIXELS && decodes(() => decodePng(image, { checkCrc: true }))
}

/** As the header claims. */
const pngPixels = (image: Uint8Array): number =>
  image.length < PNG_HEADER ? 0 : readU32be(image, PNG_WIDTH) * readU32be(image, PNG_HEIGHT)

/** The libraries throw errors of several kinds for bytes that they cannot decode. They do nothing else that could fail. */
function decodes(decode: () => unknown): boolean {
  try {
    decode()
    return true
  } catch {
    return false
  }
}
