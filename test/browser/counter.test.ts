/**
 * A day at the counter on a real node, in Chromium: from the printed link of the first administrator to a card in the test
 * wallet that is suspended, reinstated and revoked.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { calculateJwkThumbprint } from 'jose'
import type { Browser } from 'playwright-core'
import { TestNode } from '../e2e/support/node.ts'
import { CLIENT_ID } from '../e2e/wallet/callbacks.ts'
import type { makeKey } from '../e2e/wallet/keys.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { builtScreens } from './support/built-screens.ts'
import { launchOrSkip } from './support/chromium.ts'
import { Clerk } from './support/clerk.ts'

const CENTRE = 'jongno-1'

describe('browser: the counter on a real node', function () {
  this.timeout(180_000)
  let browser: Browser
  let node: TestNode
  let administrator: Clerk
  let clerk: Clerk
  /** For each card, the number of somebody who may have it, as the start text prints it. */
  let numbers: Map<string, string>
  let names: Map<string, { ko: string; en: string }>
  /** For each card, the line of that person. */
  let lines: Map<string, string>

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    node = new TestNode(['--demo'])
    await node.start()
    await node.printed(/Stop with Ctrl-C/)
    numbers = new Map(
      [...node.output.matchAll(/echo (\S+) \|.* offer --card (\S+)/g)].map(([, number = '', card = '']) => [
        card,
        number,
      ]),
    )
    lines = new Map(
      [...node.output.matchAll(/offer --card (\S+) +# (\S+)/g)].map(([, card = '', line = '']) => [card, line]),
    )
    const { cards } = (await node.get('/operator/cards')).body ?? {}
    names = new Map(cards.map((card: { id: string; name: { ko: string; en: string } }) => [card.id, card.name]))
  })
  after(async () => {
    await browser?.close()
    await node?.dispose()
  })

  it('enrols the first administrator by the printed link, and a clerk by an invitation', async () => {
    const link = /administrator makes a passkey here.*\n\s+(\S+)/.exec(node.output)?.[1] ?? ''
    administrator = await Clerk.enrol(browser, link)
    await administrator.seen('operators', '담당자 초대하기', 'Invite an operator')
    await administrator.press('담당자 초대하기', 'Invite an operator')
    await administrator.page.getByLabel('이름').fill('김서윤')
    await administrator.choose('창구 담당자', 'Clerk')
    await administrator.page.getByLabel('소속 센터').fill('nowhere')
    await administrator.press('등록 링크 만들기', 'Make enrolment link')
    await administrator.seen('invite-centre', '시행 일정에 없는 센터입니다', 'The roll-out policy has no such centre')
    await administrator.page.getByLabel('소속 센터').fill(CENTRE)
    await administrator.page.getByRole('status').filter({ hasText: '가상1동 주민센터' }).waitFor()
    await administrator.seen('invite-clerk', '소속 센터', 'Centre')
    await administrator.press('등록 링크 만들기', 'Make enrolment link')
    await administrator.seen('invited', '링크 복사하기', 'Copy link')
    clerk = await Clerk.enrol(browser, await administrator.page.getByRole('textbox').inputValue())
    await clerk.seen('desk', '오늘 접수한 신청이 없습니다', 'No applications today')
  })

  for (const [language, size] of [
    ['ko', 'desk'],
    ['en', 'desk'],
    ['ko', 'phone'],
    ['en', 'phone'],
  ] as const) {
    it(`mission 2: issues, suspends, reinstates and revokes the resident card: ${language}, ${size}`, async () => {
      await clerk.use(language, size)
      await issue('resident')
      await changes()
    })
  }

  for (const card of ['driver', 'veteran', 'foreigner', 'disability', 'student']) {
    it(`the same with the card ${card}`, async () => {
      await clerk.use(card === 'veteran' ? 'en' : 'ko', card === 'student' ? 'phone' : 'desk')
      await issue(card)
      await changes()
    })
  }

  for (const language of ['ko', 'en'] as const) {
    it(`orders an IC card, which the simulated producer of the demo makes: ${language}`, async () => {
      await clerk.use(language, language === 'ko' ? 'desk' : 'phone')
      await clerk.find(numberFor('resident'))
      await clerk.applyForPlastic(nameOf('resident'), async () => {
        await clerk.choose('IC 카드로 교체', 'Exchange for an IC card')
        await clerk.choose('칩 있음', 'With a chip')
        await clerk.seen('plastic', '지금 쓰는 카드를 돌려받습니다', 'The present card is handed in')
      })
      await clerk.press('카드 제작 신청하기', 'Order the card')
      await clerk.seen('ordered', '카드 제작을 신청했습니다', 'The card was ordered')
      const id = new URL(clerk.page.url()).pathname.split('/').at(-1)
      expect((await node.get(`/operator/applications/${id}`)).body).to.include({ kind: 'ic-exchange', chip: true })
      // The page watches the application: nobody reloads it.
      await clerk.seen('plastic-done', '카드가 제작되었습니다', 'The card was made')
      expect((await node.get(`/operator/applications/${id}`)).body).to.include({ state: 'issued', job: 'done' })
      await clerk.press('다음 사람', 'Next person')
      await clerk.seen('desk-plastic', 'IC 카드로 교체', 'Exchange for an IC card')
    })
  }

  it('a photographed code that another phone redeemed is stopped, and that phone gets no card', async () => {
    await clerk.use('ko', 'desk')
    await showsDigits()
    await clerk.find(numberFor('resident'))
    await clerk.applyFor(nameOf('resident'))
    const photographed = await clerk.showCode()
    const thief = new Wallet(scratchDirectory('thief'))
    const stolen = await thief.redeem(photographed.offerUrl, photographed.txCode)
    const asked = thief.collect(stolen).then(
      () => 'a card',
      () => 'refused',
    )
    await clerk.seen('same-phone-digits', '같은 번호가 보입니까?', 'Does the phone show the same number?')
    expect(await shownDigits()).to.equal(await digitsOf(stolen.dpopKey, photographed.offerUrl))
    await clerk.press('중지', 'Stop')
    await clerk.seen('stopped', '중지했습니다', 'Stopped')
    expect(await asked).to.equal('refused')

    const wallet = new Wallet(scratchDirectory('applicant'))
    const again = await clerk.showCode('again')
    const session = await wallet.redeem(again.offerUrl, again.txCode)
    const card = wallet.collect(session)
    await clerk.seen('same-phone-again', '같은 번호가 보입니까?', 'Does the phone show the same number?')
    expect(await shownDigits()).to.equal(await digitsOf(session.dpopKey, again.offerUrl))
    await clerk.press('같은 휴대전화', 'Same phone')
    await card
    await clerk.seen('done-again', '발급되었습니다', 'The card was issued')
    expect(thief.home.cards()).to.deep.equal([])
  })

  for (const [language, size] of [
    ['ko', 'desk'],
    ['en', 'phone'],
  ] as const) {
    it(`sends the code to the applicant's line, and to no line of somebody else: ${language}, ${size}`, async () => {
      clerk.checks = true
      await clerk.use(language, size)
      await clerk.find(numberFor('driver'))
      await clerk.applyFor(nameOf('driver'), lines.get('foreigner'))
      await clerk.press('QR 보여주기', 'Show QR')
      await clerk.seen('line-of-another', '신청인 명의의 휴대전화 번호가 아닙니다', 'not registered in your name')
      await clerk.enterLine(lines.get('driver') ?? '')
      await clerk.press('QR 보여주기', 'Show QR')
      await clerk.seen('qr-line', '문자로 받은 숫자를 입력해 주세요', 'Enter the digits of the text message')
      const offerUrl = (await clerk.page.locator('.qr').getAttribute('data-text')) ?? ''
      await clerk.page.keyboard.press('Escape')
      await clerk.seen('clerk-line', '확인 번호를 문자로 보냈습니다', 'The transaction code was sent by text')

      const { messages } = (await node.get('/operator/lines/messages')).body ?? {}
      const { line, text } = messages.at(-1)
      expect(line).to.equal(`+82${lines.get('driver')?.slice(1).replaceAll('-', '')}`)
      const txCode = /\b\d{6}\b/.exec(text)?.[0] ?? ''
      expect(await clerk.page.content()).not.to.include(txCode)
      const wallet = new Wallet(scratchDirectory('wallet'))
      const collected = wallet.collect(await wallet.redeem(offerUrl, txCode))
      await clerk.seen('same-phone-line', CLIENT_ID, CLIENT_ID)
      await clerk.press('같은 휴대전화', 'Same phone')
      await collected
      await clerk.seen('done-line', '발급되었습니다', 'The card was issued')
      const journal = JSON.stringify((await node.get('/operator/journal')).body)
      expect(journal).to.include('application.line_verified').and.include('"delivery":"line"')
      expect(journal).not.to.include(txCode)
    })
  }

  it('tells the line of a phone whose card was issued again to another wallet', async () => {
    const told = async () =>
      (await node.get('/operator/lines/messages')).body.messages.filter(
        ({ kind }: { kind: string }) => kind === 'installation-ended',
      )
    await until('the line is told', async () => (await told()).length === 1, { withinMs: 20_000 })
    expect((await told())[0].line).to.equal(`+82${lines.get('driver')?.slice(1).replaceAll('-', '')}`)
  })

  it('shows the whole personal number only when asked, and the journal has the asking', async () => {
    const number = numberFor('resident')
    await clerk.find(number)
    expect(await clerk.page.locator('body').textContent()).not.to.include(number)
    await clerk.press('번호 보기', 'Show')
    await clerk.page.getByText(number).waitFor()
    const journal = await node.get('/operator/journal')
    expect(JSON.stringify(journal.body)).to.include('resident.number-revealed').and.not.include(number)
  })

  const numberFor = (card: string): string => numbers.get(card) ?? expect.fail(`nobody for ${card}`)
  const nameOf = (card: string): string => names.get(card)?.[clerk.language] ?? expect.fail(`no card ${card}`)
  const shownDigits = async () =>
    ((await clerk.page.locator('.digits-huge .visually-hidden').textContent()) ?? '').replace(/\D/g, '')

  async function issue(card: string): Promise<void> {
    await clerk.find(numberFor(card))
    await clerk.seen(`person-${card}`, nameOf(card), nameOf(card))
    await clerk.applyFor(nameOf(card))
    const { offerUrl, txCode } = await clerk.showCode()
    const wallet = new Wallet(scratchDirectory('wallet'))
    const session = await wallet.redeem(offerUrl, txCode)
    // The request waits until the clerk has pressed.
    const collected = wallet.collect(session)
    await clerk.seen('same-phone', CLIENT_ID, CLIENT_ID)
    expect(wallet.home.cards()).to.have.length(0)
    await clerk.press('같은 휴대전화', 'Same phone')
    const { claims } = await collected
    expect(claims.vct).to.include(card)
    await clerk.seen(`done-${card}`, '발급되었습니다', 'The card was issued')
    await clerk.press('이 사람의 신분증 보기', 'Show this person’s cards')
    await clerk.seen(`person-with-${card}`, '유효', 'Valid')
  }

  async function changes(): Promise<void> {
    await clerk.change('suspend')
    await clerk.change('reinstate')
    await clerk.change('revoke')
    await clerk.seen('person-after', '폐기', 'Revoked')
  }

  /** As an operator does for a wallet that is known to show them. */
  async function showsDigits(): Promise<void> {
    const file = join(node.data, 'config.json')
    await node.stop()
    const config = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...config, walletsShowingDigits: [CLIENT_ID] }))
    await node.start()
    await clerk.page.goto(`${config.operatorUrl}/counter/`)
    await clerk.page.getByRole('textbox').waitFor()
  }
})

/** Computed as the specification of the digits says, without the product's code. */
async function digitsOf(key: ReturnType<typeof makeKey>, offerUrl: string): Promise<string> {
  const offer = await fetch(new URL(offerUrl).searchParams.get('credential_offer_uri') ?? '')
  const { grants } = (await offer.json()) as { grants: Record<string, Record<string, string>> }
  const code = grants['urn:ietf:params:oauth:grant-type:pre-authorized_code']?.['pre-authorized_code'] ?? ''
  const thumbprint = Buffer.from(await calculateJwkThumbprint({ ...key } as never), 'base64url')
  const hash = createHash('sha256').update(thumbprint).update(code).digest('hex')
  return String(BigInt(`0x${hash}`) % 100n).padStart(2, '0')
}
