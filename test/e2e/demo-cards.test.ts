/** The demo: an invented person for each of the six cards, and each card in a wallet. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { check, finding, issue } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

const CARDS = ['resident', 'driver', 'veteran', 'foreigner', 'disability', 'student']

describe('e2e: the cards of the demo', function () {
  this.timeout(120_000)
  const node = new TestNode(['--demo'])
  const aside = scratchDirectory('e2e-demo')
  const wallet = new Wallet(join(aside, 'wallet'))
  const offered = () => [...node.output.matchAll(/echo (\S+) \| npm run dojang .*offer --card (\S+)/g)]

  before(() => node.start())
  after(async () => {
    await node.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  it('are six, granted at the first start, with a person for each in the text of the start', async () => {
    expect(offered().map(([, , card]) => card)).to.deep.equal(CARDS)
    expect((await node.get('/operator/lacking')).body.lacking).to.deep.equal([])
    const { body } = await node.get('/operator/cards')
    expect(body.cards.map(({ id }: { id: string }) => id)).to.deep.equal(CARDS)
  })

  const presets = new Map([
    ...['resident', 'driver', 'foreigner'].map(card => [card, 'bank'] as const),
    ...['veteran', 'disability'].map(card => [card, 'hospital'] as const),
  ])

  for (const [i, card] of CARDS.entries()) {
    it(`mission 1: ${card}: is issued to that person`, async () => {
      const number = offered()[i]?.[1] ?? ''
      const { claims, card: held } = await issue(node, wallet, card, number)
      if (card !== 'student') expect(claims.personal_administrative_number).to.equal(number)
      if (card === 'foreigner') expect(claims.issuing_authority).to.equal('법무부')
      const preset = presets.get(card)
      if (preset) expect(finding(await check(node, wallet, preset, [held]))).to.equal('valid')
    })
  }
})
