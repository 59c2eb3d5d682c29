/** The screen of the wallet providers on a real node: a stop is proposed, confirmed by somebody else, carried out and lifted. */
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import type { OperatorActor } from '../../node/issuer/operators/actor.ts'
import { screens } from '../../scripts/web.mjs'
import { signedIn } from '../support/operator-page.ts'
import { seedCards } from '../support/seeded-cards.ts'
import { openSite, type Site } from '../support/site.ts'
import { until } from '../support/until.ts'
import {
  addPasskeys,
  expectUsable,
  type Language,
  launchOrSkip,
  newContext,
  newPage,
  picture,
  type Size,
  views,
} from './support/chromium.ts'

describe('browser: the wallet providers', function () {
  this.timeout(180_000)
  let browser: Browser
  let site: Site
  before(async function () {
    browser = await launchOrSkip(this)
    if (!screens()) throw new Error('the screens could not be built')
  })
  beforeEach(async () => {
    site = await openSite()
  })
  afterEach(() => site?.close())
  after(() => browser?.close())

  for (const [language, size] of views(1)) {
    it(`${language}, ${size}: propose a stop, see how far it is, propose to lift it`, () =>
      walk(browser, site, language, size))
  }
})

async function walk(browser: Browser, { authority }: Site, language: Language, size: Size): Promise<void> {
  const { accounts, proposals, walletStops, journal, config } = authority
  await seedCards(authority, journal.store, 30, '1')
  const words = (ko: string, en: string) => (language === 'ko' ? ko : en)
  const page = await newPage(await newContext(browser, language, size))
  await addPasskeys(page)
  const press = (ko: string, en: string) => page.getByRole('button', { name: words(ko, en), exact: true }).click()
  const seen = async (name: string, ko: string, en: string) => {
    await page.getByText(words(ko, en)).first().waitFor()
    await expectUsable(page, name)
    await picture(page, `${name}-${language}-${size}`)
  }
  const invited = await accounts.invite(
    { name: words('한책임', 'the supervisor'), role: 'supervisor', centre: null },
    { kind: 'local' },
  )
  const other = await signedIn({ authority }, 'administrator')
  const confirmer: OperatorActor = { kind: 'operator', id: other.id, name: 'x', role: 'administrator', centre: null }
  const confirmOpen = async () => {
    const open = (await proposals.list()).find(({ state }) => state === 'open')
    await proposals.confirm(String(open?.id), confirmer)
  }
  await page.goto(invited.enrolmentUrl)
  await press('패스키 만들기', 'Create passkey')
  await press('로그인 화면으로', 'Go to sign-in')
  await press('패스키로 로그인', 'Sign in with passkey')
  await page.getByRole('navigation').waitFor()

  await page.goto(`${config.operatorUrl}/counter/wallets`)
  await seen('wallet-providers', '등록됨', 'Admitted')
  await press('중지 제안하기', 'Propose a stop')
  await page.getByText(words('정한 일시에 모두 정지', 'Suspend all at a time'), { exact: true }).click()
  await press('제안하기', 'Propose')
  await seen('wallet-stop-faults', '앞으로의 일시를 입력해 주세요.', 'Enter a time that is still to come.')
  await page.getByLabel(words('정지 일시', 'Time of the suspension')).fill('2099-01-31T09:00')
  await page
    .getByRole('textbox', { name: words('사유', 'Reason'), exact: true })
    .fill(words('키 유출 보고', 'Its keys leaked'))
  await seen('wallet-stop', '폐기는 되돌릴 수 없습니다', 'A revocation cannot be undone')
  await press('제안하기', 'Propose')
  await seen('wallet-stop-proposed', '지갑 제공자 1번 중지', 'Stop wallet provider 1')
  await confirmOpen()
  expect(walletStops.endsIssuing(1)).to.equal(true)

  await page.goto(`${config.operatorUrl}/counter/wallets`)
  await seen('wallet-stop-waiting', '정지 예정', 'will be suspended on')
  await press('일시 변경 제안하기', 'Propose another time')
  await page.getByText(words('승인 즉시 모두 정지', 'Suspend all as soon as it is confirmed'), { exact: true }).click()
  await page
    .getByRole('textbox', { name: words('사유', 'Reason'), exact: true })
    .fill(words('지금 위험함', 'Dangerous now'))
  await press('제안하기', 'Propose')
  await page.getByText(words('즉시 정지 후 폐기', 'are suspended at once')).first().waitFor()
  await confirmOpen()
  await until('its cards are suspended', () => walletStops.get('1')?.state === 'revoking')

  await page.goto(`${config.operatorUrl}/counter/wallets`)
  await seen('wallet-stop-revoking', '30건 정지됨', '30 suspended')
  await press('중지 철회 제안하기', 'Propose to lift the stop')
  await page
    .getByText(words('이 중지로 정지된 신분증의 정지 해제', 'Reinstate the cards that this stop suspended'))
    .click()
  await page.getByRole('textbox', { name: words('사유', 'Reason'), exact: true }).fill(words('오인 신고', 'A mistake'))
  await seen('wallet-stop-lift', '다른 사유로 정지된', 'Cards that somebody else suspended')
  await press('제안하기', 'Propose')
  await page.getByText(words('중지 철회, 이 중지로', 'and reinstate the cards')).first().waitFor()
  await confirmOpen()
  await until('the stop is lifted', () => walletStops.get('1')?.state === 'lifted')
  await page.goto(`${config.operatorUrl}/counter/wallets`)
  await seen('wallet-stop-lifted', '중지 철회됨', 'Stop lifted')
  await page.context().close()
}
