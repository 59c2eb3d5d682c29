/** Heads count only with the profile's witnesses: in replicas, in proven views and in evidence. */
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { signHead } from '../../../../node/ledger/follower/witness.ts'
import type { LedgerHead } from '../../../../node/ledger/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { thumbprint } from '../../../../node/lib/jose/jwk.ts'
import { systemClock } from '../../../../node/lib/time.ts'
import { parseHeader } from '../../../../node/proof/header.ts'
import type { LedgerProfile } from '../../../../node/proof/profile.ts'
import { checkEvidence } from '../../../../node/verifier/evidence/check.ts'
import { makeEvidence } from '../../../../node/verifier/evidence/make.ts'
import { LedgerHeads, type WitnessedPort } from '../../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../../node/verifier/replica/replica.ts'
import { ProvenView } from '../../../../node/verifier/views/proven.ts'
import { failureOf } from '../../../support/failure.ts'
import { issueOn, openCardWorld } from './card-world.ts'
import { bytes32, type LedgerWorld } from './ledger-world.ts'

const signers = [0, 1, 2].map(() => new SoftwareSigner(makeP256Pem()))
const stranger = new SoftwareSigner(makeP256Pem())
const keys = signers.map(({ publicKey }) => thumbprint(publicKey.jwk))
const own = { allowPointQueries: true } as const

describe('witnesses', function () {
  this.timeout(60_000)
  let world: LedgerWorld
  let profile: LedgerProfile
  before(async () => {
    world = await openCardWorld()
    profile = { ...world.profile, witnesses: { keys, quorum: 2 } }
  })
  after(() => world.close())

  const headAt = async (height: number): Promise<LedgerHead> => {
    const block = (await world.ledger.request('eth_getBlockByNumber', [`0x${height.toString(16)}`, false])) as {
      hash: Hex
      timestamp: Hex
    }
    return { number: height, hash: block.hash, timestamp: Number(block.timestamp) }
  }
  type Say = (head: LedgerHead) => readonly string[]
  const by =
    (...who: readonly SoftwareSigner[]): Say =>
    head =>
      who.map(signer => signHead(profile, head, signer))
  const port = (say: Say): WitnessedPort => ({
    request: (method, params) => world.ledger.request(method, params),
    statements: async height => say(await headAt(height)),
  })
  const [one, two, three] = signers as [SoftwareSigner, SoftwareSigner, SoftwareSigner]

  const attempts: Readonly<Record<string, { say: Say; code: string | null; got?: number }>> = {
    'two of three': { say: by(one, three), code: null },
    'all three': { say: by(one, two, three), code: null },
    'two, among the words of others': {
      say: head => [signHead(profile, head, stranger), 'nonsense', '', ...by(three, two)(head)],
      code: null,
    },
    none: { say: () => [], code: 'PROOF_WITNESS_MISSING', got: 0 },
    'one, three times': { say: by(one, one, one), code: 'PROOF_WITNESS_MISSING', got: 1 },
    'one and a stranger': { say: by(one, stranger), code: 'PROOF_WITNESS_MISSING', got: 1 },
    'of the block before': {
      say: head => by(one, two)({ ...head, number: head.number - 1 }),
      code: 'PROOF_WITNESS_MISSING',
      got: 0,
    },
    'of another ledger': {
      say: head => [one, two].map(signer => signHead({ ...profile, chainId: 1 }, head, signer)),
      code: 'PROOF_WITNESS_MISSING',
      got: 0,
    },
    'one who has another block': {
      say: head => [...by(one)(head), ...by(two)({ ...head, hash: bytes32(7) })],
      code: 'PROOF_EQUIVOCATION',
    },
  }

  for (const [name, { say, code, got }] of Object.entries(attempts)) {
    it(`${name}: ${code ?? 'counts'}`, async () => {
      const heads = new LedgerHeads(port(say), profile)
      const replica = Replica.empty(profile)
      const delta = await heads.delta(0, await heads.newest())
      if (delta === null) throw new Error('no delta')
      const apply = () => replica.apply(delta, systemClock())
      if (code === null) apply()
      else {
        const failure = await failureOf((async () => apply())())
        expect(failure).to.have.property('code', code)
        if (got !== undefined) expect(failure).to.have.nested.property('detail.got', got)
      }
      expect(replica.proved).to.equal(code === null)

      const pinned = await new ProvenView(port(say), profile, systemClock, own).pin()
      expect(pinned.refusal ?? null).to.equal(code)
      expect(pinned.asOf !== null).to.equal(code === null)
    })
  }

  it('are part of a snapshot, and are checked when it is opened', async () => {
    const heads = new LedgerHeads(port(by(one, two)), profile)
    const replica = Replica.empty(profile)
    replica.apply((await heads.delta(0, await heads.newest())) as Uint8Array, systemClock())
    const bytes = replica.export()
    expect(Replica.open(bytes, profile, systemClock()).head).to.deep.equal(replica.head)
    const stricter = { ...profile, witnesses: { keys, quorum: 3 } }
    const refused = await failureOf((async () => Replica.open(bytes, stricter, systemClock()))())
    expect(refused).to.have.property('code', 'PROOF_WITNESS_MISSING')
    // A profile that requires none accepts heads that have some.
    expect(Replica.open(bytes, world.profile, systemClock()).proved).to.equal(true)
  })

  it('are part of evidence, for the newest of its headers', async () => {
    const card = await issueOn(world, 5)
    const { timestamp } = parseHeader(await world.ledger.request('eth_getBlockByNumber', ['latest', false]))
    await world.anchor(bytes32(3))
    const make = (say: Say, at?: number) =>
      makeEvidence(port(say), profile, { credential: card.text, ...(at === undefined ? {} : { at }) }, systemClock)
    const { text } = await make(by(two, three))
    expect((await checkEvidence(text, profile, systemClock())).verdict.outcome).to.equal('valid')
    expect(await failureOf(make(by(two)))).to.have.property('code', 'PROOF_WITNESS_MISSING')
    expect((await make(by(two, three), timestamp)).checked.at).to.equal(timestamp)
    const bare = JSON.stringify({ ...JSON.parse(text), witnesses: [] })
    expect(await failureOf(checkEvidence(bare, profile, systemClock()))).to.have.property(
      'code',
      'PROOF_WITNESS_MISSING',
    )
  })
})
