import { constants, generateKeyPairSync, hash, privateDecrypt, sign } from 'node:crypto'
import { expect } from 'chai'
import {
  blockSigns,
  parseDg15,
  verifyActiveAuthentication,
} from '../../../../node/chip/document/active-authentication.ts'
import { signChallenge } from '../../../../node/chip/document/sign-challenge.ts'
import { tlv } from '../../../../node/chip/tlv.ts'
import { codeOf, random } from '../support.ts'

const FAILED = 'CHIP_ACTIVE_AUTHENTICATION_FAILED'
const challenge = random(8)
const der = { type: 'pkcs8', format: 'der' } as const

describe('active authentication with RSA', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const result = (answer: Uint8Array, asked = challenge) =>
    codeOf(() => verifyActiveAuthentication(publicKey, () => 'sha256', asked, answer))
  const power = (block: Uint8Array) => privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, block)

  /** A block as a chip makes it. */
  function block(name: string, trailer: readonly number[], header = 0x6a): Buffer {
    const size = hash(name, '', 'buffer').length
    const own = random(256 - 1 - size - trailer.length)
    const digest = hash(name, Buffer.concat([own, challenge]), 'buffer')
    return Buffer.concat([Buffer.of(header), own, digest, Buffer.from(trailer)])
  }

  it('recovers the block of the worked example in Doc 9303-11, appendix F', () => {
    const example = Buffer.from(
      '6A9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C98599F40B79F377B5F3A1406' +
        'B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD4E7292E2DCDA3024B47DA8C063AA1E6D22FBD976AB0FE73D' +
        '94D2D9C6D88127BC',
      'hex',
    )
    expect(blockSigns(example, Buffer.from('F173589974BF40C6', 'hex'))).to.equal(true)
    expect(blockSigns(example, Buffer.from('F173589974BF40C7', 'hex'))).to.equal(false)
  })

  it('accepts SHA-256, SHA-384 and SHA-512 by the trailer, and SHA-1 by the trailer of one byte', () => {
    for (const [name, ...trailer] of [
      ['sha256', 0x34, 0xcc],
      ['sha384', 0x36, 0xcc],
      ['sha512', 0x35, 0xcc],
      ['sha1', 0xbc],
    ] as const) {
      expect(result(power(block(name, trailer))), name).to.equal('none')
    }
  })

  it('accepts the smaller of s and n - s', () => {
    const n = BigInt(`0x${Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`)
    const other = n - BigInt(`0x${power(block('sha256', [0x34, 0xcc])).toString('hex')}`)
    expect(result(Buffer.from(other.toString(16).padStart(512, '0'), 'hex'))).to.equal('none')
  })

  it('refuses other hashes, headers and lengths', () => {
    const good = power(block('sha256', [0x34, 0xcc]))
    const wrong: Record<string, Uint8Array> = {
      'SHA-1 in a trailer of two bytes': power(block('sha1', [0x33, 0xcc])),
      'SHA-224': power(block('sha224', [0x38, 0xcc])),
      'an unknown trailer': power(block('sha256', [0x34, 0xcd])),
      'a block that recovers the whole message': power(block('sha256', [0x34, 0xcc], 0x4a)),
      'another hash than the trailer says': power(block('sha256', [0x35, 0xcc])),
      'a byte more': Buffer.concat([good, Buffer.of(0)]),
      'a byte less': good.subarray(1),
      nothing: new Uint8Array(),
      'a number above n': new Uint8Array(256).fill(0xff),
      zero: new Uint8Array(256),
      one: new Uint8Array(256).with(255, 1),
      'another padding': sign('sha256', challenge, privateKey),
    }
    for (const [what, answer] of Object.entries(wrong)) expect(result(answer), what).to.equal(FAILED)
  })

  it('refuses the answer to another challenge', () => {
    const answer = signChallenge(privateKey.export(der), challenge, random)
    expect(result(answer)).to.equal('none')
    expect(result(answer, random(8))).to.equal(FAILED)
  })

  it('takes no key that is short or has an exponent of its own', () => {
    const dg15 = (modulusLength: number, publicExponent = 65_537) =>
      tlv(
        0x6f,
        generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ type: 'spki', format: 'der' }),
      )
    expect(codeOf(() => parseDg15(dg15(2048)))).to.equal('none')
    expect(codeOf(() => parseDg15(dg15(2048, 3)))).to.equal('none')
    expect(codeOf(() => parseDg15(dg15(1024)))).to.equal('CHIP_DOCUMENT_UNSUPPORTED')
    // Built by hand, since nobody generates such keys.
    const spki = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }) as {
      n: string
    }
    const number = (bytes: Buffer) =>
      tlv(0x02, (bytes[0] as number) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
    const withExponent = (exponent: Buffer) => {
      const key = tlv(0x30, number(Buffer.from(spki.n, 'base64url')), number(exponent))
      const algorithm = tlv(0x30, Buffer.from('06092a864886f70d010101', 'hex'), Buffer.of(5, 0))
      return tlv(0x6f, tlv(0x30, algorithm, tlv(0x03, Buffer.of(0), key)))
    }
    expect(codeOf(() => parseDg15(withExponent(Buffer.of(1, 0, 1))))).to.equal('none')
    for (const exponent of [Buffer.of(1), Buffer.of(1, 0, 0, 0, 1), Buffer.alloc(200, 0x11)]) {
      expect(codeOf(() => parseDg15(withExponent(exponent)))).to.match(/CHIP_DOCUMENT_(UNSUPPORTED|MALFORMED)/)
    }
  })
})

describe('active authentication with ECDSA', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const result = (answer: Uint8Array, name: 'sha256' | 'sha384' = 'sha256') =>
    codeOf(() => verifyActiveAuthentication(publicKey, () => name, challenge, answer))
  const plain = signChallenge(privateKey.export(der), challenge, random)

  it('accepts r ‖ s with the hash that DG14 states, and nothing else', () => {
    expect(result(plain)).to.equal('none')
    expect(result(plain, 'sha384')).to.equal(FAILED)
    expect(result(sign('sha256', challenge, privateKey))).to.equal(FAILED)
    for (const wrong of [
      new Uint8Array(),
      new Uint8Array(64),
      plain.subarray(1),
      Buffer.concat([plain, Buffer.of(0)]),
    ]) {
      expect(result(wrong)).to.equal(FAILED)
    }
  })
})
