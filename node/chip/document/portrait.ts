/** The image formats of ISO/IEC 19794-5 §5.7.2, JPEG and JPEG 2000: what they are, and their size. Nothing is decoded. */
import { convertIndexedToRgb, type DecodedPng, decode as decodePng } from 'fast-png'
import { encode as encodeJpeg } from 'jpeg-js'
import { imageType } from '../../credential/image.ts'
import { equalBytes, readU32be } from '../../lib/bytes.ts'
import { cannotBeMade } from '../errors.ts'

export type PortraitType = 'image/jpeg' | 'image/jp2' | 'image/j2k'

export interface Portrait {
  readonly bytes: Uint8Array
  readonly mediaType: PortraitType
}

export interface PortraitSize {
  readonly width: number
  readonly height: number
}

/** The signature box of a JP2 file (ISO/IEC 15444-1 §I.5.1), and the markers SOC and SIZ of a bare codestream (§A.4). */
const JP2 = Uint8Array.of(0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a)
const CODESTREAM = Uint8Array.of(0xff, 0x4f, 0xff, 0x51)
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff)

/** By the first bytes; undefined unless it is JPEG or JPEG 2000. */
export function portraitType(image: Uint8Array): PortraitType | undefined {
  const begins = (bytes: Uint8Array) => equalBytes(image.subarray(0, bytes.length), bytes)
  if (begins(JPEG)) return 'image/jpeg'
  if (begins(JP2)) return 'image/jp2'
  return begins(CODESTREAM) ? 'image/j2k' : undefined
}

/** As the header of the image states; undefined if there is none. */
export function portraitSize(image: Uint8Array): PortraitSize | undefined {
  const type = portraitType(image)
  if (type === 'image/jpeg') return jpegSize(image)
  if (type === 'image/j2k') return image.length < 16 ? undefined : sizeAt(image, 8)
  const header = type === 'image/jp2' ? Buffer.from(image).indexOf('ihdr') : -1
  if (header < 0 || image.length < header + 12) return undefined
  return { height: readU32be(image, header + 4), width: readU32be(image, header + 8) }
}

const sizeAt = (image: Uint8Array, at: number): PortraitSize => ({
  width: readU32be(image, at),
  height: readU32be(image, at + 4),
})

/** Start of frame, whose segment contains the size (ITU-T T.81 §B.2.2): C0 to CF but the tables C4, C8 and CC. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function jpegSize(image: Uint8Array): PortraitSize | undefined {
  const u16 = (at: number) => ((image[at] ?? 0) << 8) | (image[at + 1] ?? 0)
  for (let at = 2; at + 9 <= image.length && image[at] === 0xff; at += 2 + Math.max(2, u16(at + 2))) {
    if (isFrame(image[at + 1] as number)) return { height: u16(at + 5), width: u16(at + 7) }
  }
  return undefined
}

const MAX_PIXELS = 500_000
/** The width and height of a PNG are the first members of its first chunk (W3C PNG §11.2.1). */
const PNG_WIDTH = 16
const PNG_HEADER = 24
const QUALITY = 85

/**
 * The portrait of the register as a chip can contain it: a PNG becomes a JPEG.
 * @throws {ChipError} CHIP_CANNOT_BE_MADE
 */
export function portraitForChip(image: Uint8Array): Portrait & PortraitSize {
  const bytes = imageType(image) === 'image/png' ? jpegOf(image) : image
  const mediaType = portraitType(bytes)
  const size = portraitSize(bytes)
  if (mediaType === undefined || size === undefined)
    throw cannotBeMade('portrait', 'it is not a JPEG, JPEG 2000 or PNG image')
  return { bytes, mediaType, ...size }
}

function jpegOf(png: Uint8Array): Uint8Array {
  if (png.length < PNG_HEADER) throw cannotBeMade('portrait', 'it ends too early')
  const claimed = sizeAt(png, PNG_WIDTH)
  if (claimed.width * claimed.height > MAX_PIXELS)
    throw cannotBeMade('portrait', `it has more than ${MAX_PIXELS} pixels`)
  try {
    const { width, height, data } = rgba(decodePng(png, { checkCrc: true }))
    return Uint8Array.from(encodeJpeg({ width, height, data }, QUALITY).data)
  } catch (cause) {
    throw cannotBeMade('portrait', 'it cannot be decoded', cause)
  }
}

/** The encoder takes four bytes for each pixel. Grey has one channel, and each may be followed by opacity. */
function rgba(png: DecodedPng) {
  const { width, height } = png
  const colours = png.palette ? convertIndexedToRgb(png) : png.data
  const channels = Math.round(colours.length / (width * height))
  if (!png.palette && png.depth !== 8) throw new TypeError('eight bits for each channel are expected')
  const pixels = new Uint8Array(width * height * 4).fill(0xff)
  for (let i = 0; i < width * height; i++) {
    for (let part = 0; part < 3; part++) {
      pixels[i * 4 + part] = colours[i * channels + (channels < 3 ? 0 : part)] as number
    }
  }
  return { width, height, data: pixels }
}
