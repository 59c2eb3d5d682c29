/**
 * The ledger, a process of its own, is stopped while wallets fetch cards and cards are suspended, and the node is killed with
 * SIGKILL at random moments of that. Every wallet has exactly one card that is valid in the end, every card that was delivered
 * is anchored or ended, suspensions are in the served list within seconds, and ledger and database agree.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { expectAgreement } from './support/agreement.ts'
import { LedgerNode } from './support/ledger-node.ts'
import { readLedger } from './support/ledger-reader.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { readRecords } from './support/records.ts'
import { change, offer } from './support/steps.ts'
import { fetchCard, type IssuanceSession, notifyAccepted, type ReceivedCard, refreshed } from './wallet/accept.ts'
import { Wallet } from './wallet/wallet.ts'

const LONG = process.env.DOJANG_TEST_LONG === '1'
const ROUNDS = LONG ? Number(process.env.DOJANG_TEST_ROUNDS ?? 50) : 1
/** How long the ledger is stopped without a kill (ms). */
const OUTAGE = LONG ? 120_000 : 8_000
/** In each round so many wallets fetch their first card, and so many replace one. */
const [FIRST, REPLACING] = LONG ? [4, 2] : [3, 1]
/** The node notices within three seconds that the ledger is gone, and a kill may come before or after that (ms). */
const KILLED_WITHIN = 6_000

/** A wallet, from its offer until it has a full card. */
interface Holder {
  readonly session: IssuanceSession
  /** What it got at last. */
  card?: ReceivedCard
  temporary?: ReceivedCard
}

describe('e2e: the ledger is stopped under load, and the node is killed meanwhile', function () {
  this.timeout(LONG ? 3_600_000 : 240_000)
  const residents = people((FIRST + REPLACING) * (ROUNDS + 1) + ROUNDS + 1, 'outage')
  const aside = scratchDirectory('e2e-outage')
  const ledger = new LedgerNode()
  const holders: Holder[] = []
  const delays: number[] = []
  let node: TestNode
  let next = 0
  let temporary = 0

  before(async () => {
    await ledger.open()
    node = new TestNode(ledger.more)
    await node.start().catch(() => undefined)
    await ledger.allow(node.data)
    await node.start()
    expect((await node.import(csvOf(residents))).body.report).to.include({ added: residents.length })
  })
  after(async () => {
    await node?.dispose()
    await ledger.close()
    rmSync(aside, { recursive: true, force: true })
  })

  const someone = () => (residents[next++] as (typeof residents)[0]).personalNumber
  const begin = async (number: string): Promise<Holder> => {
    const { offerUrl, txCode } = await offer(node, 'resident', number)
    const holder: Holder = { session: await new Wallet(join(aside, String(holders.length))).redeem(offerUrl, txCode) }
    holders.push(holder)
    return holder
  }
  /** What a wallet does: it asks until it has a card, and says that it accepted it. */
  const collect = async (holder: Holder): Promise<void> => {
    if (holder.card) return
    const card = await fetchCard(holder.session)
    if (card.claims.anchor_pending === true) holder.temporary ??= card
    else holder.card = card
    if (card.notificationId !== undefined) await notifyAccepted(holder.session, card.notificationId)
  }
  /** Exchanges its temporary card. */
  const exchange = async (holder: Holder): Promise<void> => {
    if (holder.card || !holder.temporary) return
    const session = await refreshed(holder.session)
    const card = await fetchCard(session)
    expect(card.claims).not.to.have.property('anchor_pending')
    holder.card = card
    if (card.notificationId !== undefined) await notifyAccepted(session, card.notificationId)
  }
  /** Repeats what fails, as a wallet does. */
  const insist = async (work: () => Promise<unknown>, forMs = 60_000): Promise<void> => {
    for (const end = Date.now() + forMs; ; await setTimeout(250)) {
      try {
        await work()
        return
      } catch (error) {
        if (Date.now() > end) throw error
      }
    }
  }
  /** A holder with a card; the card is suspended while the ledger is gone. */
  const suspended = async (holder: Holder, credentialId: string): Promise<void> => {
    const began = Date.now()
    const answer = await change(node, credentialId, 'suspend')
    if (answer.status !== 200 && answer.status !== 202) return
    const { status } = JSON.parse(Buffer.from(holder.card?.credential.split('.')[1] ?? '', 'base64url').toString())
    const { uri, idx } = status.status_list
    let word = 0
    while (word === 0 && Date.now() - began < 5_000) {
      word = getListFromStatusListJWT(await (await fetch(uri)).text()).getStatus(idx)
      if (word === 0) await setTimeout(50)
    }
    expect(word, 'in the served list').to.equal(2)
    delays.push(Date.now() - began)
  }

  /** One outage. @param kill after so many milliseconds; null: the node lives */
  const outage = async (ms: number, kill: boolean): Promise<void> => {
    const [first, replaced] = [Array.from({ length: FIRST }, someone), Array.from({ length: REPLACING }, someone)]
    for (const number of replaced) await insist(async () => collect(await begin(number)))
    const lost = await begin(someone())
    await insist(() => collect(lost))
    const { body } = await node.post('/operator/credentials/search', {
      personalNumber: residents[next - 1]?.personalNumber,
    })
    const credentialId = String(body.credentials[0].credentialId)
    const waiting = [...(await Promise.all(first.map(begin))), ...(await Promise.all(replaced.map(begin)))]
    await ledger.lose()
    const end = Date.now() + ms
    const load = Promise.allSettled([
      ...waiting.map(holder => insist(() => collect(holder), ms)),
      ...(kill ? [] : [suspended(lost, credentialId)]),
    ])
    await setTimeout(Math.max(0, end - Date.now()))
    if (kill) await node.kill()
    const results = await load
    if (!kill) for (const result of results) if (result.status === 'rejected') throw result.reason
    if (!kill)
      for (const { card, temporary: got } of waiting) expect(card ?? got, 'nobody waits').not.to.equal(undefined)
    await ledger.restore()
    // It does not start while its ledger does not answer in time: then the service manager starts it again.
    if (kill) await insist(() => node.start())
    await Promise.all(waiting.map(holder => insist(() => collect(holder))))
    temporary += waiting.filter(holder => holder.temporary).length
    await Promise.all(waiting.map(holder => insist(() => exchange(holder))))
  }

  it(`an outage of ${OUTAGE / 1000} s: every wallet has a card before it is over, and exchanges it`, async () => {
    await outage(OUTAGE, false)
    expect(temporary).to.equal(FIRST + REPLACING)
  })

  it(`${ROUNDS} kills at random moments of an outage`, async () => {
    for (let round = 0; round < ROUNDS; round++) await outage(Math.random() * KILLED_WITHIN, true)
  })

  it('in the end everybody has one valid card, and ledger and database agree', async () => {
    for (const holder of holders) expect(holder.card?.claims).not.to.have.property('anchor_pending')
    // The sweeps end what was superseded and exchanged.
    await insist(async () => {
      const statuses = await Promise.all(
        residents.slice(0, next).map(async ({ personalNumber }) => {
          const { body } = await node.post('/operator/credentials/search', { personalNumber })
          return body.credentials.map(({ status }: { status: string }) => status) as string[]
        }),
      )
      for (const of of statuses) {
        expect(
          of.filter(status => status !== 'INVALID'),
          JSON.stringify(of),
        ).to.have.length(1)
      }
    })
    expect((await (await fetch(`${node.localUrl}/readyz`)).json()).reconciler).to.equal('clean')
    const says = await readLedger(node)
    expect((await node.stop()).exit).to.equal(0)
    const records = await readRecords(node.data)
    const statuses = expectAgreement(says, records)
    for (const [id, { root, idx }] of records.credentials) if (root === null) expect(statuses.get(idx), id).to.equal(1)
    const most = delays.length > 0 ? Math.max(...delays) : 'no'
    console.log(
      `      ${ROUNDS} kills, ${holders.length} wallets, ${temporary} temporary cards, ${says.roots.length} batches, suspension in the list after ${most} ms`,
    )
  })
})
