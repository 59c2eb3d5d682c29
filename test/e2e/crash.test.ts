/**
 * Kills the node with SIGKILL before, during and after each step of the walk-through. After each restart, everything that was
 * acknowledged must exist. At the end, ledger and database are compared: nothing may be issued or anchored twice.
 */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { expectAgreement } from './support/agreement.ts'
import { readLedger } from './support/ledger-reader.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { readRecords } from './support/records.ts'
import { change, check, finding, offer, request, verdictOf } from './support/steps.ts'
import { ask, freshNonce, type IssuanceSession, prove } from './wallet/accept.ts'
import { verifyCard } from './wallet/card-checks.ts'
import { Wallet } from './wallet/wallet.ts'

const LONG = process.env.DOJANG_TEST_LONG === '1'
const residents = people(LONG ? 400 : 120)
const [holder] = residents as [(typeof residents)[0]]
const number = holder.personalNumber

/** As the wallet keeps it, except for the signature: ECDSA makes a different one each time. */
const unsigned = (credential: string): string => credential.replace(/^([^.]+\.[^.]+)\.[^~]+/, '$1')

const once = async (session: IssuanceSession): Promise<string> => {
  const { credential } = await ask(session, await prove(session, await freshNonce(session)))
  await verifyCard(credential, session.issuer, session.key)
  return credential
}

describe('e2e: kill -9', function () {
  this.timeout(LONG ? 600_000 : 120_000)
  let node: TestNode
  let aside: string
  let wallet: Wallet
  const restarts: number[] = []

  before(() => {
    aside = scratchDirectory('e2e-aside')
    wallet = new Wallet(join(aside, 'wallet'))
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const killed = async () => {
    await node.kill()
    restarts.push(await node.start())
  }
  /** Kills the node the given milliseconds into the work; the test finds out how far it came. */
  const killDuring = async <T>(ms: number, work: () => Promise<T>): Promise<T | undefined> => {
    const outcome = work().catch(() => undefined)
    await setTimeout(ms)
    await node.kill()
    const result = await outcome
    restarts.push(await node.start())
    return result
  }
  const statusOf = async (id: string) => (await node.get(`/operator/credentials/${id}`)).body.status as string

  it('1: during the first start, at several steps', async () => {
    node = new TestNode()
    // Counted from the moment the ledger has its directory: before that there is nothing to break.
    const begun = Date.now()
    let opened = 0
    for (const ms of LONG ? [0, 50, 100, 200, 300, 400, 500, 600, 800, 1000] : [50, 250, 600]) {
      const starting = node.start().catch(() => undefined)
      if (opened === 0) {
        while (!existsSync(join(node.data, 'ledger'))) await setTimeout(5)
        opened = Date.now() - begun
        await setTimeout(ms)
      } else await setTimeout(opened + ms)
      await node.kill()
      await starting
    }
    await node.start()
    expect((await node.import(csvOf([holder]))).body.report).to.include({ added: 1 })
  })

  it('2: during the import of the register, and after it', async () => {
    const csv = csvOf(residents)
    await killDuring(150, () => node.import(csv))
    const again = (await node.import(csv)).body.report
    expect(again).to.include({ rows: residents.length, rejectedTotal: 0, changed: 0 })
    await killed()
    expect((await node.import(csv)).body.report).to.include({ added: 0, unchanged: residents.length })
  })

  let session: IssuanceSession
  let applicationId = ''
  it('3: after the offer: the code can still be redeemed', async () => {
    const offered = await offer(node, 'resident', number)
    await killed()
    session = await wallet.redeem(offered.offerUrl, offered.txCode)
    applicationId = offered.applicationId
  })

  it('4: after the token: it can still be used to fetch the card', async () => {
    await killed()
    expect((await freshNonce(session)).length).to.be.greaterThan(8)
  })

  let credential = ''
  for (const ms of LONG ? [0, 5, 10, 15, 20, 30, 40, 60, 100, 200] : [5, 25, 60]) {
    it(`5: ${ms} ms into issuing: a repeated request gives the card, which was issued once`, async () => {
      const offered = await offer(node, 'driver', number)
      const other = await new Wallet(join(aside, `driver-${ms}`)).redeem(offered.offerUrl, offered.txCode)
      const proof = await prove(other, await freshNonce(other))
      const first = await killDuring(ms, async () => (await ask(other, proof)).credential)
      const second = await once(other)
      if (first !== undefined) expect(unsigned(second)).to.equal(unsigned(first))
      expect(unsigned(await once(other))).to.equal(unsigned(second))
    })
  }

  it('6: after the delivery: the same card can be fetched again', async () => {
    credential = await once(session)
    await killed()
    expect(unsigned(await once(session))).to.equal(unsigned(credential))
    const accepted = await wallet.collect(session)
    expect(unsigned(accepted.card.credential)).to.equal(unsigned(credential))
    expect(accepted.notified).to.equal(true)
  })

  let id = ''
  it('7: after the notification that the wallet stored the card', async () => {
    await killed()
    const { body } = await node.get(`/operator/applications/${applicationId}`)
    expect(body.state).to.equal('issued')
    id = body.credentialId
    expect(finding(await check(node, wallet, 'bank'))).to.equal('valid')
  })

  it('8: after a verdict, and while a request waits for a response', async () => {
    const { id: answered, requestUrl } = await request(node, 'bank')
    await wallet.present(requestUrl)
    const verdict = await verdictOf(node, answered)
    const waiting = await request(node, 'bank')
    await killed()
    expect(await verdictOf(node, answered)).to.deep.equal(verdict)
    expect((await wallet.present(waiting.requestUrl)).sent.status).to.equal(200)
    expect(finding(await verdictOf(node, waiting.id))).to.equal('valid')
  })

  for (const ms of LONG ? [0, 5, 10, 20, 50, 100, 200, 400, 700] : [10, 300]) {
    it(`9: ${ms} ms into suspending: the suspension happens once or not at all`, async () => {
      const answer = await killDuring(ms, () => change(node, id, 'suspend'))
      if (answer?.status === 200) expect(await statusOf(id)).to.equal('SUSPENDED')
      // What was under way may still reach the ledger: then the second request finds it done.
      const again = await change(node, id, 'suspend')
      expect([200, 409], JSON.stringify(again.body)).to.include(again.status)
      expect(await statusOf(id)).to.equal('SUSPENDED')
      expect((await change(node, id, 'reinstate')).status).to.equal(200)
    })
  }

  it('10: after a suspension, a reinstatement and a revocation', async () => {
    for (const [act, status, verdict] of [
      ['suspend', 'SUSPENDED', 'suspended'],
      ['reinstate', 'VALID', 'valid'],
      ['revoke', 'INVALID', 'revoked'],
    ] as const) {
      expect((await change(node, id, act)).status).to.equal(200)
      await killed()
      expect(await statusOf(id)).to.equal(status)
      expect(finding(await check(node, wallet, 'bank'))).to.equal(verdict)
    }
    expect((await change(node, id, 'reinstate')).status).to.equal(409)
  })

  it('11: at random times while many wallets fetch their cards', async () => {
    const applicants = residents.slice(1, 1 + (LONG ? 40 : 12))
    const delays = LONG ? Array.from({ length: 20 }, () => Math.random() * 400) : [30, 120]
    const sessions = await Promise.all(
      applicants.map(async ({ personalNumber }, i) => {
        const offered = await offer(node, 'resident', personalNumber)
        return await new Wallet(join(aside, `many-${i}`)).redeem(offered.offerUrl, offered.txCode)
      }),
    )
    const got: (string | undefined)[] = sessions.map(() => undefined)
    const fetchAll = () =>
      Promise.allSettled(
        sessions.map(async (one, i) => {
          const card = await once(one)
          const before = got[i]
          if (before !== undefined) expect(unsigned(card)).to.equal(unsigned(before))
          got[i] = card
        }),
      )
    for (const ms of delays) await killDuring(ms, fetchAll)
    for (const settled of await fetchAll()) if (settled.status === 'rejected') throw settled.reason
    expect(new Set(got.map(card => unsigned(card ?? ''))).size).to.equal(applicants.length)
    for (const { personalNumber } of applicants) {
      const { body } = await node.post('/operator/credentials/search', { personalNumber })
      expect(body.credentials).to.have.length(1)
      expect(body.credentials[0].status).to.equal('VALID')
    }
  })

  it('at the end ledger and database agree: every card is in one anchored batch, every root is known, no status was set twice', async () => {
    const ledger = await readLedger(node)
    expect((await node.stop()).exit).to.equal(0)
    const records = await readRecords(node.data)
    expectAgreement(ledger, records)
    const applications = [...records.credentials.values()].map(({ application }) => application)
    expect(new Set(applications).size, 'one card an application').to.equal(applications.length)
    console.log(
      `      ${restarts.length} restarts, ${Math.max(...restarts)} ms at most, ${ledger.roots.length} batches, ${records.credentials.size} cards`,
    )
  })
})
