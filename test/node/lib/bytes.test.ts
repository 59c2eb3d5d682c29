import { expect } from 'chai'
import fc from 'fast-check'
import {
  ascii,
  compareBytes,
  concat,
  equalBytes,
  fromBase64url,
  fromBase64urlPortable,
  fromHex,
  fromUtf8,
  readU32be,
  readU64be,
  textFromBase64url,
  textToBase64url,
  toBase64url,
  toBase64urlPortable,
  toHex,
  u32be,
  u64be,
  utf8,
} from '../../../node/lib/bytes.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'

const bytes = fc.uint8Array({ maxLength: 100 })

describe('base64url', () => {
  it('gives the same text natively and portably, and decodes it to the same bytes', () => {
    fc.assert(
      fc.property(bytes, fc.nat(10), (data, offset) => {
        const view = concat(new Uint8Array(offset), data).subarray(offset)
        const text = toBase64url(view)
        expect(text).to.equal(toBase64urlPortable(view))
        expect(fromBase64url(text)).to.deep.equal(data)
        expect(fromBase64urlPortable(text)).to.deep.equal(data)
      }),
    )
  })

  it('accepts one text for each byte string, natively and portably alike', () => {
    const letters = fc
      .array(fc.constantFrom(...'ABab09-_+/= \n.é\u0141'), { maxLength: 9 })
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(letters, text => {
        const attempt = (decode: (text: string) => Uint8Array) => {
          try {
            return toHex(decode(text))
          } catch (error) {
            expect(error).to.be.instanceOf(ParseError)
            return 'refused'
          }
        }
        const result = attempt(fromBase64url)
        expect(attempt(fromBase64urlPortable)).to.equal(result)
        if (result !== 'refused') expect(toBase64url(fromHex(result))).to.equal(text)
      }),
      { numRuns: 2000 },
    )
  })

  for (const text of ['A', 'AB', 'AA==', 'A+/A', 'AA A', 'ABC', 'AAAAA', 'AA\n', '한']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => fromBase64url(text)).to.throw(ParseError)
      expect(() => fromBase64urlPortable(text)).to.throw(ParseError)
    })
  }

  it('is the same for texts longer than the scratch space', () => {
    for (const length of [12_287, 12_288, 12_289, 16_383, 16_384, 16_385, 50_000]) {
      const data = new Uint8Array(length).map((_, i) => (i * 7) % 251)
      const text = toBase64urlPortable(data)
      expect(toBase64url(data)).to.equal(text)
      expect(fromBase64url(text)).to.deep.equal(data)
      const long = '도'.repeat(length / 3)
      expect(textFromBase64url(textToBase64url(long))).to.equal(long)
    }
  })

  it('returns bytes with their own memory, never a part of a shared pool', () => {
    const decoded = fromBase64url('AAEC')
    expect(decoded.constructor).to.equal(Uint8Array)
    expect(decoded.buffer.byteLength).to.equal(3)
  })
})

describe('texts as base64url', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\0', 'a\0', '\0b', '\ufffd', '', '@'))

  it('are decoded as they were encoded', () => {
    fc.assert(
      fc.property(text, one => {
        const encoded = textToBase64url(one.toWellFormed())
        expect(encoded).to.equal(toBase64urlPortable(utf8(one.toWellFormed())))
        expect(textFromBase64url(encoded)).to.equal(one.toWellFormed())
      }),
    )
  })

  it('are refused when the base64url or the UTF-8 is', () => {
    const encoded = fc.oneof(
      fc.array(fc.constantFrom(...'AAAQgw048-_f+= \u0141'), { maxLength: 6 }).map(letters => letters.join('')),
      fc.uint8Array({ maxLength: 4 }).map(toBase64url),
    )
    const attempt = (decode: () => string) => {
      try {
        return decode()
      } catch {
        return null
      }
    }
    fc.assert(
      fc.property(encoded, one => {
        const portable = attempt(() => fromUtf8(fromBase64urlPortable(one)))
        expect(attempt(() => textFromBase64url(one))).to.equal(portable)
      }),
      { numRuns: 5000 },
    )
  })

  it('as ASCII are the octets of the text', () => {
    expect([...ascii('a.b~')]).to.deep.equal([0x61, 0x2e, 0x62, 0x7e])
  })
})

describe('hex', () => {
  it('is decoded as it was encoded, in upper and lower case', () => {
    fc.assert(
      fc.property(bytes, data => {
        expect(fromHex(toHex(data))).to.deep.equal(data)
        expect(fromHex(`0x${toHex(data).slice(2).toUpperCase()}`)).to.deep.equal(data)
      }),
    )
  })

  for (const text of ['', '00', '0x0', '0xg0', '0x 0', 'x00', '0X00']) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(() => fromHex(text)).to.throw(ParseError))
  }
})

describe('bytes', () => {
  it('reads the integers it writes', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(5), (small, large, at) => {
        expect(readU32be(concat(new Uint8Array(at), u32be(small)), at)).to.equal(small)
        expect(readU64be(concat(new Uint8Array(at), u64be(large)), at)).to.equal(large)
      }),
    )
  })

  it('compares bytes in the order of text', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).to.equal(Math.sign(Buffer.compare(a, b)))
        expect(equalBytes(a, b)).to.equal(Buffer.compare(a, b) === 0)
      }),
    )
  })

  it('reads only well-formed UTF-8, and keeps a byte order mark visible', () => {
    expect(fromUtf8(utf8('도장'))).to.equal('도장')
    expect(fromUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).to.equal('\ufeffa')
    for (const broken of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      expect(() => fromUtf8(new Uint8Array(broken))).to.throw(ParseError)
    }
  })
})
