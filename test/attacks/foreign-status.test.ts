/**
 * Somebody who has `status.key` suspends thousands of entries of a status list. No card is delivered that is suspended
 * already, what operators ask for goes on, and what docs/operator.md says undoes the suspensions, but for those that the
 * operators had asked for.
 */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { CredentialStatus } from '../../node/proof/registries/status.ts'
import { encodeStatusOps } from '../../node/proof/registries/status-ops.ts'
import { encodeSet } from '../../node/registries/calls.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { change, offer } from '../e2e/support/steps.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { until } from '../support/until.ts'
import { ShiftedSite } from './support/shifted.ts'
import { metric, readyz, replaceAccount, sendWithKey, typed } from './support/stolen-account.ts'

const LIST = (1n << 32n) | 1n
const CAPACITY = 131_072
const OPS = 512
const { VALID, SUSPENDED } = CredentialStatus

describe('attack: status.key suspends cards', function () {
  this.timeout(120_000)
  const site = new ShiftedSite()
  const { node } = site
  const residents = people(4)
  const numbers = residents.map(({ personalNumber }) => personalNumber) as [string, string, string, string]
  let victim: { card: string; credentialId: string }
  let lost: { card: string; credentialId: string }
  let foreign: string[] = []

  before(async () => {
    await node.start()
    await node.import(csvOf(residents))
    victim = await site.issue(numbers[0])
    lost = await site.issue(numbers[1])
    expect((await change(node, lost.credentialId, 'suspend')).status).to.equal(200)
  })
  after(() => site.dispose())

  /** Every 32nd entry, and the victims' among them; the lost card's is suspended already, and its change would revert. */
  function calls(): string[] {
    const [here, gone] = [victim, lost].map(({ card }) => indexOf(card)) as [number, number]
    const chosen = new Set([here, ...Array.from({ length: CAPACITY / 32 }, (_, i) => 32 * i)])
    chosen.delete(gone)
    const all = [...chosen]
    return Array.from({ length: Math.ceil(all.length / OPS) }, (_, i) => {
      const ops = all.slice(i * OPS, (i + 1) * OPS).map(idx => ({ idx, from: VALID, to: SUSPENDED }))
      return encodeSet(LIST, encodeStatusOps(ops), `0x${randomBytes(32).toString('hex')}`)
    })
  }
  const indexOf = (card: string): number => {
    const found = new Wallet(site.home).home.cards().find(({ id }) => id === card)
    const payload = found?.credential.split('.')[1] ?? ''
    return JSON.parse(Buffer.from(payload, 'base64url').toString()).status.status_list.idx
  }

  it('stops issuing at once: no wallet gets a card that is suspended', async () => {
    const wallet = new Wallet(site.home)
    const { offerUrl, txCode } = await offer(node, 'resident', numbers[2])
    const session = await wallet.redeem(offerUrl, txCode)
    foreign = await sendWithKey(node, 'status', await site.contract('statusRegistry'), calls())
    await until('the node reports it', async () => (await readyz(node)).status === 503)
    expect((await readyz(node)).body).to.include({ ready: false, reconciler: 'LEDGER_LANE_TAKEN' })
    expect(await metric(node, 'dojang_reconciler_alarms')).to.equal(foreign.length)
    expect(node.output).to.include('issuing is stopped: statuses')
    const refused = await wallet.collect(session).then(
      () => 'a card',
      error => String(error) + JSON.stringify(error),
    )
    expect(refused).to.include('503')
    expect(await site.check(victim.card)).to.equal('suspended')
  })

  it('leaves what operators ask for possible', async () => {
    expect((await change(node, lost.credentialId, 'reinstate')).status).to.equal(200)
    expect((await change(node, lost.credentialId, 'suspend')).status).to.equal(200)
  })

  it('is undone: another account, the alarms accepted, and the list reinstated in few transactions', async () => {
    const list = await typed(node, 'reconcile', 'list')
    expect(list.kinds).to.deep.equal({ statuses: foreign.length })
    const sender = list.alarms[0].sender
    await replaceAccount(node, 'status', site.shift)
    const file = join(node.data, '..', 'reason.txt')
    writeFileSync(file, 'status.key was stolen')
    const reason = ['--reason-file', file]
    const { confirm } = await typed(node, 'reconcile', 'accept', '--sender', sender, ...reason)
    const accepted = await typed(node, 'reconcile', 'accept', '--sender', sender, ...reason, '--confirm', confirm)
    expect(accepted).to.deep.equal({ accepted: foreign.length, kinds: {}, alarms: [] })
    const plan = await typed(node, 'reinstate', '--list', '1/1', ...reason)
    expect(plan).to.include({ reinstated: 0, kept: 1 })
    const done = await typed(node, 'reinstate', '--list', '1/1', ...reason, '--confirm', String(plan.confirm))
    expect(done).to.include({ reinstated: plan.confirm, kept: 1 })
    expect(done.transactions).to.have.lengthOf(Math.ceil(plan.confirm / OPS))
    expect(await site.check(victim.card)).to.equal('valid')
    expect(await site.check(lost.card)).to.equal('suspended')
    expect((await readyz(node)).body).to.include({ ready: true, reconciler: 'clean' })
    const { card } = await site.issue(numbers[3])
    expect(await site.check(card)).to.equal('valid')
  })
})
