/**
 * The whole way with the keyboard alone, on a real node: no test code presses, focuses or fills anything. Where the focus is
 * has to be visible, and each step has to be reached with the tabulator key.
 */
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { TestNode } from '../e2e/support/node.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { builtScreens } from './support/built-screens.ts'
import { addPasskeys, launchOrSkip, newContext, newPage } from './support/chromium.ts'
import { Keyboard } from './support/keyboard.ts'

describe('browser: the counter with the keyboard alone', function () {
  this.timeout(240_000)
  let browser: Browser
  let node: TestNode

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    node = new TestNode(['--demo'])
    await node.start()
    await node.printed(/Stop with Ctrl-C/)
  })
  after(async () => {
    await browser?.close()
    await node?.dispose()
  })

  it('from the sign-in to a card that is suspended, reinstated and revoked', async () => {
    const page = await newPage(await newContext(browser, 'ko', 'desk'))
    await addPasskeys(page)
    const keys = new Keyboard(page)
    const number = /echo (\S+) \|.* offer --card resident/.exec(node.output)?.[1] ?? ''
    await page.goto(/as a clerk.*\n\s+(\S+)/.exec(node.output)?.[1] ?? '')
    await keys.press('패스키 만들기')
    await keys.press('로그인 화면으로')
    await keys.press('패스키로 로그인')

    // The search has the focus already.
    await page.getByRole('heading', { name: '창구', level: 1 }).waitFor()
    await keys.focusIsOn('주민등록번호, 또는 성명과 생년월일')
    await keys.type(number)
    await keys.enter()
    await page.locator('img.portrait').waitFor()
    await keys.press('모바일 주민등록증 신청 받기')
    await keys.press('다음: 신원 확인')
    await keys.choose('확인한 신분증', '여권')
    await keys.fill('신분증 번호', 'M12345678')
    await keys.tick('얼굴 대조함')
    await keys.press('다음: 휴대전화 번호')
    await keys.press('번호 없이 계속하기')
    await toTheCode(page, keys)

    const offerUrl = (await page.locator('.qr').getAttribute('data-text')) ?? ''
    await page.keyboard.press('Escape')
    await keys.press('확인 번호 보기')
    const txCode = ((await page.locator('.digits .visually-hidden').textContent()) ?? '').replace(/\D/g, '')
    const wallet = new Wallet(scratchDirectory('keyboard-wallet'))
    const collected = wallet.collect(await wallet.redeem(offerUrl, txCode))
    await keys.press('같은 휴대전화')
    await collected
    await keys.press('이 사람의 신분증 보기')

    await keys.press('분실 정지')
    await keys.choose('사유', '휴대전화 분실')
    await keys.press('지금 잠그기')
    await keys.press('이 사람의 신분증 보기')

    await keys.press('잠금 해제')
    await keys.choose('확인한 신분증', '여권')
    await keys.tick('얼굴 대조함')
    await keys.choose('사유', '휴대전화를 되찾음')
    await keys.press('잠금 해제하기')
    await keys.press('이 사람의 신분증 보기')

    await keys.press('폐기')
    await keys.choose('사유', '휴대전화 고장')
    await keys.press('폐기하기')
    await page.getByRole('heading', { name: '폐기했습니다', level: 1 }).waitFor()
    await keys.press('다음 사람')
    await keys.focusIsOn('주민등록번호, 또는 성명과 생년월일')
    expect(wallet.home.cards()).to.have.length(1)
    await keys.press('로그아웃')
    await page.getByRole('button', { name: '패스키로 로그인' }).waitFor()
  })
})

async function toTheCode(page: Page, keys: Keyboard): Promise<void> {
  await keys.press('QR 보여주기')
  await page.locator('.qr').waitFor()
  // While the screen is the applicant's, the tabulator key leads nowhere else.
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).to.equal(true)
  }
}
