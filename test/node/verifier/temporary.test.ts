/** Cards that were issued while the ledger was out of reach, at verifiers of every kind. */
import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import { toBase64url, utf8 } from '../../../node/lib/bytes.ts'
import { DAY, systemClock } from '../../../node/lib/time.ts'
import { CredentialStatus } from '../../../node/proof/registries/status.ts'
import { DEFAULT_POLICY } from '../../../node/verifier/policy.ts'
import { allPresets } from '../../../node/verifier/presets/all.ts'
import { policyOf, queryOf } from '../../../node/verifier/presets/preset.ts'
import { LedgerHeads } from '../../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../../node/verifier/replica/replica.ts'
import { ReplicaView } from '../../../node/verifier/replica/view.ts'
import { TokenStatusLists } from '../../../node/verifier/status/source.ts'
import { Verifier } from '../../../node/verifier/verifier.ts'
import type { LedgerView } from '../../../node/verifier/view.ts'
import { ProvenView } from '../../../node/verifier/views/proven.ts'
import { RpcView } from '../../../node/verifier/views/rpc.ts'
import { ownCards } from '../../support/cards.ts'
import { openCardWorld, temporaryOn } from './replica/card-world.ts'
import type { LedgerWorld } from './replica/ledger-world.ts'
import {
  AUDIENCE,
  issuer,
  issueWithoutAnchor,
  keyOf,
  listToken,
  MemoryView,
  NONCE,
  NOW,
  noFaults,
  present,
  profile,
  verdictOn,
} from './support.ts'

const lenient = { anchor: 'if_distrusted' } as const

describe('a temporary card', () => {
  for (const preset of allPresets) {
    const expected = preset.anchor === 'always' ? 'unknown/anchor_pending' : 'valid'
    it(`is ${expected} for ${preset.id}`, async () => {
      const query = queryOf(preset, { inPerson: false })
      const [asked] = query.credentials
      if (!asked) throw new Error('the preset asks for a card')
      const card = ownCards.all.find(({ vct }) => asked.meta.vct_values.includes(vct))
      const shown = present(issueWithoutAnchor({ ...(card && { card }) }))
      const verdict = await verdictOn(
        new MemoryView(),
        { [asked.id]: [shown] },
        { policy: policyOf(preset, { inPerson: false }) },
      )
      expect(keyOf(verdict)).to.equal(expected)
    })
  }

  it('is forged if the statement that it is temporary was removed, or its end moved', async () => {
    const text = issueWithoutAnchor()
    const [jwt = '', ...rest] = text.split('~')
    const [header, payload = '', signature] = jwt.split('.')
    const members = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const { anchor_pending: _, ...unmarked } = members
    for (const changed of [unmarked, { ...members, exp: members.exp + DAY }]) {
      const tampered = [`${header}.${toBase64url(utf8(JSON.stringify(changed)))}.${signature}`, ...rest].join('~')
      expect(keyOf(await verdictOn(new MemoryView(), present(tampered), { policy: lenient }))).to.equal(
        'forged/bad_signature',
      )
    }
  })

  it('is refused beyond 72 hours, whoever signed it', async () => {
    const text = issueWithoutAnchor()
    const [jwt = '', ...rest] = text.split('~')
    const [header, payload = ''] = jwt.split('.')
    const members = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const input = `${header}.${toBase64url(utf8(JSON.stringify({ ...members, exp: members.iat + 3 * DAY + 1 })))}`
    const long = [`${input}.${toBase64url(issuer.signer.sign(utf8(input)))}`, ...rest].join('~')
    expect(keyOf(await verdictOn(new MemoryView(), present(long), { policy: lenient }))).to.equal(
      'unreadable/malformed',
    )
  })

  it('is over after 72 hours', async () => {
    const shown = present(issueWithoutAnchor(), { iat: NOW + 3 * DAY })
    const view = new MemoryView()
    view.time = NOW + 3 * DAY
    const verdict = await verdictOn(view, shown, { policy: lenient, now: NOW + 3 * DAY })
    expect(keyOf(verdict)).to.equal('expired')
  })

  it('is suspended if the issuer’s list says so, although the ledger does not yet', async () => {
    const statusLists = new TokenStatusLists({
      fetch: async () => listToken({ status: CredentialStatus.SUSPENDED, iat: NOW - 1 }),
      inflate: async bytes => new Uint8Array(inflateSync(bytes)),
    })
    const verifier = new Verifier({ profile, view: new MemoryView(), clock: () => NOW, statusLists, warn: noFaults })
    const options = { nonce: NONCE, audience: AUDIENCE, policy: { ...DEFAULT_POLICY, ...lenient } }
    expect(keyOf(await verifier.verify(present(issueWithoutAnchor()), options))).to.equal('suspended')
  })

  describe('on a real ledger', function () {
    this.timeout(60_000)
    let world: LedgerWorld
    const views: Record<string, () => LedgerView> = {
      replica: () => new ReplicaView(() => replica),
      proven: () => new ProvenView(world.ledger, world.profile, systemClock, { allowPointQueries: true }),
      rpc: () => new RpcView(world.ledger, world.profile, systemClock),
    }
    let replica: Replica

    before(async () => {
      world = await openCardWorld()
      await world.set([[5, 0, 2]])
      const heads = new LedgerHeads(world.ledger, world.profile)
      replica = Replica.empty(world.profile)
      replica.apply((await heads.delta(0, await heads.newest())) ?? new Uint8Array(), systemClock())
    })
    after(() => world.close())

    for (const kind of Object.keys(views)) {
      it(`has the status of the ledger and no receipt, by the ${kind} view`, async () => {
        const view = (views[kind] as () => LedgerView)()
        const verifier = new Verifier({ profile: world.profile, view, clock: systemClock, warn: noFaults })
        const judged = async (index: number, anchor: 'always' | 'if_distrusted') => {
          const text = temporaryOn(index)
          const shown = present(text, { iat: systemClock() })
          const options = { nonce: NONCE, audience: AUDIENCE, policy: { ...DEFAULT_POLICY, anchor } }
          return keyOf(await verifier.verify(shown, options))
        }
        expect(await judged(7, 'if_distrusted'), 'an index that nobody has set').to.equal('valid')
        expect(await judged(7, 'always')).to.equal('unknown/anchor_pending')
        expect(await judged(5, 'if_distrusted')).to.equal('suspended')
        expect(await judged(200_000, 'if_distrusted'), 'no such index').to.equal('unknown/list_unreachable')
      })
    }
  })
})
