/**
 * Without a visit: the counter's queue makes an IC card; with it, a phone gets the mobile card. Then a new phone gets it with the
 * same IC card, and the old phone's card ends. The phone is a process of its own (support/chip-phone.ts).
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { chipChallenge } from '../../node/chip/document/challenge.ts'
import { parseDg2 } from '../../node/chip/document/face.ts'
import { decodeImage } from '../../node/chip/image-file.ts'
import { readChip } from '../../node/chip/reader/read-chip.ts'
import { readingToJson } from '../../node/chip/reader/reading-json.ts'
import { parseSessionCode } from '../../node/chip/session-code.ts'
import { SoftwareCard } from '../../node/chip/software-card/software-card.ts'
import { fromBase64url } from '../../node/lib/bytes.ts'
import { sendDocument, sendFace } from '../../node/web/kiosk/core/issuer.ts'
import { parseWalletSettings } from '../../node/web/wallet/core/settings.ts'
import { openPhone } from '../support/phone.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { random } from '../support/world.ts'
import { chipPhone, icCard } from './support/ic-card.ts'
import { TestNode } from './support/node.ts'
import { check, finding } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

describe('e2e: the chip of an IC card', function () {
  this.timeout(180_000)
  const node = new TestNode(['--demo'])
  const aside = scratchDirectory('e2e-chip')
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

  const phone = (name: string, image: string, face?: string) =>
    chipPhone<{ readonly claims?: Record<string, unknown>; readonly refused?: string }>(
      node,
      image,
      join(aside, name),
      face,
    )

  let image = ''

  it('mission 3: gives the first mobile card with no visit', async () => {
    image = await icCard(node, person, 'ic-exchange')
    const { claims } = await phone('first', image)
    expect(claims?.personal_administrative_number).to.equal(number)
    expect(finding(await check(node, new Wallet(join(aside, 'first')), 'bank'))).to.equal('valid')
  })

  it('mission 3: gives it to a new phone, and the old phone’s card ends', async () => {
    expect((await phone('second', image)).claims?.personal_administrative_number).to.equal(number)
    expect(finding(await check(node, new Wallet(join(aside, 'second')), 'bank'))).to.equal('valid')
    const old = await check(node, new Wallet(join(aside, 'first')), 'bank')
    expect(finding(old)).to.match(/^(?:revoked|suspended)/)
  })

  it('refuses a card that was replaced', async () => {
    const next = await icCard(node, person, 'ic-replacement')
    expect(await phone('third', image)).to.deep.equal({ refused: 'ISSUER_CHIP_NOT_PRESENT' })
    image = next
  })

  it('gives it to the web wallet, which shows a code to a kiosk', async () => {
    const { host, port } = node.config.wallet
    const settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
    const { wallet } = await openPhone({ settings })
    await wallet.setUp()
    await until('the wallet has the ledger', async () => (await wallet.refresh()).ledger.state === 'proved', {
      withinMs: 30_000,
    })
    const session = await wallet.openChipSession('urn:dojang:kr:resident:1')
    const code = parseSessionCode(session.code)
    if (!code) throw new Error('no code of a session')
    const chip = decodeImage(readFileSync(image, 'utf8'))
    const challenge = chipChallenge(fromBase64url(code.nonce), fromBase64url(code.key))
    const reading = await readChip(new SoftwareCard(chip, random), {
      ...{ cardAccessNumber: chip.cardAccessNumber, challenge, random },
    })
    expect(await session.state()).to.deep.equal({ at: 'document' })
    expect(await sendDocument(code, readingToJson(reading))).to.deep.equal({ kind: 'done', value: 3 })
    expect(await session.state()).to.deep.equal({ at: 'face' })
    const portrait = parseDg2(reading.dataGroups.get(2) ?? new Uint8Array()).bytes
    const provider = `${node.url}/demo/face`
    const photo = await sendFace(provider, code, { capture: Uint8Array.of(0, ...portrait), portrait })
    expect(photo).to.deep.equal({ kind: 'refused', code: 'ISSUER_FACE_NOT_MATCHED', left: 2 })
    const alive = { capture: Uint8Array.of(1, ...portrait), portrait }
    expect(await sendFace(provider, code, alive)).to.deep.equal({ kind: 'done', value: null })
    const state = await session.state()
    const redemption = await wallet.redeem(await wallet.openOffer(state.at === 'offer' ? state.link : ''))
    expect(redemption.digits).to.equal(null)
    const card = await wallet.receive(await wallet.touch())
    expect(card.vct).to.equal('urn:dojang:kr:resident:1')
  })

  it('refuses somebody else with a stolen card: after three faces only the counter is left', async () => {
    expect(await phone('thief', image, 'other')).to.deep.equal({ refused: 'ISSUER_CHIP_TO_COUNTER' })
    expect(await phone('thief', image)).to.deep.equal({ refused: 'ISSUER_CHIP_TO_COUNTER' })
  })
})
