/**
 * The third year, over HTTP with a wallet of other libraries: a card that came from an IC card is renewed at home when its
 * holder's address changes. Then the node is killed at moments of the renewal, and the holder has one usable card each time.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { BUILT_IN_COLUMNS } from '../../node/credential/columns.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { chipPhone, icCard } from './support/ic-card.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { check, finding } from './support/steps.ts'
import { type IssuanceSession, refreshed } from './wallet/accept.ts'
import { Wallet } from './wallet/wallet.ts'

const LONG = process.env.DOJANG_TEST_LONG === '1'
/** Milliseconds after which the node is killed. */
const MOMENTS = LONG ? Array.from({ length: 20 }, (_, i) => 20 * i) : [40, 150]

const OF_DOCUMENT: readonly string[] = [BUILT_IN_COLUMNS.document_number[0], BUILT_IN_COLUMNS.document_chip[0]]

describe('e2e: renewals and kill -9', function () {
  this.timeout(LONG ? 900_000 : 240_000)
  const node = new TestNode(['--demo'])
  const aside = scratchDirectory('e2e-renewal')
  const wallet = new Wallet(join(aside, 'wallet'))
  const [holder] = people(1, 'renewal') as [ReturnType<typeof people>[0]]
  let person = ''
  let session: IssuanceSession

  before(async () => {
    await node.start()
    await moved('세종특별자치시 가상로 1')
    const { body } = await node.post('/operator/residents/search', { personalNumber: holder.personalNumber })
    person = String(body.residents[0].person)
    const image = await icCard(node, person, 'ic-exchange')
    const answer = await chipPhone<{ session: IssuanceSession }>(node, image, join(aside, 'wallet'))
    session = answer.session
  })
  after(async () => {
    await node.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  /** The register gets another address. A file without the columns of the document leaves that as it is. */
  async function moved(address: string): Promise<void> {
    const [header = [], row = []] = Buffer.from(csvOf([{ ...holder, address }]))
      .toString('utf8')
      .split('\r\n')
      .map(line => line.split(','))
    const kept = (cells: readonly string[]) => cells.filter((_, i) => !OF_DOCUMENT.includes(header[i] ?? '')).join(',')
    const { status, body } = await node.import(`${kept(header)}\r\n${kept(row)}\r\n`)
    expect(status, JSON.stringify(body)).to.equal(200)
  }
  const valid = async () => {
    const { body } = await node.get(`/operator/residents/${person}`)
    const cards = body.credentials as { credentialId: string; status: string }[]
    return cards.filter(({ status }) => status === 'VALID').length
  }
  const renewed = async () => {
    const { card, claims } = await wallet.collect(await refreshed(session))
    for (const { id } of wallet.home.cards()) if (id !== card.id) wallet.home.forget(id)
    return claims
  }
  const addressIn = (claims: Record<string, unknown>) => (claims.address as { formatted: string }).formatted

  it('refuses a card that is neither outdated nor about to expire', async () => {
    expect(String(await renewed().catch(String))).to.include('Error')
    expect(await valid()).to.equal(1)
  })

  it('renews an outdated card, and the old one ends', async () => {
    await moved('세종특별자치시 가상로 2')
    expect(addressIn(await renewed())).to.equal('세종특별자치시 가상로 2')
    expect(await valid()).to.equal(1)
    expect(finding(await check(node, wallet, 'bank'))).to.equal('valid')
  })

  it('leaves one usable card, whenever the node is killed', async () => {
    for (const [i, ms] of MOMENTS.entries()) {
      const address = `세종특별자치시 가상로 ${10 + i}`
      await moved(address)
      const renewing = renewed().catch(() => undefined)
      await setTimeout(ms)
      await node.kill()
      const answered = await renewing
      await node.start()
      // A wallet without an answer asks again; here with another key, as one that has lost the key, too.
      const claims = answered ?? (await renewed())
      expect(addressIn(claims)).to.equal(address)
      expect(await valid(), `killed after ${ms} ms`).to.equal(1)
    }
    expect(finding(await check(node, wallet, 'bank'))).to.equal('valid')
  })
})
