/** One phone for each person: a card on another phone ends all cards on the earlier ones, if a line was verified. */
import { expect } from 'chai'
import type { CardDefinition } from '../../../../node/credential/card.ts'
import type { Issued } from '../../../../node/issuer/order.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { driver, resident } from '../../../support/cards.ts'
import { failureOf } from '../../../support/failure.ts'
import type { Core } from '../../../support/world.ts'
import { Replacing } from './replacing.ts'

const LINE_A = { lineTag: `0x${'aa'.repeat(16)}` } as const
const LINE_B = { lineTag: `0x${'bb'.repeat(16)}` } as const
const phone = (dpopKey: string) => ({ dpopKey, lineTag: null })

describe('a card on another phone', function () {
  this.timeout(60_000)
  let replacing: Replacing
  let core: Core

  before(async () => {
    replacing = await Replacing.open()
    core = replacing.core
  })
  after(() => replacing.world.dispose())

  const someone = () => replacing.someone()
  type Phone = { readonly dpopKey?: string; readonly lineTag: `0x${string}` | null }

  async function issue(person: Uint8Array, card: CardDefinition, on: Phone) {
    const order = core.order(person, { card, ...on })
    return { order, issued: await core.pipeline.issue(order) }
  }
  /** The resident and the driver's card on one phone. */
  async function both(person: Uint8Array, on: Phone) {
    const { issued: first } = await issue(person, resident, on)
    const { issued: second } = await issue(person, driver, on)
    return [first, second] as const
  }
  const statuses = (...cards: Issued[]) => replacing.statuses(...cards)
  const tell = (...told: Parameters<Replacing['tell']>) => replacing.tell(...told)
  const installationOf = ({ credentialId }: Issued) => core.credentials.get(credentialId).installation

  it('of another line suspends all of them before it is delivered, and revokes them when it is accepted', async () => {
    const person = someone()
    const old = await both(person, LINE_A)
    expect(statuses(...old), 'one line is one phone, whatever the keys').to.deep.equal(['VALID', 'VALID'])
    const { order, issued } = await issue(person, resident, LINE_B)
    expect(statuses(...old, issued)).to.deep.equal(['SUSPENDED', 'SUSPENDED', 'VALID'])
    const anchored = core.batches.get(core.credentials.get(issued.credentialId).root as Hex)?.block as number
    const suspended = (await core.entries()).filter(
      ({ credential, to }) => to === 'SUSPENDED' && old.some(({ credentialId }) => credential === credentialId),
    )
    expect(suspended).to.have.length(2)
    for (const entry of suspended) {
      expect(entry).to.include({ event: 'credential.status-set', by: 'replacement' })
      expect(entry.block).to.be.at.most(anchored)
    }
    await tell(order.application, 'credential_accepted')
    await core.pipeline.sweep()
    expect(statuses(...old, issued)).to.deep.equal(['INVALID', 'INVALID', 'VALID'])
  })

  it('of another key ends them too, where a line was verified before or now', async () => {
    for (const [before, now] of [
      [{ dpopKey: 'one', ...LINE_A }, phone('two')],
      [phone('one'), { dpopKey: 'two', ...LINE_B }],
    ] as const) {
      const person = someone()
      const old = await both(person, before)
      const { issued } = await issue(person, resident, now)
      expect(statuses(...old, issued)).to.deep.equal(['SUSPENDED', 'SUSPENDED', 'VALID'])
    }
  })

  it('of the same key is on the same phone, also when a line was verified meanwhile', async () => {
    const person = someone()
    const old = await both(person, phone('one'))
    const { issued } = await issue(person, resident, { dpopKey: 'one', ...LINE_A })
    expect(statuses(...old, issued)).to.deep.equal(['SUSPENDED', 'VALID', 'VALID'])
  })

  it('of a person without a verified line replaces the card of its kind only', async () => {
    const person = someone()
    const old = await both(person, phone('one'))
    const { issued } = await issue(person, resident, phone('two'))
    expect(statuses(...old, issued)).to.deep.equal(['SUSPENDED', 'VALID', 'VALID'])
  })

  it('of another person on the same line ends nothing', async () => {
    const old = await both(someone(), LINE_A)
    const { issued } = await issue(someone(), resident, LINE_A)
    const { issued: third } = await issue(someone(), resident, LINE_B)
    expect(statuses(...old, issued, third)).to.deep.equal(['VALID', 'VALID', 'VALID', 'VALID'])
  })

  it('gives all of them back if the wallet could not store it, but not one that a clerk suspended meanwhile', async () => {
    const person = someone()
    const old = await both(person, LINE_A)
    const { order, issued } = await issue(person, resident, LINE_B)
    const change = core.credentials.change(old[1].credentialId, 'SUSPENDED', 'lost', 'operator:1')
    expect((await failureOf(change)).code).to.equal('ISSUER_STATUS_UNCHANGED')
    await tell(order.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(...old, issued)).to.deep.equal(['VALID', 'SUSPENDED', 'INVALID'])
  })

  it('gives none back that a later card on the new phone has ended too', async () => {
    const person = someone()
    const old = await both(person, LINE_A)
    const { order, issued } = await issue(person, resident, LINE_B)
    const later = await issue(person, driver, LINE_B)
    await tell(order.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(...old, issued, later.issued)).to.deep.equal(['SUSPENDED', 'SUSPENDED', 'INVALID', 'VALID'])
    await tell(later.order.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(...old, issued, later.issued)).to.deep.equal(['VALID', 'VALID', 'INVALID', 'INVALID'])
  })

  it('gives all of them back if the ledger refuses its anchor, and gets them when it is asked for again', async () => {
    const person = someone()
    const old = await both(person, LINE_A)
    const order = core.order(person, { ...LINE_B })
    const failure = await replacing.refusingAnAnchor(() => failureOf(core.pipeline.issue(order)))
    expect(failure.code).to.equal('ISSUER_ANCHOR_REFUSED')
    expect(statuses(...old)).to.deep.equal(['SUSPENDED', 'SUSPENDED'])
    expect(core.pipeline.installationOf(order.application)).to.equal(undefined)
    await core.pipeline.sweep()
    expect(statuses(...old)).to.deep.equal(['VALID', 'VALID'])
    const fresh = await core.pipeline.issue(order)
    expect(statuses(...old, fresh)).to.deep.equal(['SUSPENDED', 'SUSPENDED', 'VALID'])
  })

  it('is settled after a restart, with its installation', async () => {
    const person = someone()
    const old = await both(person, LINE_A)
    const { order, issued } = await issue(person, resident, LINE_B)
    const installation = core.pipeline.installationOf(order.application)
    expect(installation).to.include({ ...LINE_B, dpopKey: order.dpopKey, keyStorage: 'software', walletProvider: null })
    await tell(order.application, 'credential_accepted')
    core = await replacing.restart()
    expect(core.pipeline.installationOf(order.application)).to.deep.equal(installation)
    await core.pipeline.sweep()
    expect(statuses(...old, issued)).to.deep.equal(['INVALID', 'INVALID', 'VALID'])
  })

  it('has an installation of its own, and two cards of one wallet have the same one', async () => {
    const person = someone()
    const wallet = { dpopKey: 'one', ...LINE_A }
    const [first, second] = await both(person, wallet)
    expect(installationOf(first)).to.match(/^[\w-]{22}$/)
    expect(installationOf(second)).to.equal(installationOf(first))
    const { issued: third } = await issue(person, resident, { dpopKey: 'two', ...LINE_A })
    expect(installationOf(third), 'the same phone, but another wallet').to.not.equal(installationOf(first))
    expect(statuses(second)).to.deep.equal(['VALID'])
    const { issued: another } = await issue(someone(), resident, wallet)
    expect(installationOf(another), "another person's").to.not.equal(installationOf(first))
  })
})
