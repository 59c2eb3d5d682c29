/**
 * A hundred thousand changed inputs: a changed header, proof, snapshot, delta, receipt, status list, evidence file or
 * presentation ends in a coded error or the right verdict, never in a crash or in `valid`. With DOJANG_TEST_LONG ten
 * times as many.
 */
import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { CredentialError } from '../../../node/credential/errors.ts'
import { decodeReceipt, encodeReceipt } from '../../../node/credential/receipt.ts'
import { createStatusListToken } from '../../../node/credential/status-token.ts'
import { equalBytes, fromHex, type Hex } from '../../../node/lib/bytes.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { verifyAccountProof, verifyStorageProof } from '../../../node/proof/account.ts'
import { ProofError } from '../../../node/proof/errors.ts'
import { decodeHeader, encodeHeader, parseHeader } from '../../../node/proof/header.ts'
import { verifyVouchedHeader } from '../../../node/proof/light-client.ts'
import { encodeRlp, rlpScalar } from '../../../node/proof/rlp.ts'
import { validatorsOf } from '../../../node/proof/seals.ts'
import { decodeTransactionReceipt } from '../../../node/proof/transaction-receipts.ts'
import { checkQuery } from '../../../node/verifier/dcql/validate.ts'
import { checkEvidence, type EvidenceProfile } from '../../../node/verifier/evidence/check.ts'
import { makeEvidence } from '../../../node/verifier/evidence/make.ts'
import { LedgerHeads } from '../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../node/verifier/replica/replica.ts'
import { HttpStatusLists } from '../../../node/verifier/status/port.ts'
import { TokenStatusLists } from '../../../node/verifier/status/source.ts'
import { issueOn, openCardWorld } from './replica/card-world.ts'
import type { LedgerWorld } from './replica/ledger-world.ts'
import { cardOn, issue, issuer, keyOf, LIST_URI, MemoryView, NOW, present, trusting, verdictOn } from './support.ts'

const PROTOTYPE_NAMES = ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'] as const
const TIMES = process.env.DOJANG_TEST_LONG ? 10 : 1
let cases = 0

interface Mutation {
  readonly kind: 'flip' | 'cut' | 'drop' | 'insert' | 'copy' | 'zero'
  readonly at: number
  readonly size: number
  readonly bit: number
}

const mutations: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip', 'flip', 'flip', 'cut', 'drop', 'insert', 'copy', 'zero'),
  at: fc.nat(0xffff_ffff),
  size: fc.integer({ min: 1, max: 64 }),
  bit: fc.nat(7),
})

/** A changed byte string; the same one if the change had no effect. */
function mutate(bytes: Uint8Array, { kind, at, size, bit }: Mutation): Uint8Array {
  const start = at % bytes.length
  const end = Math.min(start + size, bytes.length)
  const piece = bytes.subarray(start, end)
  switch (kind) {
    case 'flip':
      return bytes.map((byte, i) => (i === start ? byte ^ (1 << bit) : byte))
    case 'cut':
      return bytes.slice(0, start)
    case 'drop':
      return Uint8Array.from([...bytes.subarray(0, start), ...bytes.subarray(end)])
    case 'insert':
      return Uint8Array.from([...bytes.subarray(0, start), ...new Array(size).fill(at & 255), ...bytes.subarray(start)])
    case 'copy':
      return Uint8Array.from([...bytes.subarray(0, end), ...piece, ...bytes.subarray(end)])
    case 'zero':
      return bytes.map((byte, i) => (i >= start && i < end ? 0 : byte))
  }
}

const mutateText = (text: string, mutation: Mutation): string =>
  Buffer.from(mutate(new Uint8Array(Buffer.from(text, 'latin1')), mutation)).toString('latin1')

/** `passed`, or the code of the refusal. Any other error is a crash, and fails the test. */
function outcome(call: () => unknown): string {
  cases += 1
  try {
    call()
    return 'passed'
  } catch (error) {
    if (error instanceof ProofError || error instanceof CredentialError) return error.code
    throw error
  }
}

/** Every byte flipped, the end cut off anywhere, then changes at random. */
function refuseAll(bytes: Uint8Array, verify: (changed: Uint8Array) => unknown, runs: number, exhaustive = true): void {
  expect(outcome(() => verify(bytes))).to.equal('passed')
  const refuse = (changed: Uint8Array) => equalBytes(changed, bytes) || outcome(() => verify(changed)) !== 'passed'
  if (exhaustive) {
    for (let at = 0; at < bytes.length; at++) {
      const [flip, cut] = [
        { kind: 'flip', at, size: 1, bit: at % 8 } as const,
        { kind: 'cut', at, size: 1, bit: 0 } as const,
      ]
      if (!refuse(mutate(bytes, flip)) || !refuse(mutate(bytes, cut))) throw new Error(`byte ${at} does not matter`)
    }
  }
  fc.assert(
    fc.property(mutations, mutation => refuse(mutate(bytes, mutation))),
    { numRuns: runs * TIMES },
  )
}

/** A check calls this function, and reads its ParseError as an invalid receipt. */
function decodeCardReceipt(bytes: Uint8Array): void {
  try {
    decodeReceipt(bytes)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
  }
}

describe('fuzz', function () {
  this.timeout(120_000 * TIMES)

  it('headers: a changed one is never accepted as sealed', () => {
    const blocks: { block: Record<string, unknown> }[] = JSON.parse(
      readFileSync('test/fixtures/qbft/blocks.json', 'utf8'),
    )
    for (const number of [100, 180, 286]) {
      const block = blocks.find(each => Number(each.block.number) === number)?.block
      const header = parseHeader(block)
      const trusted = validatorsOf(header)
      const verify = (bytes: Uint8Array) => verifyVouchedHeader(trusted, decodeHeader(bytes))
      refuseAll(encodeHeader(header), verify, 1500, number === 286)
    }
  })

  it('account and storage proofs', () => {
    interface Fixture {
      readonly stateRoot: Hex
      readonly address: Hex
      readonly keys: { readonly slot: Hex }[]
      readonly response: { accountProof: Hex[]; storageHash: Hex; storageProof: { proof: Hex[] }[] }
    }
    const { proofs }: { proofs: Fixture[] } = JSON.parse(readFileSync('test/fixtures/qbft/proofs.json', 'utf8'))
    for (const { stateRoot, address, keys, response } of proofs) {
      const nodes = response.accountProof.map(fromHex)
      for (const [i, node] of nodes.entries()) {
        const verify = (bytes: Uint8Array) => verifyAccountProof(fromHex(stateRoot), address, nodes.with(i, bytes))
        refuseAll(node, verify, 500)
      }
      for (const [k, { slot }] of keys.entries()) {
        const storage = (response.storageProof[k]?.proof ?? []).map(fromHex)
        const key = fromHex(`0x${slot.slice(2).padStart(64, '0')}`)
        for (const [i, node] of storage.entries()) {
          refuseAll(node, bytes => verifyStorageProof(fromHex(response.storageHash), key, storage.with(i, bytes)), 500)
        }
      }
    }
  })

  it('receipts of cards and of transactions: another value or a refusal, never a crash', () => {
    const receipt = encodeReceipt(issue().receipt)
    const log = [new Uint8Array(20).fill(3), [new Uint8Array(32).fill(4)], new Uint8Array(70).fill(5)]
    const transaction = encodeRlp([rlpScalar(1), rlpScalar(50_000), new Uint8Array(256), [log, log]])
    fc.assert(
      fc.property(mutations, mutation => {
        outcome(() => decodeCardReceipt(mutate(receipt, mutation)))
        outcome(() => decodeTransactionReceipt(mutate(transaction, mutation)))
      }),
      { numRuns: 24_000 * TIMES },
    )
  })

  it('presentations: never valid', async () => {
    const view = new MemoryView()
    const text = present(cardOn(view), { show: ['family_name', 'anchor'] })
    expect((await verdictOn(view, text)).outcome).to.equal('valid')
    const outcomes = new Set<string>()
    await fc.assert(
      fc.asyncProperty(mutations, async mutation => {
        cases += 1
        const changed = mutateText(text, mutation)
        const { outcome: found } = await verdictOn(view, changed)
        outcomes.add(found)
        return changed === text || found !== 'valid'
      }),
      { numRuns: 14_000 * TIMES },
    )
    // A broken card is neither "could not check" nor revoked.
    expect([...outcomes]).to.include.members(['unreadable', 'forged'])
    expect([...outcomes]).to.not.include.members(['revoked', 'suspended'])
  })

  it('VP tokens of any shape, with names of the prototype: a verdict, never an exception, never valid', async () => {
    const view = new MemoryView()
    const text = present(cardOn(view), { show: ['family_name', 'anchor'] })
    const name = fc.constantFrom(...PROTOTYPE_NAMES, 'resident', '')
    const leaf = fc.oneof(fc.constantFrom(text, '', null, 7, true), name)
    const { value } = fc.letrec(tie => ({
      value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
      // With own members of these names, as JSON.parse makes them, and without a prototype.
      object: fc.dictionary(name, tie('value') as fc.Arbitrary<unknown>, { maxKeys: 3 }),
    }))
    const query = checkQuery({
      credentials: PROTOTYPE_NAMES.map(id => ({
        ...({ id, format: 'dc+sd-jwt', meta: { vct_values: ['urn:dojang:kr:resident:1'] } } as const),
        claims: PROTOTYPE_NAMES.map(claim => ({ path: [claim] })),
      })),
    })
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom(null, query), async (presentation, asked) => {
        cases += 1
        if (typeof presentation === 'string') return true
        const { outcome } = await verdictOn(view, presentation as never, { policy: { query: asked } })
        return asked ? outcome !== 'valid' : true
      }),
      { numRuns: 3000 * TIMES },
    )
    const throwing = new Proxy({}, { ownKeys: () => expect.fail('read') })
    expect(keyOf(await verdictOn(view, throwing as never))).to.equal('unreadable/malformed')
  })

  it('claims with names of the prototype: no card has them', async () => {
    for (const claim of PROTOTYPE_NAMES.filter(each => each !== '__proto__')) {
      const query = checkQuery({
        credentials: [
          {
            ...({ id: claim, format: 'dc+sd-jwt', meta: { vct_values: ['urn:dojang:kr:resident:1'] } } as const),
            claims: [{ path: [claim] }],
          },
        ],
      })
      const view = new MemoryView()
      const text = present(cardOn(view))
      // No card has a claim of that name.
      const verdict = await verdictOn(view, { [claim]: [text] }, { policy: { query } })
      expect(keyOf(verdict), claim).to.equal('retry/claims_missing')
    }
  })

  it('status lists: accepted unchanged or refused', async () => {
    const compressed = new Uint8Array(deflateSync(new Uint8Array(256)))
    const uri = LIST_URI
    const input = { uri, iat: NOW, exp: NOW + 600, ttl: 60, compressed, x5c: issuer.x5c }
    const token = createStatusListToken(input, data => issuer.signer.sign(data))
    const http = new HttpStatusLists()
    const inflate = (bytes: Uint8Array, max: number) => http.inflate(bytes, max)
    await fc.assert(
      fc.asyncProperty(mutations, fc.nat(1100), async (mutation, index) => {
        cases += 1
        const changed = mutateText(token, mutation)
        const lists = new TokenStatusLists({ fetch: async () => changed, inflate })
        const word = await lists.statusOf({ uri, index, ...trusting(issuer), now: NOW })
        return changed === token || !word.known
      }),
      { numRuns: 8000 * TIMES },
    )
    // Signed by the issuer, and nevertheless broken.
    await fc.assert(
      fc.asyncProperty(mutations, async mutation => {
        cases += 1
        const broken = { ...input, compressed: mutate(compressed, mutation) }
        const signed = createStatusListToken(broken, data => issuer.signer.sign(data))
        const lists = new TokenStatusLists({ fetch: async () => signed, inflate })
        await lists.statusOf({ uri, index: 5, ...trusting(issuer), now: NOW })
      }),
      { numRuns: 2000 * TIMES },
    )
  })

  describe('files of a real ledger', () => {
    let world: LedgerWorld
    let snapshot: Uint8Array
    let delta: Uint8Array
    let evidence: string
    let profile: EvidenceProfile
    const now = systemClock
    before(async () => {
      world = await openCardWorld(256)
      profile = world.profile
      const card = await issueOn(world, 5)
      await world.set([[7, 0, 1]])
      const replica = Replica.empty(profile)
      const heads = new LedgerHeads(world.ledger, profile)
      delta = (await heads.delta(0, await heads.newest())) ?? new Uint8Array()
      replica.apply(delta, now())
      snapshot = replica.export()
      evidence = (await makeEvidence(world.ledger, profile, { credential: card.text }, now)).text
    })
    after(() => world.close())

    it('snapshots', () => {
      refuseAll(snapshot, bytes => Replica.open(bytes, profile, now()), 1500)
    })

    it('deltas: refused, or the same result as before', () => {
      // Some bytes of a log do not affect storage (only the running hash covers the hash of a reason, and padding has
      // no effect). Then the result must be the same, byte for byte.
      const harmless = (bytes: Uint8Array): boolean => {
        const replica = Replica.empty(profile)
        const code = outcome(() => replica.apply(bytes, now()))
        return code === 'passed' ? equalBytes(replica.export(), snapshot) : replica.head.height === 0
      }
      expect(harmless(delta)).to.equal(true)
      for (let at = 0; at < delta.length; at++) {
        const flip = { kind: 'flip', at, size: 1, bit: at % 8 } as const
        if (!harmless(mutate(delta, flip))) throw new Error(`byte ${at} is believed`)
      }
      fc.assert(
        fc.property(mutations, mutation => harmless(mutate(delta, mutation))),
        { numRuns: 1000 * TIMES },
      )
      // One replica that gets all of them is unchanged at the end.
      const replica = Replica.empty(profile)
      fc.assert(
        fc.property(mutations, mutation => {
          const changed = mutate(delta.subarray(0, -1), mutation)
          // It ends in padding: with any one byte more it is whole again, or harmless as above.
          if (changed.length === delta.length) return true
          const code = outcome(() => replica.apply(changed, now()))
          return code.startsWith('PROOF_') && replica.head.height === 0
        }),
        { numRuns: 1000 * TIMES },
      )
      expect(outcome(() => replica.apply(Uint8Array.of(...delta, 0), now()))).to.match(/^PROOF_/)
      replica.apply(delta, now())
      expect(replica.export()).to.deep.equal(snapshot)
    })

    it('evidence: refused, unknown, or the same verdict on the same card', async () => {
      const honest = await checkEvidence(evidence, profile, now())
      expect(honest.verdict.outcome).to.equal('valid')
      const credential = JSON.parse(evidence).credential
      await fc.assert(
        fc.asyncProperty(mutations, async mutation => {
          cases += 1
          const changed = mutateText(evidence, mutation)
          try {
            const { at, verdict } = await checkEvidence(changed, profile, now())
            if (verdict.outcome !== 'valid') return true
            return at === honest.at && JSON.parse(changed).credential === credential
          } catch (error) {
            if (error instanceof ProofError) return true
            throw error
          }
        }),
        { numRuns: 2000 * TIMES },
      )
    })
  })

  it('was a hundred thousand cases and more', () => {
    expect(cases).to.be.at.least(100_000 * TIMES)
  })
})
