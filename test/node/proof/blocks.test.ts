import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { type Hex, toHex } from '../../../node/lib/bytes.ts'
import { ProofError } from '../../../node/proof/errors.ts'
import { decodeExtraData, encodeExtraData, voteOf } from '../../../node/proof/extra.ts'
import {
  blockHash,
  decodeHeader,
  encodeHeader,
  type Header,
  headerToJson,
  parseHeader,
  sealedHash,
} from '../../../node/proof/header.ts'
import { quorum, recoverSigners, validatorsOf, verifySeals } from '../../../node/proof/seals.ts'
import { codeOf } from './refused.ts'

interface Fixture {
  readonly note: string
  readonly expect: {
    readonly round: number
    readonly validators: Hex[]
    readonly vote: unknown
    readonly blockHash: Hex
    readonly sealedHash: Hex
    readonly signers: Hex[]
    readonly quorum: number
  }
  readonly block: Record<string, unknown>
}

const fixtures: Fixture[] = JSON.parse(readFileSync('test/fixtures/qbft/blocks.json', 'utf8'))

describe('proof: real QBFT blocks', () => {
  for (const { note, expect: want, block } of fixtures) {
    it(`block ${Number(block.number)}: ${note}`, () => {
      const header = parseHeader(block)
      const extra = decodeExtraData(header.extraData)
      expect(extra.round).to.equal(want.round)
      expect(validatorsOf(header)).to.deep.equal(want.validators)
      expect(voteOf(extra) !== null).to.equal(want.vote !== null)
      expect(toHex(blockHash(header))).to.equal(want.blockHash)
      expect(toHex(sealedHash(header))).to.equal(want.sealedHash)
      expect(recoverSigners(header)).to.deep.equal(want.signers)
      if (header.number > 0) {
        expect(quorum(want.validators.length)).to.equal(want.quorum)
        expect(verifySeals(header, want.validators)).to.deep.equal(want.signers)
      }
      expect(encodeExtraData(extra)).to.deep.equal(header.extraData)
      expect(decodeHeader(encodeHeader(header))).to.deep.equal(header)
      expect(headerToJson(header)).to.deep.include({ stateRoot: block.stateRoot, number: block.number })
    })
  }

  it('genesis has no seals, so it proves nothing', () => {
    const genesis = parseHeader(fixtures[0]?.block)
    expect(codeOf(() => verifySeals(genesis, validatorsOf(genesis)))).to.equal('PROOF_QUORUM_MISSING')
  })
})

describe('proof: what is refused', () => {
  const fixture = fixtures.find(f => f.expect.round === 0 && f.expect.signers.length === 3) as Fixture
  const later = fixtures.find(f => f.expect.round > 0 && f.expect.signers.length === 3) as Fixture
  const header = parseHeader(fixture.block)
  const extra = decodeExtraData(header.extraData)
  const trusted = fixture.expect.validators
  const withExtra = (change: Partial<typeof extra>, of: Header = header): Header => ({
    ...of,
    extraData: encodeExtraData({ ...decodeExtraData(of.extraData), ...change }),
  })
  const refusal = (changed: Header, set: readonly Hex[] = trusted) => codeOf(() => verifySeals(changed, set))

  it('any other member of the header', () => {
    const flipped = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte))
    for (const [name, value] of Object.entries(header)) {
      if (name === 'extraData') continue
      const other = value instanceof Uint8Array ? flipped(value) : typeof value === 'bigint' ? value + 1n : value + 1
      const changed = { ...header, [name]: other } as Header
      expect(refusal(changed), name).to.equal('PROOF_SEAL_FOREIGN')
      expect(toHex(blockHash(changed)), name).to.not.equal(fixture.expect.blockHash)
    }
  })

  it('another vanity, set, vote or round', () => {
    expect(refusal(withExtra({ vanity: extra.vanity.map(byte => byte ^ 1) }))).to.equal('PROOF_SEAL_FOREIGN')
    expect(refusal(withExtra({ validators: extra.validators.slice(1) }))).to.equal('PROOF_SEAL_FOREIGN')
    expect(refusal(withExtra({ vote: [new Uint8Array(20), new Uint8Array([0xff])] }))).to.equal('PROOF_SEAL_FOREIGN')
    expect(refusal(withExtra({ round: 1 }))).to.equal('PROOF_SEAL_FOREIGN')
  })

  it('a block of a later round whose seals are taken to sign the block hash', () => {
    expect(refusal(withExtra({ round: 0 }, parseHeader(later.block)), later.expect.validators)).to.equal(
      'PROOF_SEAL_FOREIGN',
    )
  })

  it('one seal too few, and the same seal counted twice', () => {
    const [first, second] = extra.seals as [Uint8Array, Uint8Array]
    expect(refusal(withExtra({ seals: [first, second] }))).to.equal('PROOF_QUORUM_MISSING')
    expect(refusal(withExtra({ seals: [] }))).to.equal('PROOF_QUORUM_MISSING')
    expect(refusal(withExtra({ seals: [first, second, first] }))).to.equal('PROOF_SEAL_INVALID')
  })

  it('the second form (r, n - s, v ^ 1) of a seal counted as another validator', () => {
    const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const seal = extra.seals[0] as Uint8Array
    const s = (n - BigInt(toHex(seal.subarray(32, 64)))).toString(16).padStart(64, '0')
    const malleated = Uint8Array.from([...seal.subarray(0, 32), ...Buffer.from(s, 'hex'), (seal[64] as number) ^ 1])
    expect(
      codeOf(() => verifySeals(withExtra({ seals: [seal, malleated, extra.seals[1] as Uint8Array] }), trusted)),
    ).to.equal('PROOF_SEAL_INVALID')
  })

  it("seals of validators that are not the caller's", () => {
    expect(refusal(header, [`0x${'11'.repeat(20)}`, ...trusted.slice(1)])).to.equal('PROOF_SEAL_FOREIGN')
    expect(refusal(header, [])).to.equal('PROOF_MALFORMED')
  })

  it('seals that are not a signature', () => {
    const others = extra.seals.slice(1)
    expect(refusal(withExtra({ seals: [new Uint8Array(65), ...others] }))).to.equal('PROOF_SEAL_INVALID')
    expect(refusal(withExtra({ seals: [new Uint8Array(64), ...others] }))).to.equal('PROOF_MALFORMED')
    const seal = Uint8Array.from(extra.seals[0] as Uint8Array)
    seal[64] = 27
    expect(refusal(withExtra({ seals: [seal, ...others] }))).to.equal('PROOF_SEAL_INVALID')
  })

  it('extraData of another shape', () => {
    for (const vote of [
      [new Uint8Array(20)],
      [new Uint8Array(19), new Uint8Array([0xff])],
      [new Uint8Array(20), new Uint8Array([1])],
    ]) {
      expect(codeOf(() => decodeExtraData(encodeExtraData({ ...extra, vote })))).to.equal('PROOF_MALFORMED')
    }
    const twice = [...extra.validators, extra.validators[0] as Uint8Array]
    expect(codeOf(() => decodeExtraData(encodeExtraData({ ...extra, validators: twice })))).to.equal('PROOF_MALFORMED')
    expect(codeOf(() => decodeExtraData(header.extraData.subarray(0, -1)))).to.equal('PROOF_MALFORMED')
    expect(codeOf(() => decodeExtraData(Uint8Array.from([...header.extraData, 0])))).to.equal('PROOF_MALFORMED')
  })

  it('a JSON block with a wrong hash or a missing member', () => {
    expect(codeOf(() => parseHeader({ ...fixture.block, gasUsed: '0x1' }))).to.equal('PROOF_HASH_MISMATCH')
    expect(codeOf(() => parseHeader({ ...fixture.block, baseFeePerGas: '0x0' }))).to.equal('PROOF_HASH_MISMATCH')
    for (const [name, value] of [
      ['stateRoot', undefined],
      ['gasUsed', '0x01'],
      ['gasUsed', 1],
      ['nonce', '0x00'],
      ['number', '0x20000000000000'],
    ] as const) {
      expect(
        codeOf(() => parseHeader({ ...fixture.block, [name]: value })),
        name,
      ).to.equal('PROOF_MALFORMED')
    }
    expect(codeOf(() => parseHeader(null))).to.equal('PROOF_MALFORMED')
  })

  it('has a JSON form with facts and a link to the documentation', () => {
    try {
      verifySeals(withExtra({ seals: [] }), trusted)
      expect.fail('not refused')
    } catch (error) {
      if (!(error instanceof ProofError)) throw error
      expect(error.toJSON()).to.include({ needed: 3, got: 0, docs: 'docs/errors.md#proof_quorum_missing' })
    }
  })
})
