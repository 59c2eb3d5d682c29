import { crc32, deflateSync } from 'node:zlib'
import { concat, u32be, utf8 } from '../../../lib/bytes.ts'
import type { Canvas } from './canvas.ts'

const SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const FOUR_BITS = 4
const INDEXED = 3

/** A PNG of at most 16 colours (W3C PNG §11), four bits a pixel. `palette` holds red, green, blue. */
export function encodePng(canvas: Canvas, palette: readonly (readonly [number, number, number])[]): Uint8Array {
  const stride = 1 + Math.ceil(canvas.width / 2)
  const rows = new Uint8Array(stride * canvas.height)
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const shift = x % 2 === 0 ? 4 : 0
      const at = y * stride + 1 + (x >> 1)
      rows[at] = (rows[at] as number) | ((canvas.pixels[y * canvas.width + x] as number) << shift)
    }
  }
  const header = concat(u32be(canvas.width), u32be(canvas.height), new Uint8Array([FOUR_BITS, INDEXED, 0, 0, 0]))
  return concat(
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', new Uint8Array(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 6 })),
    chunk('IEND', new Uint8Array()),
  )
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat(utf8(type), data)
  return concat(u32be(data.length), body, u32be(crc32(body)))
}
