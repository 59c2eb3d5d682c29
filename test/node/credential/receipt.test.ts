import { expect } from 'chai'
import fc from 'fast-check'
import { decodeReceipt, encodeReceipt, type Receipt } from '../../../node/credential/receipt.ts'
import { toHex } from '../../../node/lib/bytes.ts'
import { refusal } from './support.ts'

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const receipts: fc.Arbitrary<Receipt> = fc
  .record({
    chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    log: fc.uint8Array({ minLength: 20, maxLength: 20 }).map(toHex),
    org: fc.nat(2 ** 32 - 1),
    purpose: hash.map(toHex),
    root: hash.map(toHex),
    entryHash: hash,
    height: fc.integer({ min: 4, max: 20 }),
    siblings: fc.array(hash, { minLength: 20, maxLength: 20 }),
    index: fc.nat(),
  })
  .map(({ height, siblings, index, ...rest }) => ({
    ...rest,
    size: 2 ** height,
    index: index % 2 ** height,
    path: siblings.slice(0, height),
  }))

describe('receipt', () => {
  it('has one encoding, and is decoded as it was encoded', () => {
    fc.assert(
      fc.property(receipts, receipt => {
        const bytes = encodeReceipt(receipt)
        expect(bytes).to.have.length(137 + 32 * Math.log2(receipt.size))
        expect(decodeReceipt(bytes)).to.deep.equal(receipt)
        expect(toHex(encodeReceipt(decodeReceipt(bytes)))).to.equal(toHex(bytes))
      }),
    )
  })

  it('has the documented layout', () => {
    const word = (byte: number) => new Uint8Array(32).fill(byte)
    const bytes = encodeReceipt({
      chainId: 0x0102030405,
      log: `0x${'aa'.repeat(20)}`,
      org: 0x0a0b0c0d,
      purpose: `0x${'bb'.repeat(32)}`,
      root: `0x${'cc'.repeat(32)}`,
      index: 3,
      size: 16,
      entryHash: word(0xdd),
      path: [word(1), word(2), word(3), word(4)],
    })
    expect(toHex(bytes)).to.equal(
      `0x01${'0000000102030405'}${'aa'.repeat(20)}0a0b0c0d${'bb'.repeat(32)}${'cc'.repeat(32)}${'00000003'}${'00000010'}` +
        ['dd', '01', '02', '03', '04'].map(byte => byte.repeat(32)).join(''),
    )
  })

  it('is refused in every other form', () => {
    const [receipt] = fc.sample(receipts, { numRuns: 1, seed: 7 }) as [Receipt]
    const bytes = encodeReceipt(receipt)
    const with32 = (at: number, value: number) => {
      const changed = bytes.slice()
      new DataView(changed.buffer).setUint32(at, value)
      return changed
    }
    const broken: Record<string, Uint8Array> = {
      empty: new Uint8Array(),
      'version 0': Uint8Array.from(bytes, (byte, i) => (i === 0 ? 0 : byte)),
      'cut short': bytes.slice(0, -1),
      'with more behind it': Uint8Array.from([...bytes, 0]),
      'a sibling too few': bytes.slice(0, -32),
      'a sibling too many': Uint8Array.from([...bytes, ...new Uint8Array(32)]),
      'a size that is no power of two': with32(101, receipt.size + 1),
      'a size below 16': with32(101, 8),
      'size zero': with32(101, 0),
      'a size beyond 2^20': with32(101, 2 ** 31),
      'an index outside': with32(97, receipt.size),
      'chain id 0': Uint8Array.from(bytes, (byte, i) => (i >= 1 && i < 9 ? 0 : byte)),
      'a chain id beyond 2^53': Uint8Array.from(bytes, (byte, i) => (i === 1 ? 0xff : byte)),
    }
    for (const [what, changed] of Object.entries(broken)) {
      expect(() => decodeReceipt(changed), what).to.throw()
      refusal('CREDENTIAL_ANCHOR_MISMATCH', () => decodeReceipt(changed))
    }
  })

  it('of a later version is unsupported, and not called a mismatch', () => {
    const [receipt] = fc.sample(receipts, { numRuns: 1, seed: 7 }) as [Receipt]
    for (const version of [2, 255]) {
      const changed = Uint8Array.from(encodeReceipt(receipt), (byte, i) => (i === 0 ? version : byte))
      refusal('CREDENTIAL_UNSUPPORTED', () => decodeReceipt(changed))
      refusal('CREDENTIAL_UNSUPPORTED', () => decodeReceipt(changed.slice(0, 1)))
    }
  })

  it('is not encoded with a member that is out of range', () => {
    const [receipt] = fc.sample(receipts, { numRuns: 1, seed: 8 }) as [Receipt]
    const wrong: Partial<Receipt>[] = [
      { chainId: 0 },
      { chainId: 1.5 },
      { org: 2 ** 32 },
      { index: receipt.size },
      { size: 8, path: receipt.path.slice(0, 3), index: 0 },
      { path: receipt.path.slice(1) },
      { path: [...receipt.path.slice(1), new Uint8Array(31)] },
      { entryHash: new Uint8Array(31) },
      { root: '0x00' },
      { log: '0x00' },
    ]
    for (const change of wrong) expect(() => encodeReceipt({ ...receipt, ...change })).to.throw(TypeError)
  })
})
