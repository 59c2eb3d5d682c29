/** A wallet that prepares for the loss of its phone, and its holder who locks the cards from another browser, in Chromium. */
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { koreanDate } from '../../node/credential/dates.ts'
import { fictitiousPopulation } from '../../node/residents/population/population.ts'
import { openSite, type Site } from '../support/site.ts'
import { builtScreens } from './support/built-screens.ts'
import { launchOrSkip, views } from './support/chromium.ts'
import { HolderPage } from './support/holder-page.ts'

describe('browser: a lost phone', function () {
  this.timeout(240_000)
  let browser: Browser
  let site: Site
  let numbers: string[]

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    site = await openSite({ mode: 'demo' })
    const { residents, clock } = site.authority
    const facts = [...fictitiousPopulation({ count: 40, seed: 'lock', today: koreanDate(clock()) })]
    await residents.store(facts)
    numbers = facts.filter(({ birthdate }) => birthdate < '1990').map(({ personalNumber }) => personalNumber)
  })
  after(async () => {
    await browser?.close()
    await site?.close()
  })

  for (const [language, size] of views(1)) {
    it(`is locked within thirty seconds, and unlocked: ${language}, ${size}`, async () => {
      const { config, counter, clock } = site.authority
      const number = numbers.pop() as string
      const identity = { by: 'test', how: 'passport' }
      const handout = await counter.apply('resident', number, identity, 'any-centre')
      const origins = [config.publicUrl, config.walletUrl]
      const phone = await HolderPage.open(browser, origins, { language, size, hasPrf: true })
      const { page } = phone
      await page.goto(`${config.walletUrl}/`)
      await phone.press('신분증 받기', 'Get a card')
      await page.getByRole('textbox').fill(handout.offerUrl)
      await phone.press('링크 열기', 'Open the link')
      await phone.press('다음', 'Next')
      await phone.press('패스키 만들기', 'Make a passkey')
      await page.getByRole('textbox').fill(handout.txCode)
      await phone.press('확인 번호 보내기', 'Send the code')
      await phone.press('패스키로 확인하고 받기', 'Confirm with the passkey and get the card')
      const own = await phone.passkeys.all()
      await phone.press('잠금 준비', 'Prepare for loss')
      await phone.seen('prepare', '아직 준비하지 않았습니다', 'Not prepared yet')
      await phone.press('패스키와 복구 코드 만들기', 'Make passkey and code')
      await phone.seen('recovery-code', '지금 한 번만 보입니다', 'It is shown only now')
      const code = (await page.locator('.recovery-code li').allTextContents()).join('-').toLowerCase()
      expect(code).to.match(/^([0-9a-z]{3}-){8}[0-9a-z]{3}$/)
      const made = (await phone.passkeys.all()).filter(
        ({ credentialId }) => !own.some(one => one.credentialId === credentialId),
      )
      expect(made).to.have.length(1)
      await phone.press('적어 두었습니다', 'I have copied it')
      await page.getByRole('link', { name: phone.words('잠금 준비', 'Prepare for loss') }).click()
      await phone.seen('prepared', '준비되어 있습니다', 'Prepared')

      // The phone is gone: another browser, with the passkey that was synchronised.
      const other = await HolderPage.open(browser, origins, { language, size, hasPrf: false })
      await other.passkeys.use(made)
      const began = clock()
      await other.page.goto(`${config.walletUrl}/lock/`)
      await other.seen('lock', '휴대전화를 잃어버렸습니까?', 'Have you lost your phone?')
      await other.press('패스키로 확인하기', 'Confirm with passkey')
      await other.seen('lock-line-missing', '휴대전화번호를 010-1234-5678처럼', 'Enter a mobile number')
      const line = other.page.getByRole('textbox')
      const another = await lineOf(numbers[0] as string, 2)
      await line.fill(another)
      await other.press('패스키로 확인하기', 'Confirm with passkey')
      await other.seen('lock-refused', '확인되지 않았습니다', 'This was not accepted')
      expect(await line.inputValue()).to.equal(another)
      await line.fill(await lineOf(number, 1))
      await other.press('패스키로 확인하기', 'Confirm with passkey')
      await other.seen('lock-cards', '어느 신분증을 잠급니까?', 'Which cards shall be locked?')
      await other.press('지금 잠그기', 'Lock now')
      await other.seen('locked', '신분확인을 하는 모든 곳에서 정지로', 'Every check says suspended')
      expect(clock() - began).to.be.lessThan(30)
      await other.page.getByRole('button', { name: other.words('잠금 해제', 'Unlock') }).click()
      await other.seen('unlocked', '신분증을 다시 쓸 수 있습니다', 'The card can be used again')

      // By the keyboard, with the code.
      await other.press('처음으로', 'Start again')
      await other.page.getByRole('radio', { name: other.words('복구 코드', 'Recovery code') }).focus()
      await other.page.keyboard.press('Space')
      await other.page.keyboard.press('Tab')
      await other.page.keyboard.type(code.replace(/.$/, '!'))
      await other.page.keyboard.press('Enter')
      await other.seen('lock-code-wrong', '코드에 틀린 글자가 있습니다', 'A character is wrong or missing')
      await other.page.getByRole('textbox').fill(code)
      await other.page.keyboard.press('Enter')
      await other.page
        .getByText(other.words('어느 신분증을 잠급니까?', 'Which cards shall be locked?'))
        .first()
        .waitFor()
      await other.context.setOffline(true)
      await other.press('지금 잠그기', 'Lock now')
      await other.seen('lock-offline', '네트워크를 확인하고', 'Check the network')
      await other.context.setOffline(false)
      await other.press('지금 잠그기', 'Lock now')
      await other.seen('locked-by-code', '복구 코드로는 해제할 수 없습니다', 'A recovery code does not unlock')
      await Promise.all([phone.context.close(), other.context.close()])
    })
  }

  /** As people write it: the line under which the register has this person. */
  async function lineOf(number: string, n: number): Promise<string> {
    const { residents, random, org } = site.authority
    const found = await residents.findByNumber(number)
    if (found) await residents.lines.put([{ line: `+82107777000${n}`, person: found.person, telecom: org }], random)
    return `010-7777-000${n}`
  }
})
