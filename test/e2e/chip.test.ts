/**
 * Without a visit: the counter's queue makes an IC card; with it, a phone gets the mobile card. Then a new phone gets it with the
 * same IC card, and the old phone's card ends. The phone is a process of its own (support/chip-phone.ts).
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { TestNode } from './support/node.ts'
import { Child } from './support/process.ts'
import { check, finding } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

describe('e2e: the chip of an IC card', function () {
  this.timeout(180_000)
  const node = new TestNode(['--demo'])
  const aside = scratchDirectory('e2e-chip')
  const chips = () => join(node.data, 'chips')
  let number = ''
  let person = ''

  before(async () => {
    await node.start()
    number = /echo (\S+) \| npm run dojang .*offer --card resident/.exec(node.output)?.[1] ?? ''
    const { body } = await node.post('/operator/residents/search', { personalNumber: number })
    person = String(body.residents[0].person)
  })
  after(async () => {
    await node.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  /** What the phone printed. */
  async function phone(name: string, image: string, face = 'same') {
    const args = [node.url, image, join(aside, name), face]
    const { out, err, exit } = await Child.start('test/e2e/support/chip-phone.ts', args).finished()
    expect(exit, err).to.equal(0)
    return JSON.parse(out) as { readonly claims?: Record<string, unknown>; readonly refused?: string }
  }

  /** The image of the card that the counter's queue makes. */
  async function icCard(kind: string): Promise<string> {
    const before = existsSync(chips()) ? readdirSync(chips()) : []
    const applied = await node.post('/operator/applications', { person, card: 'resident', kind, chip: true })
    expect(applied.status, JSON.stringify(applied.body)).to.equal(201)
    const { applicationId: id, version } = applied.body
    const identity = { version, document: 'resident-card', means: ['face-compared'] }
    const checked = await node.post(`/operator/applications/${id}/identity`, identity)
    expect(checked.status, JSON.stringify(checked.body)).to.equal(200)
    const made = () => (existsSync(chips()) ? readdirSync(chips()) : []).filter(name => !before.includes(name))
    await until('the card is made', () => made().some(name => name.endsWith('.json')), { withinMs: 30_000 })
    await until(
      'the register has it',
      async () => {
        const { body } = await node.get(`/operator/applications/${id}`)
        return body.state === 'issued'
      },
      { withinMs: 30_000 },
    ) // prettier-ignore
    return join(chips(), made()[0] as string)
  }

  let image = ''

  it('gives the first mobile card with no visit', async () => {
    image = await icCard('ic-exchange')
    const { claims } = await phone('first', image)
    expect(claims?.personal_administrative_number).to.equal(number)
    expect(finding(await check(node, new Wallet(join(aside, 'first')), 'bank'))).to.equal('valid')
  })

  it('gives it to a new phone, and the old phone’s card ends', async () => {
    expect((await phone('second', image)).claims?.personal_administrative_number).to.equal(number)
    expect(finding(await check(node, new Wallet(join(aside, 'second')), 'bank'))).to.equal('valid')
    const old = await check(node, new Wallet(join(aside, 'first')), 'bank')
    expect(finding(old)).to.match(/^(?:revoked|suspended)/)
  })

  it('refuses a card that was replaced', async () => {
    const next = await icCard('ic-replacement')
    expect(await phone('third', image)).to.deep.equal({ refused: 'ISSUER_CHIP_NOT_PRESENT' })
    image = next
  })

  it('refuses somebody else with a stolen card: after three faces only the counter is left', async () => {
    expect(await phone('thief', image, 'other')).to.deep.equal({ refused: 'ISSUER_CHIP_TO_COUNTER' })
    expect(await phone('thief', image)).to.deep.equal({ refused: 'ISSUER_CHIP_TO_COUNTER' })
  })
})
