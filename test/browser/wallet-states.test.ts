/**
 * Every state of the wallet's screens, in both languages and on both sizes: axe finds nothing serious, and nothing is wider
 * than the window. A stand-in answers for the wallet behind them; wallet.test.ts does the same work on a real one.
 */
import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { WalletFailure } from '../../node/web/wallet/core/errors.ts'
import {
  byTurns,
  expectUsable,
  type Language,
  launchOrSkip,
  newContext,
  newPage,
  picture,
  type Size,
} from './support/chromium.ts'
import { type BuiltPage, buildWalletPage, ORIGIN } from './support/wallet-page.ts'
import {
  ageOnly,
  card,
  dueCard,
  history,
  longCard,
  notices,
  offer,
  registered,
  request,
  state,
  unregistered,
} from './support/wallet-samples.ts'
import type { State } from './wallet-page/stand-in.ts'

const OFFER = '/wallet/offer?credential_offer_uri=https%3A%2F%2Fid.example.go.kr%2Foid4vci%2Foffers%2F1'
const REQUEST = '/wallet/request?client_id=x509_hash%3Aabc&request_uri=https%3A%2F%2Fbank.example.kr%2Frequest'

const BACK = '/wallet/returned?code=a&state=b&iss=https%3A%2F%2Fid.example.go.kr'

const AREAS = ['cards', 'renewals', 'offers', 'online', 'chip', 'requests', 'records', 'settings'] as const

describe("browser: every state of the wallet's screens", function () {
  this.timeout(240_000)
  let browser: Browser
  let built: BuiltPage
  before(async function () {
    browser = await launchOrSkip(this)
    built = await buildWalletPage()
  })
  after(async () => {
    await browser?.close()
    built?.remove()
  })

  for (const [area, [language, size]] of byTurns(AREAS)) {
    it(`${area}: ${language}, ${size}`, () => new Walk(browser, built, language, size).walk(area))
  }

  it('ask for nothing and send nothing because of what a link says', async () => {
    const context = await newContext(browser, 'ko', 'phone')
    const page = await newPage(context)
    await built.serve(page, state({ cards: [card(), longCard], request: request(registered) }))
    const wishes = '&consent=yes&share=1&beyondAgreed=true&cards=card-2&auto_submit=true&touch=1#share'
    await page.goto(ORIGIN + REQUEST + wishes)
    await page.getByRole('button', { name: '제출하기' }).waitFor()
    expect(await page.getByRole('checkbox').isChecked()).to.equal(false)
    expect(
      await page.getByRole('radio').first().isChecked(),
      'the best card, not the one that the link names',
    ).to.equal(true)
    const called = () =>
      page.evaluate(() => walletState.called.filter(name => ['touch', 'answer', 'decline'].includes(name)))
    expect(await called()).to.deep.equal([])
    // The query is gone, so that nothing of it acts again when the page is loaded anew.
    expect(page.url()).to.equal(`${ORIGIN}/wallet/request`)
    await page.getByRole('button', { name: '제출하기' }).click()
    await page.getByText('동의를 표시해 주세요').waitFor()
    expect(await called(), 'what is beyond the registration is not agreed to').to.deep.equal([])
    await page.getByText('등록 범위 밖의 정보도 제출하는 데 동의합니다').click()
    await page.getByRole('button', { name: '제출하기' }).click()
    await page.getByRole('heading', { name: '제출했습니다' }).waitFor()
    expect(await called()).to.deep.equal(['touch', 'answer'])
    await context.close()
  })

  it('open no link that is neither an offer nor a request, and no script', async () => {
    const context = await newContext(browser, 'ko', 'phone')
    const page = await newPage(context)
    await built.serve(page, state({ cards: [card()] }))
    await page.goto(`${ORIGIN}/wallet/show/scan`)
    for (const text of [
      'javascript:alert(1)',
      'https://evil.example/wallet',
      'data:text/html,x',
      '홍길동',
      'http://evil.example/wallet/request?client_id=a',
    ]) {
      await page.getByRole('textbox').fill(text)
      await page.getByRole('button', { name: '링크 열기' }).click()
      await page.getByText('발급 링크나 확인 요청 링크가 아닙니다').waitFor()
      expect(page.url(), text).to.equal(`${ORIGIN}/wallet/show/scan`)
    }
    await context.close()
  })
})

class Walk {
  readonly #words: (ko: string, en: string) => string
  #context: BrowserContext | undefined
  #page: Page | undefined

  constructor(
    private readonly browser: Browser,
    private readonly built: BuiltPage,
    private readonly language: Language,
    private readonly size: Size,
  ) {
    this.#words = (ko, en) => (language === 'ko' ? ko : en)
  }

  get page(): Page {
    if (!this.#page) throw new Error('no page is open')
    return this.#page
  }

  async walk(area: (typeof AREAS)[number]): Promise<void> {
    await this[area]()
    await this.#context?.close()
  }

  async open(path: string, given: State): Promise<void> {
    await this.#context?.close()
    this.#context = await newContext(this.browser, this.language, this.size)
    this.#page = await newPage(this.#context)
    await this.built.serve(this.page, given)
    await this.page.goto(ORIGIN + path)
  }

  press(ko: string, en: string): Promise<void> {
    return this.page
      .getByRole('button', { name: this.#words(ko, en), exact: true })
      .first()
      .click()
  }

  async seen(name: string, ko: string, en: string): Promise<void> {
    await this.page.getByText(this.#words(ko, en)).first().waitFor()
    await expectUsable(this.page, name)
    await picture(this.page, `wallet-${name}-${this.language}-${this.size}`)
  }

  async cards(): Promise<void> {
    await this.open('/wallet/', state())
    await this.seen('empty', '아직 신분증이 없습니다', 'No card yet')
    await this.open('/wallet/', state({ cards: [card()] }))
    await this.seen('card', '보는 것은 확인이 아닙니다', 'Looking is not checking')
    const several = state({
      cards: [card(), longCard, card({ id: 'c3', expiresAt: 1, vct: 'urn:x', portrait: null })],
      notices: [...notices],
    })
    several.knowledge = { ...several.knowledge, online: false }
    await this.open('/wallet/', several)
    await this.seen('cards', '연결 없음', 'Offline')
    await this.open('/wallet/cards/card-1', state({ cards: [card({ provisional: true, renewable: true })] }))
    await this.seen('details', '임시 신분증: ', 'Temporary card, until')
    await this.press('번호 보기', 'Show the number')
    await this.page.getByText('900314-1234567').first().waitFor()
    await this.press('이 휴대전화에서 삭제하기', 'Delete from this phone')
    await this.seen('remove', '이 신분증을 삭제할까요?', 'Delete this card?')
    await this.press('삭제하기', 'Delete')
    await this.seen('removed', '신분증을 삭제했습니다', 'The card is deleted')
    await this.open('/wallet/cards/none', state())
    await this.seen('gone', '이 휴대전화에 없는 신분증입니다', 'This card is not on this phone')
    await this.open('/wallet/nowhere', state())
    await this.seen('not-found', '없는 화면입니다', 'There is no such screen')
  }

  async renewals(): Promise<void> {
    const path = '/wallet/cards/card-1/renew'
    await this.open('/wallet/', state({ cards: [dueCard()] }))
    await this.seen('renew-reminder', '60일 뒤 만료', 'Expires in 60 days')
    await this.open('/wallet/', state({ cards: [dueCard({ outdated: true, where: 'counter' }, 900)] }))
    await this.seen('renew-outdated', '내용이 바뀐 신분증', 'Its data have changed')
    await this.open(path, state({ cards: [dueCard()], waits: ['askAbout'] }))
    await this.seen('renew-loading', '불러오는 중입니다', 'Loading')
    await this.open(path, state({ cards: [dueCard()] }))
    await this.seen('renew', '지금 신분증의 유효기간', 'Valid until')
    await this.fail('renew', { code: 'WALLET_BUSY', retryAfter: 30 })
    await this.press('패스키로 확인하고 다시 발급받기', 'Confirm with the passkey and renew')
    await this.seen('renew-busy', '지금 신청이 많아', 'There are many requests')
    await this.fail('renew', { code: 'WALLET_RENEWAL_REFUSED' })
    await this.press('패스키로 확인하고 다시 발급받기', 'Confirm with the passkey and renew')
    await this.seen('renew-refused', '다시 발급받을 수 없습니다', 'cannot be renewed on this phone')
    await this.fail('renew', undefined)
    await this.page.evaluate(() => walletState.waits.push('renew'))
    await this.press('패스키로 확인하고 다시 발급받기', 'Confirm with the passkey and renew')
    await this.seen('renew-waiting', '순서를 기다리고 있습니다', 'Waiting for a turn')
    await this.open(path, state({ cards: [dueCard({ outdated: true }, 900)] }))
    await this.press('패스키로 확인하고 다시 발급받기', 'Confirm with the passkey and renew')
    await this.seen('renewed', '새 신분증을 받았습니다', 'The new card is here')
    const unreachable = { askAbout: { code: 'WALLET_UNREACHABLE', host: 'id.example.go.kr' } } as const
    await this.open(path, state({ cards: [dueCard()], fails: unreachable }))
    await this.seen('renew-offline', '발급기관에 연결할 수 없습니다', 'The issuer cannot be reached')
    const obstacles = [
      ['counter', dueCard({ where: 'counter' }), '발급 창구에서 다시 발급받아', 'Renew it at an issuing centre'],
      ['not-due', dueCard({ renewFrom: 9_999_999_999 }), '아직 다시 발급받지 않아도', 'need not be renewed yet'],
      ['stopped', dueCard({ walletStopped: true }), '이 지갑으로는 더 발급되지', 'No further cards in this wallet'],
      ['expired', dueCard({}, -1), '유효기간이 끝났습니다', 'The card has expired'],
      ['suspended', { ...dueCard(), status: longCard.status }, '정지된 신분증은', 'A suspended card cannot'],
    ] as const
    for (const [name, given, ko, en] of obstacles) {
      await this.open(path, state({ cards: [given] }))
      await this.seen(`renew-${name}`, ko, en)
    }
  }

  async offers(): Promise<void> {
    await this.open('/wallet/receive', state())
    await this.seen('receive', '링크로 받기', 'By a link')
    await this.press('링크 열기', 'Open the link')
    await this.seen('receive-fault', '링크를 붙여 넣어 주세요', 'Paste a link.')
    await this.open('/wallet/offer', state())
    await this.seen('offer-none', '열려 있는 발급 신청이 없습니다', 'No offer is open')
    await this.open(OFFER, state({ waits: ['openOffer'] }))
    await this.seen('offer-loading', '불러오는 중입니다', 'Loading')
    await this.open(OFFER, state({ fails: { openOffer: { code: 'WALLET_UNREACHABLE', host: 'id.example.go.kr' } } }))
    await this.seen('offer-unreachable', 'id.example.go.kr', 'id.example.go.kr')
    const url = 'https://issuer.evil.example'
    const evil = {
      url,
      name: { ko: '행정안전부', en: 'Ministry' },
      standing: { state: 'not_accredited', reason: 'issuer_unknown' } as const,
    }
    await this.open(OFFER, state({ offer: offer({ issuer: evil }) }))
    await this.seen('offer-not-accredited', '인정되지 않은 발급기관', 'Not an accredited issuer')
    expect(await this.page.getByRole('button', { name: this.#words('다음', 'Next'), exact: true }).count()).to.equal(0)
    const unknown = { ...offer().issuer, standing: { state: 'unknown', reason: 'stale' } as const }
    await this.open(OFFER, state({ offer: offer({ issuer: unknown }) }))
    await this.seen('offer-not-checked', '발급기관을 확인하지 못했습니다', 'The issuer could not be checked')

    await this.open(OFFER, state({ offer: offer(), protection: null, cards: [card()], waits: [] }))
    await this.seen('offer', '인정된 발급기관', 'Accredited issuer')
    const other = this.page.getByRole('link', { name: this.#words('다른 지갑 앱으로', 'another wallet app') })
    expect(await other.getAttribute('href')).to.match(/^openid-credential-offer:\/\/\?credential_offer_uri=https/)
    await this.press('다음', 'Next')
    await this.seen('passkey', '패스키를 만듭니다', 'Make a passkey')
    await this.fail('setUp', { code: 'WALLET_PASSKEY_UNSUPPORTED' })
    await this.press('패스키 만들기', 'Make a passkey')
    await this.seen('passkey-unsupported', '본인을 확인하는 패스키를 쓸 수 없습니다', 'no passkey that verifies you')
    await this.fail('setUp', undefined)
    await this.press('패스키 만들기', 'Make a passkey')
    await this.seen('code', '확인 번호를 넣어 주세요', 'Enter the transaction code')
    await this.page.getByRole('textbox').fill('12')
    await this.page.keyboard.press('Enter')
    await this.seen('code-short', '숫자 6자리를 모두', 'Enter all 6 digits')
    await this.page.getByRole('textbox').fill('123456')
    await this.fail('redeem', { code: 'WALLET_CODE_REFUSED' })
    await this.page.keyboard.press('Enter')
    await this.seen('code-refused', '번호가 다르거나', 'The code is wrong')
    await this.fail('redeem', undefined)
    await this.page.keyboard.press('Enter')
    await this.seen('digits', '두 숫자를 비교해 주세요', 'Compare the two digits')
    await this.fail('touch', { code: 'WALLET_PASSKEY_CANCELLED' })
    await this.press('패스키로 확인하고 받기', 'Confirm with the passkey and get the card')
    await this.seen('digits-cancelled', '본인 확인이 끝나지 않았습니다', 'You were not verified')
    await this.fail('touch', undefined)
    await this.page.evaluate(() => walletState.waits.push('receive'))
    await this.press('패스키로 확인하고 받기', 'Confirm with the passkey and get the card')
    await this.seen('waiting', '담당자의 확인을 기다리고 있습니다', 'Waiting for the clerk')

    await this.open(OFFER, state({ offer: offer({ txCode: null }), cards: [card()] }))
    await this.press('다음', 'Next')
    await this.seen('no-code', '발급 신청하기', 'Ask for the card')
    await this.press('발급 신청하기', 'Ask for the card')
    await this.press('패스키로 확인하고 받기', 'Confirm with the passkey and get the card')
    await this.seen('done', '신분증을 받았습니다', 'Your card is here')
  }

  async chip(): Promise<void> {
    const path = '/wallet/receive/chip'
    await this.open(path, state({ waits: ['openChipSession'] }))
    await this.seen('chip-loading', '불러오는 중입니다', 'Loading')
    const offline: State['fails'] = { openChipSession: { code: 'WALLET_UNREACHABLE', host: 'id.example.go.kr' } }
    await this.open(path, state({ fails: offline }))
    await this.seen('chip-unreachable', 'id.example.go.kr', 'id.example.go.kr')
    await this.open(path, state())
    await this.seen('chip-code', 'IC 칩을 직접 읽지 못합니다', 'cannot read the chip itself')
    await this.open(path, state({ chip: { at: 'face' } }))
    await this.seen('chip-face', '카드를 읽었습니다', 'The card was read')
    await this.open(path, state({ chip: { at: 'over' } }))
    await this.seen('chip-over', '새 QR로 다시 시작하세요', 'Begin again with a new code')
    await this.open(path, state({ chip: { at: 'counter' } }))
    await this.seen('chip-counter', '창구에서 받아 주세요', 'Get it at the counter')
    const link = 'openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fid.example.go.kr%2Foid4vci%2Foffers%2F1'
    await this.open(path, state({ chip: { at: 'offer', link }, offer: offer({ txCode: null }), cards: [card()] }))
    await this.seen('chip-offer', '인정된 발급기관', 'Accredited issuer')
  }

  async online(): Promise<void> {
    const signIn = offer({ txCode: null, signIn: { host: 'id.example.go.kr' } })
    const driver = {
      vct: 'urn:dojang:kr:driver:1',
      name: { ko: '모바일 운전면허증', en: 'Mobile Driver’s Licence' },
      description: null,
    }
    await this.open('/wallet/receive/online', state({ waits: ['cardsOf'] }))
    await this.seen('apply-loading', '불러오는 중입니다', 'Loading')
    const offline: State['fails'] = { cardsOf: { code: 'WALLET_UNREACHABLE', host: 'id.example.go.kr' } }
    await this.open('/wallet/receive/online', state({ fails: offline }))
    await this.seen('apply-unreachable', 'id.example.go.kr', 'id.example.go.kr')
    const given = { offer: signIn, moreOffers: [offer({ ...signIn, card: driver })], cards: [card()], page: BACK }
    await this.open('/wallet/receive/online', state(given))
    await this.seen('apply', '어떤 신분증을 신청할까요?', 'Which card do you want?')
    await this.press('모바일 주민등록증 신청하기', 'Apply for the Mobile Resident Card')
    await this.seen('apply-offer', '인정된 발급기관', 'Accredited issuer')
    await this.press('다음', 'Next')
    await this.seen('sign-in', 'id.example.go.kr', 'id.example.go.kr')
    await this.fail('authorize', { code: 'WALLET_STOPPED' })
    await this.press('발급기관 화면으로 이동하기', 'Go to the issuer’s page')
    await this.seen('sign-in-refused', '이 지갑에는 신분증을 발급하지 않습니다', 'gives this wallet no cards')

    await this.open(BACK, state({ waits: ['finishAuthorization'] }))
    await this.seen('returned-loading', '불러오는 중입니다', 'Loading')
    expect(this.page.url(), 'no code stays in the address').to.equal(`${ORIGIN}/wallet/returned`)
    for (const [reason, ko, en] of [
      ['unknown', '이 브라우저에서 시작한 신청이 아니거나', 'This browser began no such application'],
      ['declined', '신청을 취소했거나', 'You cancelled'],
    ] as const) {
      await this.open(BACK, state({ fails: { finishAuthorization: { code: 'WALLET_RETURN_REFUSED', reason } } }))
      await this.seen(`returned-${reason}`, ko, en)
    }
    const failed: State['fails'] = { finishAuthorization: { code: 'WALLET_UNREACHABLE', host: 'id.example.go.kr' } }
    await this.open(BACK, state({ ...given, fails: failed }))
    await this.seen('returned-offline', '연결할 수 없습니다', 'cannot be reached')
    await this.fail('finishAuthorization', undefined)
    await this.press('다시 시도', 'Try again')
    await this.seen('returned', '본인 확인이 끝났습니다', 'Your identity is confirmed')
    await this.page.evaluate(() => walletState.waits.push('receive'))
    await this.press('패스키로 확인하고 받기', 'Confirm with the passkey and get the card')
    await this.seen('returned-receiving', '발급기관이 신분증을 만들고 있습니다', 'The issuer is making the card')
  }

  async requests(): Promise<void> {
    await this.open('/wallet/show', state())
    await this.seen('show-none', '보여 줄 신분증이 없습니다', 'There is no card to show')
    await this.open('/wallet/show', state({ cards: [card()] }))
    await this.seen('show', '상대방 QR 촬영', 'Scan their code')
    await this.open('/wallet/show/scan', state({ cards: [card()] }))
    await this.seen('scan', '링크로 열기', 'By a link')
    const asked = request(registered)
    await this.open('/wallet/show/code', state({ cards: [card(), longCard], request: asked }))
    await this.seen('code-before', '누구나 아래 정보를 읽을 수 있습니다', 'Whoever sees this code')
    await this.press('패스키로 확인하고 QR 보여주기', 'Confirm with the passkey and show the code')
    await this.seen('code-running', '15초마다 바뀝니다', 'changes every 15 seconds')
    await this.open('/wallet/show/till', state({ cards: [card()] }))
    await this.seen('till', '아직 아무 정보도 나가지 않았습니다', 'Nothing has been shared yet')
    expect(await this.page.locator('a[href*="/check/"]').count(), 'a link to a check screen, outside a demo').to.equal(
      0,
    )
    const failed: State['fails'] = { openMeeting: { code: 'WALLET_UNREACHABLE', host: 'id.example.go.kr' } }
    await this.open('/wallet/show/till', state({ cards: [card()], fails: failed }))
    await this.seen('till-failed', '매장 기기와 연결하지 못했습니다', 'The till was not reached')
    await this.open('/wallet/show/till', state({ cards: [card()], request: ageOnly(registered) }))
    await this.seen('till-consent', '가상은행', '가상은행')
    await this.open('/wallet/request', state({ cards: [card()] }))
    await this.seen('request-none', '열려 있는 확인 요청이 없습니다', 'No request is open')
    await this.open(REQUEST, state({ fails: { openRequest: { code: 'WALLET_REQUEST_INVALID', reason: 'signature' } } }))
    await this.seen('request-invalid', '올바르지 않은 확인 요청', 'not a proper one')
    const both = [card(), longCard]
    await this.open(REQUEST, state({ cards: both, request: request(registered) }))
    await this.seen('consent-beyond', '등록 범위 밖', 'Beyond the registration')
    await this.press('제출하기', 'Share')
    await this.seen('consent-fault', '동의를 표시해 주세요', 'mark that you agree')
    await this.press('거절', 'Decline')
    await this.seen('declined', '아무 정보도 보내지 않았습니다', 'Nothing was shared')
    await this.open(
      REQUEST,
      state({ cards: both, request: ageOnly(registered), redirectUri: 'https://bank.example.kr/done' }),
    )
    await this.seen('consent', '만 19세 이상', '19 or over')
    await this.fail('answer', { code: 'WALLET_ASKER_REFUSED', status: 400 })
    await this.press('제출하기', 'Share')
    await this.seen('consent-refused', '답을 받지 않았습니다', 'did not take the answer')
    await this.fail('answer', undefined)
    await this.press('제출하기', 'Share')
    await this.seen('shared', '제출했습니다', 'Shared')
    await this.open(REQUEST, state({ cards: both, request: unregistered }))
    await this.seen('consent-withheld', '이 요청에는 답할 수 없습니다', 'This request cannot be answered')
    await this.open(REQUEST, state({ cards: both, request: ageOnly({ state: 'unregistered', reason: 'no_policy' }) }))
    await this.seen('consent-unregistered', '등록되지 않음', 'Not registered')
    await this.open(REQUEST, state({ cards: both, request: ageOnly({ state: 'unknown', reason: 'stale' }) }))
    await this.seen('consent-unknown', '등록 여부 확인 불가', 'Registration could not be checked')
    await this.open(REQUEST, state({ cards: both, request: { ...ageOnly(registered), expiresAt: 1 } }))
    await this.seen('consent-expired', '요청의 시간이 지났습니다', 'The time of this request is over')
  }

  async records(): Promise<void> {
    await this.open('/wallet/history', state())
    await this.seen('history-empty', '아직 이용한 적이 없습니다', 'No card was used yet')
    await this.open('/wallet/history', state({ history: [...history] }))
    await this.seen('history', '가상은행', '가상은행')
    await this.press('이력 지우기', 'Clear the history')
    await this.seen('history-clear', '이용 이력을 지울까요?', 'Clear the history?')
    await this.press('모두 지우기', 'Clear all')
    await this.seen('history-cleared', '이용 이력을 지웠습니다', 'The history is cleared')
    await this.open('/wallet/notices', state({ cards: [card()] }))
    await this.seen('notices-empty', '새 알림이 없습니다', 'No notices')
    await this.open('/wallet/notices', state({ cards: [card(), longCard], notices: [...notices] }))
    await this.seen('notices', '정지되었습니다', 'suspended')
    await this.press('지금 상태 확인하기', 'Check now')
    await this.page.getByText(this.#words('신분증 상태를 확인했습니다', 'was checked')).waitFor()
  }

  async settings(): Promise<void> {
    await this.open('/wallet/settings', state({ cards: [card()] }))
    await this.seen('settings', '1688-0990', '1688-0990')
    await this.open('/wallet/settings/lock', state())
    await this.seen('lock', '휴대전화를 잃어버렸을 때', 'If you lose this phone')
    await this.open('/wallet/settings/prepare', state({ cards: [card()] }))
    await this.fail('prepareForLoss', { code: 'WALLET_LOSS_REFUSED', reason: 'LOCK_NO_CARDS' })
    await this.press('패스키와 복구 코드 만들기', 'Make passkey and code')
    await this.seen('prepare-no-cards', '이 발급기관에서 받은 신분증이 없습니다', 'This authority issued no card')
    await this.fail('prepareForLoss', { code: 'WALLET_UNREACHABLE', host: 'id.example.go.kr' })
    await this.press('패스키와 복구 코드 만들기', 'Make passkey and code')
    await this.seen('prepare-offline', 'id.example.go.kr', 'id.example.go.kr')
    await this.fail('prepareForLoss', undefined)
    await this.press('패스키와 복구 코드 만들기', 'Make passkey and code')
    await this.seen('prepare-code', '7ZK', '7ZK')
    await this.open('/wallet/settings/export', state({ cards: [card()] }))
    const [first, second] = [this.page.locator('input').first(), this.page.locator('input').nth(1)]
    await first.fill('short')
    await this.press('파일로 저장하기', 'Save the file')
    await this.seen('export-short', '12자 이상으로', 'Enter at least 12')
    await first.fill('correct horse battery')
    await second.fill('correct horse')
    await this.press('파일로 저장하기', 'Save the file')
    await this.seen('export-other', '두 암호가 다릅니다', 'passphrases differ')
    await second.fill('correct horse battery')
    const saved = this.page.waitForEvent('download')
    await this.press('파일로 저장하기', 'Save the file')
    expect((await saved).suggestedFilename()).to.equal('wallet.dojang')
    await this.seen('export', '파일을 저장했습니다', 'The file is saved')
    await this.open('/wallet/settings/erase', state({ cards: [card()] }))
    await this.press('모두 지우기', 'Erase everything')
    await this.seen('erase-fault', '먼저 이해했다고', 'Mark first')
    await this.page.getByText(this.#words('되돌릴 수 없다는 것을 이해했습니다', 'I understand that')).click()
    await this.press('모두 지우기', 'Erase everything')
    await this.seen('erased', '모두 지웠습니다', 'Everything is erased')
  }

  async fail(method: string, failure: WalletFailure | undefined): Promise<void> {
    await this.page.evaluate(
      ([name, given]) => {
        Object.assign(walletState.fails, { [name as string]: given })
      },
      [method, failure] as const,
    )
  }
}
