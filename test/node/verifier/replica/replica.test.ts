/** Replicas of a real ledger: what they contain, what they refuse, and that a refusal changes nothing. */
import { expect } from 'chai'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { DAY, systemClock } from '../../../../node/lib/time.ts'
import type { LedgerProfile } from '../../../../node/proof/profile.ts'
import { issuePurpose } from '../../../../node/proof/registries/purpose.ts'
import { encodeDelta, parseDelta } from '../../../../node/verifier/replica/delta.ts'
import { LedgerHeads } from '../../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../../node/verifier/replica/replica.ts'
import { encodeSnapshot } from '../../../../node/verifier/replica/snapshot.ts'
import { ReplicaView } from '../../../../node/verifier/replica/view.ts'
import type { LedgerView } from '../../../../node/verifier/view.ts'
import { RpcView } from '../../../../node/verifier/views/rpc.ts'
import { codeOf } from '../../proof/refused.ts'
import { address, bytes32, KEY, LedgerWorld, LIST, PURPOSE } from './ledger-world.ts'

const now = systemClock

describe('replica', function () {
  this.timeout(60_000)
  let world: LedgerWorld
  let heads: LedgerHeads
  let profile: LedgerProfile

  before(async () => {
    world = await LedgerWorld.open()
    profile = world.profile
    heads = new LedgerHeads(world.ledger, profile)
    await world.anchor(bytes32(1))
    await world.set([
      [0, 0, 1],
      [130, 0, 2],
      [1023, 0, 1],
    ])
    await world.anchor(bytes32(2), 32, issuePurpose('urn:dojang:kr:driver:1'))
    await world.disown(bytes32(1))
    await world.set([[3, 0, 1]], LIST + 1n)
    await world.distrust(1_700_000_000)
  })
  after(() => world.close())

  const deltaFrom = async (height: number) => {
    const delta = await heads.delta(height, await heads.newest())
    if (!delta) throw new Error('no delta')
    return delta
  }
  const fresh = async () => {
    const replica = Replica.empty(profile)
    replica.apply(await deltaFrom(0), now())
    return replica
  }
  const viewOf = (replica: Replica) => new ReplicaView(() => replica)

  async function answers(view: LedgerView) {
    const pinned = await view.pin()
    const of = async (answer: Promise<{ known: boolean; value?: unknown }>) => {
      const { known, value } = await answer
      return known ? value : 'unknown'
    }
    return {
      asOf: pinned.asOf,
      key: await of(pinned.accreditation(KEY, PURPOSE)),
      stranger: await of(pinned.accreditation(bytes32(0xdef), PURPOSE)),
      ungranted: await of(pinned.accreditation(KEY, issuePurpose('urn:other'))),
      batches: await Promise.all(
        [1, 2, 3].map(n =>
          of(pinned.anchor(1, n === 2 ? issuePurpose('urn:dojang:kr:driver:1') : PURPOSE, bytes32(n))),
        ),
      ),
      statuses: await Promise.all([0, 1, 130, 1023, 1024].map(index => of(pinned.status(LIST, index)))),
      small: await Promise.all([3, 128].map(index => of(pinned.status(LIST + 1n, index)))),
      none: await of(pinned.status(LIST + 2n, 0)),
    }
  }

  it('built from logs alone is the state that the sealed head commits to, and answers like the node', async () => {
    const replica = await fresh()
    const rpc = new RpcView(world.ledger, profile, now)
    expect(await answers(viewOf(replica))).to.deep.equal(await answers(rpc))
  })

  it('is proved again when its snapshot is opened', async () => {
    const replica = await fresh()
    const bytes = replica.export()
    const opened = Replica.open(bytes, profile, now())
    expect(await answers(viewOf(opened))).to.deep.equal(await answers(viewOf(replica)))
    // One file for one state.
    expect(opened.export()).to.deep.equal(bytes)
    const without = Replica.open(replica.export({ anchors: false }), profile, now())
    expect(await (await viewOf(without).pin()).anchor(1, PURPOSE, bytes32(1))).to.deep.equal({
      known: false,
      why: 'not_covered',
    })
    expect((await answers(viewOf(without))).statuses).to.deep.equal((await answers(viewOf(replica))).statuses)
  })

  it('advances from head to head, from a snapshot as well as from logs', async () => {
    const replica = Replica.open((await fresh()).export(), profile, now())
    await world.set([
      [0x81, 0, 2],
      [130, 2, 0],
    ])
    await world.anchor(bytes32(3))
    replica.apply(await deltaFrom(replica.head.height), now())
    expect(await answers(viewOf(replica))).to.deep.equal(await answers(viewOf(await fresh())))
    expect(await heads.delta(replica.head.height, await heads.newest())).to.equal(null)
  })

  it('is refused if one revocation is omitted', async () => {
    for (const forge of [
      (word: Uint8Array) => word.fill(0),
      (word: Uint8Array) => word.fill(0, 0, 1),
      (word: Uint8Array) => word.fill(0x40, 0, 1),
    ]) {
      const replica = await fresh()
      const honest = replica.export()
      const list = replica.state.status.lists.get(LIST)
      if (!list) throw new Error('no list')
      for (const [number, word] of [...list.words.written()].slice(0, 1)) list.words.setWord(number, forge(word))
      const forged = replica.export()
      expect(codeOf(() => Replica.open(honest, profile, now()))).to.equal('passed')
      expect(codeOf(() => Replica.open(forged, profile, now()))).to.equal('PROOF_INCOMPLETE')
    }
  })

  it('refuses a delta that omits, adds or changes anything, and remains unchanged', async () => {
    const base = Replica.open((await fresh()).export(), profile, now())
    const from = base.head.height
    await world.set([[500, 0, 1]])
    await world.anchor(bytes32(40 + from))
    const honest = parseDelta(await deltaFrom(from), profile.chainId)
    expect(honest.blocks).to.have.length(2)
    const before = { ...(await answers(viewOf(base))), snapshot: base.export() }
    const [first, second] = honest.blocks as [(typeof honest.blocks)[0], (typeof honest.blocks)[0]]
    const refused: Record<string, typeof honest.blocks> = {
      'nothing happened': [],
      'the revocation withheld': [second],
      'the batch withheld': [first],
      'another time': [{ ...first, time: first.time + 1 }, second],
      twice: [{ ...first, logs: [...first.logs, ...first.logs] }, second],
      'under another registry': [
        { ...first, logs: first.logs.map(log => ({ ...log, registry: 'anchorLog' as const })) },
      ],
      'another index': [
        {
          ...first,
          logs: first.logs.map(log => ({
            ...log,
            data: log.data.map((byte, i) => (i === 4 * 32 + 2 ? byte ^ 1 : byte)),
          })),
        },
        second,
      ],
    }
    for (const [what, blocks] of Object.entries(refused)) {
      const code = codeOf(() => base.apply(encodeDelta(profile.chainId, { ...honest, blocks }), now()))
      expect(code, what).to.be.oneOf(['PROOF_INCOMPLETE', 'PROOF_MALFORMED'])
      expect({ ...(await answers(viewOf(base))), snapshot: base.export() }, what).to.deep.equal(before)
    }
    base.apply(encodeDelta(profile.chainId, honest), now())
    expect(base.head.height).to.equal(honest.section.path.at(-1)?.number)
    expect(base.export()).to.deep.equal((await fresh()).export())
  })

  it('refuses a delta that continues another block or begins at another height', async () => {
    const base = await fresh()
    const from = base.head.height
    await world.set([[501 + from, 0, 2]])
    const honest = parseDelta(await deltaFrom(from), profile.chainId)
    const refusal = (change: Partial<typeof honest>, chainId = profile.chainId) =>
      codeOf(() => base.apply(encodeDelta(chainId, { ...honest, ...change }), now()))
    expect(refusal({ from: { height: from - 1, hash: honest.from.hash } })).to.equal('PROOF_GAP')
    expect(refusal({ from: { height: from, hash: bytes32(9) } })).to.equal('PROOF_EQUIVOCATION')
    expect(refusal({}, profile.chainId + 1)).to.equal('PROOF_WRONG_CHAIN')
    expect(codeOf(() => base.apply(encodeDelta(profile.chainId, honest), now() - 1000))).to.equal('PROOF_FUTURE')
    expect(codeOf(() => base.apply(encodeDelta(profile.chainId, honest), now() + 31 * DAY))).to.equal(
      'PROOF_TRUST_EXPIRED',
    )
    expect(base.head.height).to.equal(from)
    expect(refusal({})).to.equal('passed')
  })

  it('refuses a snapshot that is rolled back, of another ledger, of other contracts or other validators', async () => {
    const old = await fresh()
    const bytes = old.export()
    await world.set([[700, 0, 1]])
    const newer = await fresh()
    const open = (given: Uint8Array, of: LedgerProfile = profile, seen = newer.head) =>
      codeOf(() => Replica.open(given, of, now(), seen))
    expect(open(newer.export())).to.equal('passed')
    expect(open(bytes)).to.equal('PROOF_ROLLBACK')
    expect(open(bytes, profile, old.head)).to.equal('passed')
    expect(open(bytes, { ...profile, chainId: 7 }, old.head)).to.equal('PROOF_WRONG_CHAIN')
    const contract = { ...profile.contracts.anchorLog, codeHash: bytes32(5) }
    expect(open(bytes, { ...profile, contracts: { ...profile.contracts, anchorLog: contract } })).to.not.equal('passed')
    const validators = [address(9)] as Hex[]
    expect(codeOf(() => Replica.open(bytes, { ...profile, validators }, now()))).to.equal('PROOF_SET_UNTRUSTED')
    expect(codeOf(() => Replica.open(bytes, profile, now() - 1000))).to.equal('PROOF_FUTURE')
    expect(codeOf(() => Replica.open(bytes, profile, now() + 31 * DAY))).to.equal('PROOF_TRUST_EXPIRED')
    const conflicting = { ...old.head, hash: bytes32(6) }
    expect(codeOf(() => Replica.open(bytes, profile, now(), conflicting))).to.equal('PROOF_EQUIVOCATION')
  })

  it('contains no record that is not in storage', async () => {
    const replica = await fresh()
    // A key whose word is zero would not change the storage root, so anybody could add it to a snapshot.
    const { trust } = replica.state
    const unheard: Hex = `0x${'fe'.repeat(32)}`
    trust.keys.set(unheard, { org: 0, from: 0, until: 0, distrustedFrom: 0, uses: 0 })
    const bytes = replica.export()
    trust.keys.delete(unheard)
    expect(codeOf(() => Replica.open(bytes, world.profile, systemClock()))).to.equal('PROOF_MALFORMED')
  })

  it('has nothing to export before its first proof', () => {
    expect(codeOf(() => Replica.empty(profile).export())).to.equal('PROOF_GAP')
    expect(encodeSnapshot).to.be.a('function')
  })
})
