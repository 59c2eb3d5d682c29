/** An authority on a network that answers and fails as Besu's nodes do. */
import { rmSync } from 'node:fs'
import { expect } from 'chai'
import { readConfig } from '../../../node/config/file.ts'
import { Wallet } from '../../e2e/wallet/wallet.ts'
import { BesuStandIn } from '../../support/besu-stand-in.ts'
import { failureOf } from '../../support/failure.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { openSite, type Site } from '../../support/site.ts'
import { until } from '../../support/until.ts'
import { orderOf, populate } from '../../support/world.ts'

const CHAIN = 4711
/** In place of half a minute. */
const ANSWER_WITHIN_MS = 2_500

describe('an authority on Besu nodes', function () {
  this.timeout(120_000)
  const home = scratchDirectory('wallet')
  const data = scratchDirectory('site')
  const wallet = new Wallet(home)
  let network: BesuStandIn
  let site: Site
  let people: Uint8Array[]

  const operator = async (path: string, body?: unknown) => {
    const { custody } = site.authority
    const headers = { authorization: `Bearer ${custody.operatorToken}`, 'content-type': 'application/json' }
    const response = await fetch(`${site.operatorUrl}${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers that they describe themselves
    return { status: response.status, headers: response.headers, body: (await response.json()) as any }
  }
  const offer = async (at: number) => {
    const person = people[at] as Uint8Array
    const { counter } = site.authority
    const resident = await site.authority.residents.find(person)
    const number = resident?.facts.personalNumber as string
    return counter.apply('resident', number, { by: 'test', how: 'test' }, 'any-centre')
  }
  const ready = async () => (await fetch(`${site.url}/readyz`)).status === 200

  before(async () => {
    network = await BesuStandIn.open({ chainId: CHAIN })
    site = await openSite({ data, ledger: network.urls, chainId: CHAIN }, { answerWithinMs: ANSWER_WITHIN_MS })
    people = await populate(site.authority.residents, 2_010)
  })
  after(async () => {
    await site?.close()
    await network?.close()
    for (const path of [home, data]) rmSync(path, { recursive: true, force: true })
  })

  it('issues a card with the next block', async () => {
    const waits: number[] = []
    for (let i = 0; i < 5; i++) {
      const { offerUrl, txCode } = await offer(i)
      const begun = performance.now()
      await wallet.accept(offerUrl, { txCode })
      waits.push(performance.now() - begun)
    }
    const [, , median] = waits.toSorted((a, b) => a - b)
    expect(median, waits.map(Math.round).join(' ')).to.be.lessThan(1_500)
  })

  it('issues and replaces 2,000 cards at once without a refused connection', async () => {
    const { pipeline, credentials } = site.authority
    const crowd = people.slice(10)
    const first = await Promise.all(crowd.map(person => pipeline.issue(orderOf(person))))
    const sent = () => network.nodes.reduce((sum, node) => sum + (node.asked.get('eth_sendRawTransaction') ?? 0), 0)
    const before = sent()
    await Promise.all(crowd.map(person => pipeline.issue(orderOf(person))))
    expect(network.refused).to.equal(0)
    for (const { credentialId } of first) {
      expect(credentials.statusOf(credentials.get(credentialId))).to.equal('SUSPENDED')
    }
    // The suspensions of one moment share transactions.
    expect(sent() - before).to.be.lessThan(60)
  })

  it('says what is true while no blocks are made, and delivers afterwards what was committed', async () => {
    await until('it is ready', ready, { withinMs: 10_000 })
    const { credentialId } = await site.authority.pipeline.issue(orderOf(people[5] as Uint8Array))
    const { offerUrl, txCode, applicationId } = await offer(6)
    const session = await wallet.redeem(offerUrl, txCode)
    network.chain.halt()
    const halted = performance.now()
    const [suspended, collected] = await Promise.all([
      operator(`/operator/credentials/${credentialId}/suspend`, { reason: 'lost' }),
      wallet.collect(session).catch(error => error as Error),
    ])
    expect(performance.now() - halted).to.be.lessThan(ANSWER_WITHIN_MS + 2_000)
    expect(suspended).to.deep.include({ status: 503 })
    expect(suspended.body).to.include({ code: 'LEDGER_PENDING' })
    expect(Number(suspended.headers.get('retry-after'))).to.be.within(1, 30)
    expect(String(collected)).to.match(/503/)
    expect((await operator(`/operator/applications/${applicationId}`)).body).to.include({
      state: 'issued',
      block: null,
    })
    await until('it is not ready', async () => !(await ready()), { withinMs: 20_000 })

    network.chain.resume()
    await until('it is ready', ready, { withinMs: 15_000 })
    const { claims } = await wallet.collect(session)
    expect(claims).to.include({ family_name: '홍' })
    expect((await operator(`/operator/applications/${applicationId}`)).body.state).to.equal('issued')
    const again = await operator(`/operator/credentials/${credentialId}/suspend`, { reason: 'lost' })
    expect(again.body).to.include({ code: 'ISSUER_STATUS_UNCHANGED' })
  })

  it('starts with another list of nodes of the same ledger, and with none of another ledger', async () => {
    const stored = () => readConfig(data).ledgerUrl
    await site.close()
    const reversed = network.urls.split(',').reverse().join(',')
    site = await openSite({ data, ledger: reversed }, { answerWithinMs: ANSWER_WITHIN_MS })
    expect(stored()).to.equal(reversed)
    await site.close()
    const other = await BesuStandIn.open({ nodes: 1, chainId: CHAIN })
    const failure = await failureOf(openSite({ data, ledger: other.urls }))
    await other.close()
    expect(failure.code).to.equal('LEDGER_WRONG_CHAIN')
    expect(stored()).to.equal(reversed)
    site = await openSite({ data })
    expect(await ready()).to.equal(true)
  })
})
