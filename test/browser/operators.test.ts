/**
 * The administration on a real node, with passkeys of Chromium's virtual authenticator: the first administrator enrols by the
 * one-time link and signs in, invites, proposes; somebody else confirms; the journal has it all. In both languages and on
 * both sizes.
 */
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { screens } from '../../scripts/web.mjs'
import { openSite, type Site } from '../support/site.ts'
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

describe('browser: the administration', function () {
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

  it('shows nothing of what one person typed to another who signs in above it', async () => {
    const { operatorUrl } = site.authority.config
    const atPage = async (role: 'administrator' | 'supervisor') => {
      const page = await newPage(await newContext(browser, 'en', 'desk'))
      const passkeys = await addPasskeys(page)
      const invited = await site.authority.accounts.invite(
        { name: `the ${role}`, role, centre: null },
        { kind: 'local' },
      )
      const { press, ...other } = hands(page, 'en', 'desk')
      await page.goto(invited.enrolmentUrl)
      await press('', 'Create passkey')
      await press('', 'Go to sign-in')
      await press('', 'Sign in with passkey')
      await page.getByRole('navigation').waitFor()
      return { page, passkeys, press, ...other }
    }
    const first = await atPage('administrator')
    const second = await atPage('supervisor')
    const typeSomething = async () => {
      await first.page.goto(`${operatorUrl}/counter/operators`)
      await first.press('', 'Invite an operator')
      await first.type('', 'Name', '비밀스러운이름')
      await first.choose('', 'Auditor')
      await first.page.context().clearCookies()
      await first.press('', 'Make enrolment link')
      await first.page.getByText('What you were doing is still on the screen').waitFor()
    }
    const typed = () =>
      first.page.evaluate(() => {
        const values = [...document.querySelectorAll('input')].map(({ value }) => value)
        return [document.body.textContent, ...values].join(' ').includes('비밀스러운이름')
      })

    // The same person goes on where they were.
    await typeSomething()
    await first.press('', 'Sign in with passkey')
    await first.page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await typed()).to.equal(true)

    await typeSomething()
    await first.passkeys.use(await second.passkeys.all())
    await first.press('', 'Sign in with passkey')
    await first.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await first.page.getByText('the supervisor').first().waitFor()
    expect(await typed()).to.equal(false)
    await first.page.context().close()
    await second.page.context().close()
  })

  for (const [language, size] of views(1)) {
    it(`${language}, ${size}: enrol, invite, propose, confirm, read the journal`, () =>
      walk(browser, site, language, size))
  }
})

/** The id of no card. */
const UNKNOWN = 'a1'.repeat(16)

/** What a person does on a page. */
function hands(page: Page, language: Language, size: Size) {
  const words = (ko: string, en: string) => (language === 'ko' ? ko : en)
  return {
    press: (ko: string, en: string) => page.getByRole('button', { name: words(ko, en), exact: true }).click(),
    follow: (ko: string, en: string) => page.getByRole('link', { name: words(ko, en), exact: true }).click(),
    choose: (ko: string, en: string) => page.getByText(words(ko, en), { exact: true }).first().click(),
    type: (ko: string, en: string, text: string) => page.getByLabel(words(ko, en)).first().fill(text),
    async seen(name: string, ko: string, en: string) {
      await page.getByText(words(ko, en)).first().waitFor()
      await expectUsable(page, name)
      await picture(page, `${name}-${language}-${size}`)
    },
  }
}

async function walk(browser: Browser, { authority }: Site, language: Language, size: Size): Promise<void> {
  const { operatorUrl } = authority.config
  const person = async () => {
    const context = await newContext(browser, language, size)
    const page = await newPage(context)
    await addPasskeys(page)
    return { page, ...hands(page, language, size), leave: () => context.close() }
  }
  const invitation = await authority.accounts.inviteFirst()
  const admin = await person()
  const enrol = async ({ page, press, seen }: typeof admin, link: string, name: string) => {
    await page.goto(link)
    await seen(`${name}-enrol`, '패스키 만들기', 'Create passkey')
    await press('패스키 만들기', 'Create passkey')
    await seen(`${name}-enrolled`, '등록되었습니다', 'You are enrolled')
    await press('로그인 화면으로', 'Go to sign-in')
    await seen(`${name}-sign-in`, '패스키로 로그인', 'Sign in with passkey')
    await press('패스키로 로그인', 'Sign in with passkey')
  }

  await admin.page.goto(`${operatorUrl}/counter/enrol`)
  await admin.seen('enrol-incomplete', '등록 링크가 완전하지 않습니다', 'The enrolment link is incomplete')
  await admin.page.goto('about:blank')
  await enrol(admin, invitation?.enrolmentUrl ?? '', 'administrator')

  await admin.follow('담당자', 'Operators')
  await admin.seen('operators', '담당자 초대하기', 'Invite an operator')
  await admin.press('담당자 초대하기', 'Invite an operator')
  await admin.press('등록 링크 만들기', 'Make enrolment link')
  await admin.seen('invite-faults', '이름을 입력해 주세요', 'Enter the name')
  await admin.type('이름', 'Name', '선우은비')
  await admin.choose('책임자', 'Supervisor')
  await admin.seen('invite', '소속 센터', 'Centre')
  await admin.press('등록 링크 만들기', 'Make enrolment link')
  await admin.seen('invitation', '링크 복사하기', 'Copy link')
  const link = await admin.page.getByRole('textbox').inputValue()
  expect(link).to.match(new RegExp(`^${operatorUrl}/counter/enrol#[\\w-]{43}$`))

  // Not the person whom the administrator alone invited: the two accounts could be one person's.
  const byHost = await authority.accounts.invite(
    { name: '황보금슬기로운', role: 'supervisor', centre: null },
    { kind: 'local' },
  )
  const supervisor = await person()
  await enrol(supervisor, byHost.enrolmentUrl, 'supervisor')
  await supervisor.follow('승인 대기', 'Proposals')
  await supervisor.seen('proposals-empty', '기다리는 제안이 없습니다', 'Nothing is waiting')

  const invited = await person()
  await enrol(invited, link, 'invited')
  await invited.page.getByRole('link').first().waitFor()

  // A link works once.
  const late = await person()
  await late.page.goto(link)
  await late.seen('enrol-again', '이미 사용했거나 기한이 지난 링크입니다', 'This link was used already')
  await late.leave()

  await admin.press('담당자 목록으로', 'Back to the operators')
  await admin.press('담당자 초대하기', 'Invite an operator')
  await admin.type('이름', 'Name', '남궁민')
  await admin.choose('관리자', 'Administrator')
  await admin.type('사유', 'Reason', '새 관리자 발령 (2026-11-30)')
  await admin.seen('propose', '두 사람이 필요합니다', 'needs two people')
  await admin.press('제안하기', 'Propose')
  await admin.seen('proposal-own', '다른 사람이 결정합니다', 'is decided by somebody else')
  expect(
    await admin.page.getByRole('button', { name: /승인:|Confirm:/ }).count(),
    'nobody confirms their own',
  ).to.equal(0)
  await invited.follow('승인 대기', 'Proposals')
  await invited.seen('proposal-of-the-inviter', '한 사람으로 봅니다', 'count as one person')
  await invited.leave()

  await supervisor.page.reload()
  await supervisor.seen('proposals', '관리자 등록: 남궁민', 'Admit 남궁민 as administrator')
  await supervisor.press('승인: 관리자 등록: 남궁민', 'Confirm: Admit 남궁민 as administrator')
  await supervisor.seen('proposal-confirmed', '남궁민 님의 등록 링크', 'Enrolment link of 남궁민')

  await supervisor.press('폐기 한도 상향 제안하기', 'Propose a higher revocation limit')
  await supervisor.type('하루에 폐기할 수 있는 건수', 'Revocations in a day', '많이')
  await supervisor.press('제안하기', 'Propose')
  await supervisor.seen('limit-faults', '1 이상의 숫자를', 'Enter a number of at least 1')
  await supervisor.type('하루에 폐기할 수 있는 건수', 'Revocations in a day', '20000')
  await supervisor.type('사유', 'Reason', '전국 일제 교체')
  await supervisor.press('제안하기', 'Propose')
  await supervisor.seen('limit-proposed', '20,000건으로 상향', 'Raise the daily limit of revocations to 20,000')

  await supervisor.press('여러 신분증 처리 제안하기', 'Propose a change of many cards')
  await supervisor.seen('many', '신분증 관리번호', 'Ids of the cards')
  await supervisor.press('제안하기', 'Propose')
  await supervisor.seen('many-faults', '제안할 일을 선택해 주세요', 'Choose what you propose')
  await supervisor.choose('폐기', 'Revoke')
  await supervisor.type('신분증 관리번호', 'Ids of the cards', `900314-1234567\n${UNKNOWN}\n두 번째`)
  await supervisor.seen('many-wrong', '관리번호가 아닙니다: 900314-1234567', 'This is no id of a card: 900314-1234567')
  await supervisor.type('신분증 관리번호', 'Ids of the cards', `${UNKNOWN}, ${UNKNOWN}`)
  await supervisor.type('사유', 'Reason', '대리 발급이 확인된 건')
  await supervisor.press('제안하기', 'Propose')
  await supervisor.seen('many-unknown', '이 기관이 발급한 신분증이 아닙니다', 'This authority issued no such card')
  await supervisor.press('취소', 'Cancel')

  await supervisor.follow('업무 기록', 'Journal')
  await supervisor.seen('journal', '제안 승인', 'Proposal confirmed')

  // The session ends while somebody works: the sign-in appears above, and what was typed stays.
  await admin.follow('담당자', 'Operators')
  await admin.press('담당자 초대하기', 'Invite an operator')
  await admin.type('이름', 'Name', '홍길동')
  await admin.choose('감사 담당자', 'Auditor')
  await admin.page.context().clearCookies()
  await admin.press('등록 링크 만들기', 'Make enrolment link')
  await admin.seen('session-over', '하던 일은 화면에 그대로 있습니다', 'What you were doing is still on the screen')
  await admin.press('패스키로 로그인', 'Sign in with passkey')
  await admin.press('등록 링크 만들기', 'Make enrolment link')
  await admin.seen('invitation-after', '홍길동 님의 등록 링크', 'Enrolment link of 홍길동')

  // Without a connection.
  await admin.press('담당자 목록으로', 'Back to the operators')
  await admin.press(`황보금슬기로운 님 중지하기`, 'Stop 황보금슬기로운')
  await admin.page.context().setOffline(true)
  await admin.press('중지하기', 'Stop')
  await admin.seen('stop-offline', '서버에 연결할 수 없습니다', 'The server cannot be reached')
  await admin.page.context().setOffline(false)
  await admin.press('중지하기', 'Stop')
  await admin.seen('stopped', '황보금슬기로운 님을 중지했습니다', '황보금슬기로운 is stopped')

  // The stopped person's session is over.
  await supervisor.follow('승인 대기', 'Proposals')
  await supervisor.seen('stopped-person', '다시 로그인해 주세요', 'Sign in again')
  await supervisor.press('패스키로 로그인', 'Sign in with passkey')
  await supervisor.seen('stopped-refused', '이 패스키로는 할 수 없습니다', 'This passkey is not accepted')

  await admin.press('로그아웃', 'Sign out')
  await admin.seen('signed-out', '패스키로 로그인', 'Sign in with passkey')
  await admin.leave()
  await supervisor.leave()
}
