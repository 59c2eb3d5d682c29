/**
 * Kills the node with SIGKILL at random points of the counter's flow, over HTTP: application, identity check, offer,
 * redemption, same phone, card. After each restart the clerk and the wallet continue. No acknowledged step may be
 * lost, every application can be finished, and nobody gets two cards.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { fetchCard, type IssuanceSession } from './wallet/accept.ts'
import { Wallet } from './wallet/wallet.ts'

const POINTS = process.env.DOJANG_TEST_LONG === '1' ? 20 : 4
/** Milliseconds in which the flow is over, when nobody kills the node. */
const FLOW_MS = 500
/** Old enough for the card. */
const residents = people(4 * POINTS)
  .filter(({ birthdate }) => birthdate < '2000')
  .slice(0, POINTS)

/** What the clerk's screen and the wallet know. A kill between an act and its answer leaves it older than the node's state. */
interface Flow {
  readonly person: string
  readonly wallet: Wallet
  id?: string
  /** The newest version that the node answered. */
  version: number
  offer?: { readonly offerUrl: string; readonly txCode: string } | undefined
  session?: IssuanceSession | undefined
  card?: string
}

describe('e2e: kill -9 at the counter', function () {
  this.timeout(600_000)
  let node: TestNode
  let aside: string

  before(async () => {
    aside = scratchDirectory('counter-crash')
    node = await TestNode.start()
    await node.import(csvOf(residents))
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const act = async (flow: Flow, name: string, body: object = {}) => {
    const answer = await node.post(`/operator/applications/${flow.id}/${name}`, { version: flow.version, ...body })
    if (answer.status >= 300) throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const look = async (flow: Flow) => {
    const { status, body } = await node.get(`/operator/applications/${flow.id}`)
    expect(status, JSON.stringify(body)).to.equal(200)
    expect(body.version, 'nothing acknowledged is lost').to.be.at.least(flow.version)
    flow.version = body.version
    return body
  }

  /** One step from what the node says. */
  async function step(flow: Flow): Promise<void> {
    if (flow.id === undefined) {
      const wanted = { person: flow.person, card: 'resident', kind: 'mobile' }
      const { status, body } = await node.post('/operator/applications', wanted)
      expect(status, JSON.stringify(body)).to.equal(201)
      Object.assign(flow, { id: body.applicationId, version: body.version })
    }
    const { state, redemption } = await look(flow)
    if (state === 'applied') {
      flow.version = (await act(flow, 'identity', { document: 'passport', means: ['face-compared'] })).version
    } else if (state === 'identity_checked' || (state === 'offered' && !redemption && !flow.offer)) {
      flow.session = undefined
      flow.offer = await act(flow, 'offer')
    } else if (state === 'offered' && !redemption) {
      const { offerUrl, txCode } = flow.offer as NonNullable<Flow['offer']>
      flow.session = await flow.wallet.redeem(offerUrl, txCode)
    } else if (state === 'offered' && !flow.session) {
      // The wallet did not get its token: nobody can use it.
      flow.offer = undefined
      flow.version = (await act(flow, 'stop')).version
    } else {
      const collected = fetchCard(flow.session as IssuanceSession)
      collected.catch(() => undefined)
      if (state === 'offered' && redemption.confirmedAt === null) await act(flow, 'same-phone')
      flow.card = (await collected).credential
    }
  }
  const drive = async (flow: Flow) => {
    for (let steps = 0; flow.card === undefined; steps++) {
      if (steps > 20) throw new Error('the application is stuck')
      await step(flow)
    }
  }

  const begin = async (i: number): Promise<Flow> => {
    const { personalNumber } = residents[i] as (typeof residents)[0]
    const { body } = await node.post('/operator/residents/search', { personalNumber })
    return { person: body.residents[0].person, wallet: new Wallet(join(aside, `wallet-${i}`)), version: 0 }
  }

  for (let point = 0; point < POINTS; point++) {
    // Spread over the flow, so that a short run has early and late points.
    const ms = Math.round(((point + Math.random()) / POINTS) * FLOW_MS)
    it(`${ms} ms into the flow: the applicant gets one card`, async () => {
      const flow = await begin(point)
      const driven = drive(flow).catch(() => undefined)
      await setTimeout(ms)
      await node.kill()
      await driven
      await node.start()
      await drive(flow)
      expect(await look(flow)).to.include({ state: 'issued' })
      const { body } = await node.get(`/operator/residents/${flow.person}`)
      expect(body.credentials, 'one card').to.have.length(1)
      expect(body.credentials[0].status).to.equal('VALID')
      const open = body.applications.filter((one: { applicationId: string }) => one.applicationId !== flow.id)
      // An application whose answer was lost before any act is cancelled by the clerk, who sees it at the person.
      for (const { applicationId, version, state } of open) {
        expect(state).to.equal('applied')
        const cancelled = await node.post(`/operator/applications/${applicationId}/cancel`, {
          version,
          reason: 'mistake',
        })
        expect(cancelled.status).to.equal(200)
      }
    })
  }
})
