import { deflateRawSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { concat, toBase64url, u16be, utf8 } from '../../../../node/lib/bytes.ts'
import { MAX_TEXT, pack, unpack } from '../../../../node/verifier/in-person/packing.ts'
import { failureOf } from '../../../support/failure.ts'
import { issue, present } from '../support.ts'

const raw = (skeleton: Uint8Array, blobs = new Uint8Array(), form = 1) => {
  const deflated = deflateRawSync(skeleton)
  return concat(Uint8Array.of(form), u16be(deflated.length), deflated, blobs)
}

describe('packing', () => {
  it('a presentation comes back byte for byte, in less than two thirds of its size', async () => {
    const text = JSON.stringify({ vp_token: { resident: [present(issue().text)] }, state: 'af0ifjsldkj' })
    const packed = await pack(text)
    expect(await unpack(packed)).to.equal(text)
    expect(packed.length / text.length).to.be.below(0.66)
  })

  it('every text comes back', async () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 300 }).map(bytes => toBase64url(bytes)),
      fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes).toString('base64')),
      fc.json().map(text => toBase64url(utf8(toBase64url(utf8(text))))),
      fc.json().map(text => toBase64url(utf8(`{"a":"${toBase64url(utf8(text))}"}`))),
      fc.stringMatching(/^[A-Za-z0-9_/+=-]{0,60}$/),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part), async parts => {
        const text = parts.join('.')
        fc.pre(text.isWellFormed())
        expect(await unpack(await pack(text))).to.equal(text)
      }),
      { numRuns: 300 },
    )
  })

  it('base64 that is not canonical is sent as it is', async () => {
    const jws = `${toBase64url(utf8('{"alg":"ES256","typ":"x","pad":"ABCdef123456789012345"}'))}.QUJDREVGR0hJSktMTU5PUFFSU1RVVl1`
    expect(await unpack(await pack(jws))).to.equal(jws)
  })

  it('a text with bytes that the format uses is sent as it is', async () => {
    const text = `\u0003${'a'.repeat(500)}\u0001`
    expect((await pack(text))[0]).to.equal(0)
    expect(await unpack(await pack(text))).to.equal(text)
  })
})

describe('attacks with packed texts', () => {
  const refused = async (bytes: Uint8Array) => ((await failureOf(unpack(bytes))) as { code?: string }).code

  it('a decompression bomb is refused before it is inflated', async () => {
    const bomb = raw(new Uint8Array(50_000_000).fill(0x61))
    expect(bomb.length).to.be.below(60_000)
    const before = process.memoryUsage().arrayBuffers
    expect(await refused(bomb)).to.equal('PARSE_LENGTH')
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(10_000_000)
  })

  it('a text that grows by its encodings is refused', async () => {
    const inner = new Uint8Array(MAX_TEXT - 10).fill(0x61)
    expect(await refused(raw(concat(Uint8Array.of(3), inner, Uint8Array.of(4))))).to.equal('PARSE_LENGTH')
    await failureOf(pack('a'.repeat(MAX_TEXT + 1)))
  })

  it('parts that are too deep, do not close, or close too often are refused', async () => {
    for (const skeleton of [[3, 3, 3, 3, 4, 4, 4, 4], [3], [4], [3, 4, 4], [1], [1, 0], [2, 0]]) {
      expect(await refused(raw(Uint8Array.from(skeleton))), skeleton.join()).to.equal('PARSE_VALUE')
    }
    expect(await unpack(raw(Uint8Array.from([3, 3, 3, 4, 4, 4])))).to.equal('')
  })

  it('bytes that are missing, or left over, or of another form are refused', async () => {
    expect(await refused(raw(Uint8Array.from([1, 0, 5]), new Uint8Array(4)))).to.equal('PARSE_LENGTH')
    expect(await refused(raw(Uint8Array.from([1, 0, 5]), new Uint8Array(6)))).to.equal('PARSE_LENGTH')
    expect(await refused(raw(utf8('text'), new Uint8Array(), 7))).to.equal('PARSE_VALUE')
    expect(await refused(new Uint8Array())).to.equal('PARSE_LENGTH')
    expect(await refused(Uint8Array.of(0, 0xff, 0xfe))).to.equal('PARSE_ENCODING')
    expect(await refused(concat(Uint8Array.of(1), u16be(9), utf8('not a str')))).to.equal('PARSE_VALUE')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async bytes => {
        await unpack(bytes).catch(error => expect(error.name).to.equal('ParseError'))
      }),
    )
  })
})
