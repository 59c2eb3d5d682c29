/**
 * Every state of the counter's screens, in both languages and on both sizes: axe finds nothing serious, and nothing is wider
 * than the window. A stand-in answers for the node; counter.test.ts does the same work on a real one.
 */
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { systemClock } from '../../node/lib/time.ts'
import {
  expectUsable,
  type Language,
  launchOrSkip,
  newContext,
  newPage,
  picture,
  type Size,
  views,
} from './support/chromium.ts'
import {
  APPLICATION,
  application,
  CARD,
  credential,
  listed,
  ORIGIN,
  PERSON,
  redemption,
  resident,
  StandIn,
  SUSPENSION,
} from './support/counter-stand-in.ts'

const NOT_OWN = {
  code: 'ISSUER_LINE_NOT_OWN',
  text: {
    ko: '신청인 명의의 휴대전화 번호가 아닙니다. 본인 명의의 번호를 알려 주세요.',
    en: 'This line is not registered in your name. Please give the number of a line in your own name.',
  },
}
const NOT_SENT = {
  code: 'ISSUER_CODE_NOT_SENT',
  text: {
    ko: '확인 번호를 문자로 보내지 못했습니다. 전표로 건네주세요. 문자가 늦게 도착해도 그 번호는 쓸 수 없습니다.',
    en: 'The transaction code could not be sent. Hand it over on a slip. The code of a message that arrives late is not valid.',
  },
}

const PERSON_PATH = `/counter/people/${PERSON}`

describe('browser: every state of the counter', function () {
  this.timeout(300_000)
  let browser: Browser
  before(async function () {
    browser = await launchOrSkip(this)
  })
  after(() => browser?.close())

  for (const [language, size] of views(2)) {
    it(`${language}, ${size}`, () => walk(browser, language, size))
  }
})

async function walk(browser: Browser, language: Language, size: Size): Promise<void> {
  const context = await newContext(browser, language, size)
  const page = await newPage(context)
  const node = new StandIn()
  await node.serve(page)
  const words = (ko: string, en: string) => (language === 'ko' ? ko : en)
  const press = (ko: string, en: string) =>
    page
      .getByRole('button', { name: words(ko, en), exact: true })
      .first()
      .click()
  const choose = (ko: string, en: string) => page.getByText(words(ko, en), { exact: true }).first().click()
  const open = (path: string) => page.goto(ORIGIN + path)
  const seen = async (name: string, ko: string, en: string) => {
    await page.getByText(words(ko, en)).first().waitFor()
    await expectUsable(page, name)
    await picture(page, `${name}-${language}-${size}`)
  }

  await open('/counter/')
  await seen('desk-empty', '오늘 접수한 신청이 없습니다', 'No applications today')
  // Without a mouse: the field has the focus.
  await page.keyboard.type('홍길동')
  await page.keyboard.press('Enter')
  await seen('desk-fault', '성명 뒤에 생년월일', 'Enter the birthdate after')
  await page.getByRole('textbox').fill('홍길동 19900314')
  await page.keyboard.press('Enter')
  await seen('desk-nobody', '주민등록부에 없습니다', 'Nobody in the register')
  node.found = ['900314-1******', '900314-2******'].map((maskedNumber, index) => ({
    ...{ person: String(index).repeat(22), name: '홍길동', birthdate: '1990-03-14', maskedNumber },
  }))
  node.day = [
    listed('황○○○○운', { state: 'offered' }),
    listed('홍○동', { applicationId: 'b'.repeat(22), state: 'issued' }),
    listed('남궁○', { applicationId: 'd'.repeat(22), state: 'cancelled', card: 'driver' }),
    listed('N○○○ T○○', { applicationId: 'e'.repeat(22), state: 'identity_checked', kind: 'ic-exchange' }),
  ]
  await open('/counter/')
  await page.getByRole('textbox').fill('홍길동 19900314')
  await page.keyboard.press('Enter')
  await seen('desk-found', '2명을 찾았습니다', '2 found')
  node.cards = 'temporary'
  await open('/counter/')
  await seen('desk-out-of-reach', '원장에 연결되지 않습니다', 'The ledger is out of reach')
  node.cards = 'anchored'

  node.resident = resident({
    credentials: [
      credential({ outdated: true }),
      credential({ credentialId: 'c'.repeat(22), expiresAt: systemClock() + 86_400 * 20, renewableFrom: 1 }),
      credential({ credentialId: 'd'.repeat(22), card: 'driver', status: 'SUSPENDED', suspension: SUSPENSION }),
      credential({ credentialId: 'e'.repeat(22), status: 'INVALID' }),
      credential({ credentialId: 'f'.repeat(22), status: null, asOf: null }),
      credential({ credentialId: 'g'.repeat(22), expiresAt: 1_700_000_000 }),
    ],
    applications: [application({ state: 'expired', card: 'driver' })],
  })
  await open(PERSON_PATH)
  await seen('person', '지금은 신청할 수 없습니다', 'Not possible now')
  await press('번호 보기', 'Show')
  await seen('person-number', '600125-2123456', '600125-2123456')
  node.resident = resident({ portrait: null })
  await open(PERSON_PATH)
  await seen('person-new', '발급된 모바일 신분증이 없습니다', 'No mobile card has been issued')
  await choose('자격 정보가 없어 신청할 수 없는 신분증 1종', '1 card for which the register has no entitlement')
  await seen('person-others', '보훈대상 구분', 'veteran number, category')

  await open(`${PERSON_PATH}/apply/resident`)
  await seen('apply', '무엇을 신청합니까?', 'What is the application for?')
  await choose('IC 카드로 교체', 'Exchange for an IC card')
  await seen('apply-plastic', 'IC 칩을 넣습니까?', 'With a chip?')
  await press('다음: 신원 확인', 'Next: identity check')
  await seen('apply-faults', '법정대리인의 동의서를 확인한 뒤', 'Check the guardian’s consent form')
  await choose('모바일 신분증', 'Mobile card')
  await press('다음: 신원 확인', 'Next: identity check')
  await seen('identity', '신원을 어떻게 확인했습니까?', 'How was the identity checked?')
  await press('다음: 휴대전화 번호', 'Next: mobile number')
  await seen('identity-faults', '확인 방법을 하나 이상', 'Choose how the identity was checked')
  await choose('주민등록증', 'Resident card')
  await page.getByRole('textbox').fill('M-123 456')
  await choose('얼굴 대조함', 'Face compared')
  await press('다음: 휴대전화 번호', 'Next: mobile number')
  await seen('line', '신청인의 휴대전화 번호를 입력해 주세요', 'What is the applicant’s mobile number?')
  await press('다음: 신청 내용 확인', 'Next: check the application')
  await seen('line-fault', '‘번호 없이 계속하기’를 눌러 주세요', 'Enter the number, or continue')
  await page.getByRole('textbox').fill('02-123-4567')
  await seen('line-malformed', '형식이 맞지 않습니다', 'This is not a mobile number')
  await press('번호 없이 계속하기', 'Continue without a number')
  await seen('summary-no-line', '휴대전화 번호를 입력하면', 'Enter a mobile number to choose this')
  await press('휴대전화 번호 입력하기', 'Enter a mobile number')
  await page.getByRole('textbox').fill('010-1234-5678')
  await press('다음: 신청 내용 확인', 'Next: check the application')
  await seen('summary', '신청 내용을 확인해 주세요', 'Check the application')
  node.offline = true
  await press('QR 보여주기', 'Show QR')
  await seen('summary-offline', '연결이 끊겼습니다', 'No connection')
  node.offline = false
  node.refuse = 'HTTP_FORBIDDEN'
  await press('QR 보여주기', 'Show QR')
  await seen('summary-refused', '이 업무를 할 권한이 없습니다', 'Your role does not include')
  node.refuseAct = { act: 'line', ...NOT_OWN }
  await press('QR 보여주기', 'Show QR')
  await seen('line-refused', NOT_OWN.text.ko, NOT_OWN.text.en)
  expect(await page.getByRole('textbox').inputValue(), 'what was typed is kept').to.equal('010-1234-5678')
  await press('다음: 신청 내용 확인', 'Next: check the application')
  node.refuseAct = { act: 'offer', ...NOT_SENT }
  await press('QR 보여주기', 'Show QR')
  await seen('summary-not-sent', NOT_SENT.text.ko, NOT_SENT.text.en)
  expect(node.sent('line')).to.include({ line: '010-1234-5678' })
  const slip = page.getByRole('radio', { name: words('전표로 건네주기', 'On a printed slip') })
  expect(await slip.isChecked(), 'the way that remains is chosen').to.equal(true)

  await choose('신청인 휴대전화로 문자 보내기', 'Text message to the applicant’s phone')
  await press('QR 보여주기', 'Show QR')
  await seen('qr-line', '문자로 받은 숫자를 입력해 주세요', 'Enter the digits of the text message')
  await page.keyboard.press('Escape')
  await seen('clerk-line', '확인 번호를 문자로 보냈습니다', 'The transaction code was sent by text')
  expect(await page.locator('.slip, .digits').count(), 'nobody here has the code').to.equal(0)
  await press('전표로 바꾸기', 'Use a slip instead')
  await seen('clerk-instead', '확인 번호 전표', 'Slip with the transaction code')
  expect(node.sent('offer')).to.include({ delivery: 'slip' })

  await press('신청인에게 QR 보여주기', 'Show QR to the applicant')
  await seen('qr', '휴대전화로 이 QR을 찍어 주세요', 'Scan this QR code with your phone')
  await expectNoCode(page)
  await page.keyboard.press('Escape')
  await seen('clerk', '확인 번호 전표', 'Slip with the transaction code')
  expect(await page.locator('.qr').count(), 'no QR code on the side with the transaction code').to.equal(0)
  await press('확인 번호 보기', 'Show the transaction code')
  await seen('clerk-code', '확인 번호 가리기', 'Hide the transaction code')
  node.change({ txCodesLeft: 3 })
  await seen('clerk-wrong', '확인 번호를 2번 틀렸습니다', 'The transaction code was wrong 2 times')
  await page.emulateMedia({ media: 'print' })
  await picture(page, `slip-${language}-${size}`)
  expect(await page.locator('.slip').isVisible(), 'the slip is printed').to.equal(true)
  expect(await page.locator('#app').isVisible(), 'nothing but the slip is printed').to.equal(false)
  await page.emulateMedia({ media: 'screen' })

  node.change({ redemption })
  await seen('same-phone', '같은 번호가 보입니까?', 'Does the phone show the same number?')
  expect(await page.locator('.digits .visually-hidden').textContent()).to.include('0, 7')
  await press('중지', 'Stop')
  await seen('stopped', '중지했습니다', 'Stopped')
  await press('새 QR 보여주기', 'Show a new QR')
  await page.locator('.qr').waitFor()
  node.change({ redemption: { ...redemption, showsDigits: false, walletVerified: false, walletName: 'EUDI Wallet' } })
  await seen('same-phone-code', '신청인의 휴대전화가 맞습니까?', 'Is this the applicant’s phone?')
  node.refuse = 'ISSUER_APPLICATION_CHANGED'
  await press('같은 휴대전화', 'Same phone')
  await seen('changed', '다른 담당자나 휴대전화가 먼저', 'Another clerk or the phone was faster')
  await press('같은 휴대전화', 'Same phone')
  await seen('issuing', '발급하는 중입니다', 'Issuing the card')
  node.change({ state: 'issued', credentialId: CARD, times: { issued: 1_800_000_000 } })
  node.change({ block: 1301 })
  await seen('done', '발급되었습니다', 'The card was issued')

  const ends = [
    ['cancelled', '취소된 신청입니다', 'The application was cancelled'],
    ['refused', '거부된 신청입니다', 'The application was refused'],
    ['offered', '다른 화면에서 만든 QR입니다', 'The QR code was made on another screen'],
    ['expired', 'QR 시간이 지났습니다', 'The QR code has expired'],
  ] as const
  for (const [state, ko, en] of ends) {
    node.application = application({ state, refusal: state === 'refused' ? 'personalisation_portrait_rejected' : null })
    await open(`${PERSON_PATH}/applications/${APPLICATION}`)
    await seen(`opened-${state}`, ko, en)
  }
  node.application = application({ state: 'identity_checked', kind: 'ic-exchange', chip: true, fee: 5000 })
  await open(`${PERSON_PATH}/applications/${APPLICATION}`)
  await seen('ordered', '카드 제작을 신청했습니다', 'The card was ordered')
  node.change({ job: 'taken' })
  await seen('ordered-taken', '제작 중', 'under way')
  node.change({ state: 'issued', job: 'done', times: { issued: 1_800_000_000 } })
  await seen('done-plastic', '카드가 제작되었습니다', 'The card was made')

  node.application = application({ state: 'cancelled', txCodesLeft: 0 })
  await open(`${PERSON_PATH}/applications/${APPLICATION}`)
  await seen('opened-wrong-codes', '확인 번호를 다섯 번 틀려', 'The transaction code was wrong five times')

  node.resident = resident({ credentials: [credential()] })
  await open(`${PERSON_PATH}/cards/${CARD}/suspend`)
  await seen('suspend', '이 신분증을 잠급니까?', 'Lock this card?')
  await press('지금 잠그기', 'Lock now')
  await seen('suspend-fault', '사유를 선택해 주세요', 'Choose a reason')
  await choose('휴대전화 분실', 'Phone lost')
  await press('지금 잠그기', 'Lock now')
  await seen('suspended', '잠갔습니다', 'Locked')
  await page.getByText('1302').waitFor()
  node.resident = resident({ credentials: [credential({ status: 'SUSPENDED' })] })
  await open(`${PERSON_PATH}/cards/${CARD}/reinstate`)
  await seen('reinstate-unknown', '정지 사유가 기록되어 있지 않습니다', 'No reason is recorded')
  node.resident = resident({ credentials: [credential({ status: 'SUSPENDED', suspension: SUSPENSION })] })
  await open(`${PERSON_PATH}/cards/${CARD}/reinstate`)
  await seen('reinstate', '잠금을 해제합니까?', 'Unlock this card?')
  await press('잠금 해제하기', 'Unlock')
  await seen('reinstate-faults', '확인한 신분증을 선택해 주세요', 'Choose the document')
  await choose('휴대전화를 되찾음', 'Phone found')
  await choose('여권', 'Passport')
  await choose('얼굴 대조함', 'Face compared')
  node.refuse = 'ISSUER_REPORT_CHANGED'
  await press('잠금 해제하기', 'Unlock')
  await seen('reinstate-changed', '다른 신고가 들어왔거나', 'Another report came in')
  await press('잠금 해제하기', 'Unlock')
  await seen('reinstated', '종결된 신고', 'Closed report')
  expect(node.sent('reinstate')).to.include({ closes: SUSPENSION.report })
  await open(`${PERSON_PATH}/cards/${CARD}/revoke`)
  await seen('revoke', '이 신분증을 폐기합니까?', 'Revoke this card?')
  await press('폐기하기', 'Revoke')
  await choose('휴대전화 분실', 'Phone lost')
  node.refuse = 'HTTP_TOUCH_NEEDED'
  await press('폐기하기', 'Revoke')
  await seen('revoke-untouched', '이 브라우저에서는 패스키를 쓸 수 없습니다', 'This browser has no passkeys')
  await press('폐기하기', 'Revoke')
  await seen('revoked', '폐기했습니다', 'Revoked')

  for (const role of ['auditor', 'call-centre'] as const) {
    node.role = role
    await open(PERSON_PATH)
    await page.getByText(words('모바일 주민등록증', 'Mobile resident card')).first().waitFor()
    expect(await page.getByRole('button', { name: words('폐기', 'Revoke'), exact: true }).count(), role).to.equal(0)
  }
  await context.close()
}

/** The digits of the transaction code are nowhere on the side that is turned to the applicant. */
async function expectNoCode(page: Page): Promise<void> {
  expect(await page.locator('[role=dialog]').textContent()).not.to.include('493027')
  expect(await page.locator('.slip').isVisible()).to.equal(false)
}
