/** The light client on real QBFT blocks, and on forgeries that need the validators' keys. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { fromHex, toHex } from '../../../node/lib/bytes.ts'
import { DAY } from '../../../node/lib/time.ts'
import { blockHash, decodeHeader, encodeHeader, type Header, parseHeader } from '../../../node/proof/header.ts'
import {
  checkChain,
  checkParent,
  followHeader,
  followPath,
  type TrustedHead,
} from '../../../node/proof/light-client.ts'
import { quorum, validatorsOf } from '../../../node/proof/seals.ts'
import { addressOf, forgeHeader, headerBy, validatorKey } from './forge.ts'
import { codeOf } from './refused.ts'

const blocks: { note: string; block: Record<string, unknown> }[] = JSON.parse(
  readFileSync('test/fixtures/qbft/blocks.json', 'utf8'),
)
/** One copy of each height, ascending; other nodes' copies have other seals. */
const headers = [...new Map(blocks.map(({ block }) => [Number(block.number), parseHeader(block)])).values()].sort(
  (a, b) => a.number - b.number,
)
const [genesis] = headers as [Header]
const last = headers.at(-1) as Header
const trustIn = (header: Header): TrustedHead => ({
  height: header.number,
  hash: toHex(blockHash(header)),
  time: header.timestamp,
  validators: validatorsOf(header),
})
/** The genesis block of this chain has the time 0, years before its first block. */
const start: TrustedHead = { ...trustIn(genesis), time: (headers[1] as Header).timestamp }
const now = last.timestamp + 5
const at = (number: number): Header => headers.find(header => header.number === number) as Header

const keys = Array.from({ length: 9 }, (_, n) => validatorKey(n))
const forge = (set: readonly Uint8Array[], by: readonly Uint8Array[], change: Partial<Header>): Header =>
  forgeHeader(at(1), set, by, change)
const setOf = (...numbers: number[]) => numbers.map(n => keys[n] as Uint8Array)
const trusted = (set: readonly Uint8Array[]): TrustedHead => ({
  height: 100,
  hash: `0x${'ab'.repeat(32)}`,
  time: now - 60,
  validators: set.map(addressOf),
})
const refusal = (from: TrustedHead, header: Header, time = now) => codeOf(() => followHeader(from, header, time))

describe('light client: a real chain', () => {
  it('follows every block, from genesis through both changes of the set of validators', () => {
    const end = followPath(start, headers.slice(1), now)
    expect(end).to.deep.equal(trustIn(last))
  })

  it('skips blocks as long as the sets overlap', () => {
    expect(followHeader(start, last, now).height).to.equal(last.number)
    expect(followHeader(start, at(286), now).validators).to.have.length(5)
    expect(followHeader(followHeader(start, at(286), now), last, now).validators).to.have.length(4)
  })

  it('accepts another node’s copy of the trusted block, with other seals, as the same block', () => {
    for (const { block } of blocks) {
      const header = parseHeader(block)
      if (header.number === 0) continue
      const from = trustIn(header)
      expect(followHeader(from, header, now)).to.equal(from)
    }
  })

  it('skips headers of a path that are older than the trusted head', () => {
    const middle = trustIn(at(286))
    expect(followPath(middle, headers.slice(1), now)).to.deep.equal(trustIn(last))
    // The last header must not be older than the trusted head.
    expect(codeOf(() => followPath(trustIn(last), headers.slice(1, -1), now))).to.equal('PROOF_ROLLBACK')
    const strangers = forgeHeader(last, setOf(5), setOf(5), { number: last.number + 1, timestamp: now })
    expect(codeOf(() => followPath(middle, [at(1), strangers], now))).to.equal('PROOF_SET_UNTRUSTED')
  })

  it('refuses every third block with any byte of it changed', () => {
    let refused = 0
    for (const header of headers.slice(1).filter((_, n) => n % 3 === 0)) {
      const from = { ...start, height: header.number - 1, hash: toHex(header.parentHash) }
      const bytes = encodeHeader(header)
      for (let i = 0; i < bytes.length; i++) {
        const changed = bytes.map((byte, n) => (n === i ? byte ^ (1 << (i % 8)) : byte))
        const code = codeOf(() => followHeader(from, decodeHeader(changed), now))
        if (code === 'passed') throw new Error(`byte ${i} of block ${header.number} does not matter`)
        refused += 1
      }
    }
    expect(refused).to.be.greaterThan(7000)
  })
})

describe('light client: what is refused', () => {
  const four = setOf(0, 1, 2, 3)

  it('an older header, and another one of the same height', () => {
    expect(refusal(trustIn(last), at(1))).to.equal('PROOF_ROLLBACK')
    const backdated = forge(four, four, { number: 200, timestamp: now - 100 })
    expect(refusal(trusted(four), backdated)).to.equal('PROOF_ROLLBACK')
    const conflicting = forge(four, four, { number: 100, timestamp: now })
    expect(refusal(trusted(four), conflicting)).to.equal('PROOF_EQUIVOCATION')
    const unsealed = forge(four, [], { number: 100, timestamp: now })
    expect(refusal(trusted(four), unsealed)).to.equal('PROOF_QUORUM_MISSING')
  })

  it('a next block with another parent', () => {
    const next = forge(four, four, { number: 101, timestamp: now, parentHash: new Uint8Array(32) })
    expect(refusal(trusted(four), next)).to.equal('PROOF_EQUIVOCATION')
    expect(
      refusal(
        trusted(four),
        forge(four, four, { number: 101, timestamp: now, parentHash: fromHex(trusted(four).hash) }),
      ),
    ).to.equal('passed')
  })

  it('a header of the future: more than ten seconds ahead', () => {
    const header = (ahead: number) => forge(four, four, { number: 200, timestamp: now + ahead })
    expect(refusal(trusted(four), header(10))).to.equal('passed')
    expect(refusal(trusted(four), header(11))).to.equal('PROOF_FUTURE')
  })

  it('every header once the trusted head is over thirty days old', () => {
    const header = forge(four, four, { number: 200, timestamp: now })
    const old = (age: number) => ({ ...trusted(four), time: now - age })
    expect(refusal(old(30 * DAY), header)).to.equal('passed')
    expect(refusal(old(30 * DAY + 1), header)).to.equal('PROOF_TRUST_EXPIRED')
  })

  it('a history that retired validators forge with their former set', () => {
    const retired = setOf(5, 6, 7, 8)
    expect(refusal(trusted(four), forge(retired, retired, { number: 200, timestamp: now }))).to.equal(
      'PROOF_SET_UNTRUSTED',
    )
    // One of the trusted with three retired ones: a quarter is not more than a third.
    const mixed = setOf(3, 5, 6, 7)
    expect(refusal(trusted(four), forge(mixed, mixed, { number: 200, timestamp: now }))).to.equal('PROOF_SET_UNTRUSTED')
    // A set that lists the trusted ones, who did not seal.
    const listed = setOf(0, 1, 2, 3, 5, 6, 7, 8)
    const bySix = setOf(3, 5, 6, 7, 8)
    expect(refusal(trusted(four), forge(listed, bySix, { number: 200, timestamp: now }))).to.equal(
      'PROOF_QUORUM_MISSING',
    )
  })

  it('a changed set without its own quorum, though every trusted validator sealed', () => {
    const grown = setOf(0, 1, 2, 3, 4, 5, 6)
    expect(refusal(trusted(four), forge(grown, four, { number: 200, timestamp: now }))).to.equal('PROOF_QUORUM_MISSING')
    expect(refusal(trusted(four), forge(grown, setOf(0, 1, 4, 5, 6), { number: 200, timestamp: now }))).to.equal(
      'passed',
    )
  })

  it('a changed set of a small consortium without a quorum of the trusted', () => {
    for (const size of [1, 2, 3]) {
      const small = keys.slice(0, size)
      const grown = [...small, keys[7] as Uint8Array, keys[8] as Uint8Array]
      const needed = quorum(size)
      const by = (own: number) => [...small.slice(0, own), keys[7] as Uint8Array, keys[8] as Uint8Array]
      const header = (own: number) => forge(grown, by(own), { number: 200, timestamp: now })
      expect(refusal(trusted(small), header(needed)), `${size}`).to.equal('passed')
      expect(refusal(trusted(small), header(needed - 1)), `${size}`).to.be.oneOf([
        'PROOF_SET_UNTRUSTED',
        'PROOF_QUORUM_MISSING',
      ])
    }
  })

  it('more seals than validators, and more validators than any consortium has, before a seal is verified', () => {
    const many = (count: number, fill: (n: number) => Uint8Array) => Array.from({ length: count }, (_, n) => fill(n))
    const no = new Uint8Array(65)
    const addresses = four.map(key => fromHex(addressOf(key)))
    const sealedBy = (validators: readonly Uint8Array[], seals: readonly Uint8Array[]) =>
      codeOf(() => {
        const header = headerBy(at(1), validators, () => [...seals], { number: 200, timestamp: now })
        return followHeader(trusted(four), header, now)
      })
    // If it were verified, a seal that no key made would be an invalid one.
    expect(
      sealedBy(
        addresses,
        many(4, () => no),
      ),
    ).to.equal('PROOF_SEAL_INVALID')
    expect(
      sealedBy(
        addresses,
        many(5, () => no),
      ),
    ).to.equal('PROOF_MALFORMED')
    expect(
      sealedBy(
        addresses,
        many(4000, () => no),
      ),
    ).to.equal('PROOF_MALFORMED')
    const strangers = (count: number) =>
      many(count, n =>
        new Uint8Array(20)
          .fill(1)
          .with(0, n & 255)
          .with(1, n >> 8),
      )
    expect(sealedBy(strangers(256), [no])).to.equal('PROOF_SEAL_INVALID')
    expect(sealedBy(strangers(257), [no])).to.equal('PROOF_MALFORMED')
  })

  it('another chain, another parent', () => {
    expect(codeOf(() => checkChain(1337, 1338))).to.equal('PROOF_WRONG_CHAIN')
    expect(codeOf(() => checkChain(1337, 1337n))).to.equal('passed')
    expect(codeOf(() => checkParent(at(285), at(286)))).to.equal('passed')
    expect(codeOf(() => checkParent(at(1), at(286)))).to.equal('PROOF_HASH_MISMATCH')
    expect(encodeHeader(at(286)).length).to.be.greaterThan(500)
  })
})
