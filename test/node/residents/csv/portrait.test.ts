import { expect } from 'chai'
import { encode as encodePng } from 'fast-png'
import { decode as decodeJpeg, encode as encodeJpeg } from 'jpeg-js'
import { isPortrait, MAX_PIXELS } from '../../../../node/residents/csv/portrait.ts'
import { population } from '../support.ts'

/** A picture with some content. */
function pixels(width: number, height: number, channels = 4): Uint8Array {
  return new Uint8Array(width * height * channels).map((_, i) => 128 + 60 * Math.sin(i / 97) * Math.cos(i / 3001))
}
const jpeg = (width: number, height: number): Uint8Array =>
  new Uint8Array(encodeJpeg({ width, height, data: Buffer.from(pixels(width, height)) }, 20).data)
const png = (width: number, height: number): Uint8Array =>
  encodePng({ width, height, data: pixels(width, height, 1), channels: 1 })

describe('portraits', () => {
  it('are JPEG and PNG images that decode', () => {
    for (const image of [jpeg(120, 160), png(120, 160), ...population(3).map(({ portrait }) => portrait)]) {
      expect(isPortrait(image)).to.equal(true)
    }
    expect(decodeJpeg(jpeg(120, 160)).height).to.equal(160)
  })

  it('are not three bytes with the signature of an image, or a text behind it', () => {
    const html = Buffer.from('<!doctype html><script>alert(1)</script>'.repeat(20))
    for (const signature of [[0xff, 0xd8, 0xff], [0xff, 0xd8, 0xff, 0xe0, 0, 16], [...png(1, 1).subarray(0, 8)]]) {
      expect(isPortrait(new Uint8Array(signature))).to.equal(false)
      expect(isPortrait(new Uint8Array([...signature, ...html]))).to.equal(false)
    }
  })

  it('are not cut anywhere, and have no wrong checksum', () => {
    for (const image of [jpeg(64, 80), png(64, 80)]) {
      expect(isPortrait(image)).to.equal(true)
      for (let length = 0; length < image.length; length += 7) {
        expect(isPortrait(image.subarray(0, length)), String(length)).to.equal(false)
      }
      expect(isPortrait(image.subarray(0, -1))).to.equal(false)
    }
    const changed = png(64, 80)
    changed[changed.length - 20] = (changed[changed.length - 20] as number) ^ 1
    expect(isPortrait(changed)).to.equal(false)
  })

  it('have no more pixels than the limit, whatever the header claims', () => {
    const side = Math.floor(Math.sqrt(MAX_PIXELS))
    expect(isPortrait(jpeg(side, side))).to.equal(true)
    expect(isPortrait(png(side, side))).to.equal(true)
    expect(isPortrait(jpeg(side + 8, side + 8))).to.equal(false)
    expect(isPortrait(png(side + 8, side + 8))).to.equal(false)
    const claims = (image: Uint8Array, at: number, bytes: readonly number[]) => {
      image.set(bytes, at)
      return isPortrait(image)
    }
    // 16,000 x 8,000: in the frame header of a JPEG (height first), and in the first chunk of a PNG.
    const frame = Buffer.from(jpeg(64, 80)).indexOf(Buffer.from([0xff, 0xc0])) + 5
    expect(claims(jpeg(64, 80), frame, [0x1f, 0x40, 0x3e, 0x80])).to.equal(false)
    expect(claims(png(64, 80), 16, [0, 0, 0x3e, 0x80, 0, 0, 0x1f, 0x40])).to.equal(false)
    expect(claims(png(64, 80), 16, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])).to.equal(false)
  })

  it('are not WebP: nothing here decodes it', () => {
    const webp = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WEBPVP8 '), Buffer.alloc(40)])
    expect(isPortrait(webp)).to.equal(false)
  })
})
