/** What an operator does in the browser, in the words of either language. */
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import {
  addPasskeys,
  expectUsable,
  type Language,
  newContext,
  newPage,
  type Passkeys,
  picture,
  SIZES,
  type Size,
} from './chromium.ts'

export class Clerk {
  language: Language = 'ko'
  size: Size = 'desk'
  /** Whether each screen is checked by axe. */
  checks = true

  private constructor(
    readonly page: Page,
    readonly passkeys: Passkeys,
  ) {}

  /** Opens the one-time link, makes a passkey and signs in with it. */
  static async enrol(browser: Browser, link: string): Promise<Clerk> {
    const page = await newPage(await newContext(browser, 'ko', 'desk'))
    const clerk = new Clerk(page, await addPasskeys(page))
    await page.goto(link)
    await clerk.seen('enrol', '패스키 만들기', 'Create passkey')
    await clerk.press('패스키 만들기', 'Create passkey')
    await clerk.seen('enrolled', '등록되었습니다', 'You are enrolled')
    await clerk.press('로그인 화면으로', 'Go to sign-in')
    await clerk.signIn()
    return clerk
  }

  async signIn(): Promise<void> {
    await this.seen('sign-in', '패스키로 로그인', 'Sign in with passkey')
    await this.press('패스키로 로그인', 'Sign in with passkey')
    await this.page.getByRole('navigation').waitFor()
  }

  words(ko: string, en: string): string {
    return this.language === 'ko' ? ko : en
  }

  button(ko: string, en: string) {
    return this.page.getByRole('button', { name: this.words(ko, en), exact: true }).first()
  }

  press = (ko: string, en: string): Promise<void> => this.button(ko, en).click()

  choose = (ko: string, en: string): Promise<void> =>
    this.page.getByText(this.words(ko, en), { exact: true }).first().click()

  /** Waits for the words, and checks the screen. */
  async seen(name: string, ko: string, en: string): Promise<void> {
    await this.page.getByText(this.words(ko, en)).first().waitFor()
    if (this.checks) await expectUsable(this.page, `${name}, ${this.language}, ${this.size}`)
    await picture(this.page, `real-${name}-${this.language}-${this.size}`)
  }

  /** Chooses the language and the size of the window. */
  async use(language: Language, size: Size): Promise<void> {
    await this.page.setViewportSize(SIZES[size])
    if (language !== this.language) await this.press('English', '한국어')
    this.language = language
    this.size = size
  }

  async home(): Promise<void> {
    await this.page.getByRole('navigation').getByText(this.words('창구', 'Desk')).click()
    await this.page.getByRole('textbox').waitFor()
  }

  /** By the keyboard alone: the field has the focus. */
  async find(personalNumber: string): Promise<void> {
    await this.home()
    await this.page.getByRole('textbox').fill(personalNumber)
    await this.page.keyboard.press('Enter')
    await this.page.locator('img.portrait').waitFor()
  }

  /** For a mobile card. @param line the applicant's, which is verified with the application */
  async applyFor(card: string, line?: string): Promise<void> {
    await this.#identify(card)
    await this.press('다음: 휴대전화 번호', 'Next: mobile number')
    await this.seen('line', '신청인의 휴대전화 번호를 입력해 주세요', 'What is the applicant’s mobile number?')
    if (line === undefined) await this.press('번호 없이 계속하기', 'Continue without a number')
    else await this.enterLine(line)
    await this.seen('summary', '신청 내용을 확인해 주세요', 'Check the application')
  }

  /** @param choose the kind, and whether the card has a chip */
  async applyForPlastic(card: string, choose: () => Promise<void>): Promise<void> {
    await this.#identify(card, choose)
    await this.press('다음: 신청 내용 확인', 'Next: check the application')
    await this.seen('summary', '신청 내용을 확인해 주세요', 'Check the application')
  }

  async #identify(card: string, choose: () => Promise<void> = async () => undefined): Promise<void> {
    await this.button(`${card} 신청 받기`, `Take an application: ${card}`).click()
    await choose()
    await this.press('다음: 신원 확인', 'Next: identity check')
    await this.choose('여권', 'Passport')
    await this.page.getByRole('textbox').fill('M12345678')
    await this.choose('얼굴 대조함', 'Face compared')
  }

  async enterLine(line: string): Promise<void> {
    await this.page.getByRole('textbox').fill(line)
    await this.press('다음: 신청 내용 확인', 'Next: check the application')
  }

  /** Shows the QR code. @returns what the applicant scans, and what the slip says */
  async showCode(press: 'first' | 'again' = 'first'): Promise<{ offerUrl: string; txCode: string }> {
    await (press === 'first' ? this.press('QR 보여주기', 'Show QR') : this.press('새 QR 보여주기', 'Show a new QR'))
    const qr = this.page.locator('.qr')
    await qr.waitFor()
    await this.seen('qr', '휴대전화로 이 QR을 찍어 주세요', 'Scan this QR code with your phone')
    const offerUrl = (await qr.getAttribute('data-text')) ?? ''
    await this.page.keyboard.press('Escape')
    await this.press('확인 번호 보기', 'Show the transaction code')
    const spoken = (await this.page.locator('.digits .visually-hidden').textContent()) ?? ''
    await this.seen('clerk', '확인 번호 가리기', 'Hide the transaction code')
    return { offerUrl, txCode: spoken.replace(/\D/g, '') }
  }

  async change(act: 'suspend' | 'reinstate' | 'revoke'): Promise<void> {
    const texts = {
      suspend: ['분실 정지', 'Lock', '휴대전화 분실', 'Phone lost', '지금 잠그기', 'Lock now', '잠갔습니다', 'Locked'],
      reinstate: [
        ...['잠금 해제', 'Unlock', '휴대전화를 되찾음', 'Phone found'],
        ...['잠금 해제하기', 'Unlock', '잠금을 해제했습니다', 'Unlocked'],
      ],
      revoke: ['폐기', 'Revoke', '휴대전화 고장', 'Phone broken', '폐기하기', 'Revoke', '폐기했습니다', 'Revoked'],
    }[act] as [string, string, string, string, string, string, string, string]
    const [opens, opensEn, reason, reasonEn, press, pressEn, done, doneEn] = texts
    await this.press(opens, opensEn)
    await this.choose(reason, reasonEn)
    if (act === 'reinstate') {
      await this.choose('여권', 'Passport')
      await this.choose('얼굴 대조함', 'Face compared')
    }
    expect(await this.page.locator('img.portrait').isVisible(), 'whom it concerns').to.equal(true)
    await this.seen(act, reason, reasonEn)
    await this.press(press, pressEn)
    await this.page.getByRole('heading', { level: 1, name: this.words(done, doneEn) }).waitFor()
    await this.seen(`${act}-done`, done, doneEn)
    await this.press('이 사람의 신분증 보기', 'Show this person’s cards')
    await this.page.locator('img.portrait').waitFor()
  }
}
