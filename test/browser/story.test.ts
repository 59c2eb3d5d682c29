/**
 * The guided story of a demo, by what a person sees: from the start page to the end in less than two minutes.
 * `DOJANG_TEST_LONG` does it in both languages and on both sizes.
 */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { makeRendezvous } from '../../node/verifier/in-person/rendezvous.ts'
import { TestNode } from '../e2e/support/node.ts'
import { builtScreens } from './support/built-screens.ts'
import { launchOrSkip, newContext, newPage, views } from './support/chromium.ts'
import { Player } from './support/story-player.ts'

const TWO_MINUTES = 120_000

describe('browser: the guided story of a demo', function () {
  this.timeout(240_000)
  let browser: Browser
  let node: TestNode

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    node = new TestNode(['--demo'])
    await node.start()
  })
  after(async () => {
    await browser?.close()
    await node?.dispose()
  })

  for (const [language, size] of views(1)) {
    it(`is played from the start page to its end: ${language}, ${size}`, async () => {
      const player = await Player.open(browser, node, language, size)
      await player.seen(player.guide, 'start')
      const begun = performance.now()
      await player.guide.getByRole('link', { name: '2분 체험' }).click()
      await player.guide.getByRole('button', { name: player.words('시작하기', 'Begin') }).waitFor()
      await player.seen(player.guide, 'intro')
      await player.press(player.guide, '시작하기', 'Begin')
      await becomeClerk(player)
      const wallet = await takeCard(player)
      await player.step('check', '보여 주고 확인', 'Show and check')
      await showCard(player, wallet, 'valid')
      await lock(player)
      await player.step('locked', '정지된 신분증 확인', 'Check the locked card')
      await showCard(player, wallet, 'suspended')
      await unlock(player)
      await player.step('again', '다시 확인', 'Check again')
      await showCard(player, wallet, 'valid-again')
      await player.guide.getByText(player.words('체험을 마쳤습니다', 'The story is over')).waitFor()
      const took = performance.now() - begun
      await player.seen(player.guide, 'done')
      expect(took, 'milliseconds').to.be.lessThan(TWO_MINUTES)
      await player.close()
    })

    it(`shows each fake fail with its reason: ${language}, ${size}`, async () => {
      const player = await Player.open(browser, node, language, size)
      const page = player.guide
      await page.getByRole('link', { name: '가짜를 만들어 보기' }).click()
      await page.getByText(player.words('진짜 신분증 한 장 받기', 'Get one genuine card')).waitFor()
      await player.seen(page, 'fakes-first')
      await player.press(page, '진짜 신분증 한 장 받기', 'Get one genuine card')
      await page.locator('.answer code', { hasText: /^valid$/ }).waitFor()
      await player.seen(page, 'fakes-genuine')
      for (const [ko, en, code, refused] of FAKES) {
        const part = page.locator('.fakes .section', { has: page.getByRole('heading', { name: player.words(ko, en) }) })
        await part.getByRole('button').click()
        const answer = part.locator('.answer')
        await answer.waitFor()
        expect(await answer.locator('code').textContent(), en).to.equal(code)
        if (refused) expect(await part.locator('code').allTextContents(), en).to.include(refused)
      }
      await player.seen(page, 'fakes-all')
      await player.close()
    })
  }

  it('says what to do where the node gives no answer, forgot the story, or is on another computer', async () => {
    const player = await Player.open(browser, node, 'ko', 'phone')
    const { guide } = player
    await guide.getByRole('link', { name: '2분 체험' }).click()
    const answer = async (status: number | null, code = '') => {
      await guide.unroute('**/demo/stories**')
      await guide.route('**/demo/stories**', route =>
        status === null ? route.abort() : route.fulfill({ status, json: { status, code, title: code } }),
      )
    }
    await answer(403, 'HTTP_ORIGIN_REFUSED')
    await player.press(guide, '시작하기', 'Begin')
    await guide.getByText('이 컴퓨터에서는 열 수 없습니다').waitFor()
    await player.seen(guide, 'elsewhere')
    await answer(null)
    await player.press(guide, '시작하기', 'Begin')
    await guide.getByText('노드가 응답하지 않습니다').waitFor()
    await guide.unroute('**/demo/stories**')
    await player.press(guide, '시작하기', 'Begin')
    await player.step('clerk', '직원 등록', 'Become a clerk')
    await answer(null)
    await guide.getByText('노드가 응답하지 않습니다').waitFor()
    await player.seen(guide, 'stopped')
    await answer(404, 'HTTP_NOT_FOUND')
    await guide.getByText('이 체험은 이어 갈 수 없습니다').waitFor()
    await player.seen(guide, 'lost')
    await guide.unroute('**/demo/stories**')
    await player.press(guide, '처음부터 다시', 'Start over')
    await player.step('clerk-again', '직원 등록', 'Become a clerk')
    await player.close()
  })

  it('lets no link outside a demo make a check screen ask somebody', async () => {
    const page = await newPage(await newContext(browser, 'ko', 'phone'))
    await page.route('**/check/settings.json', route => route.fulfill({ json: { authority: node.url, mode: 'local' } }))
    const sent: string[] = []
    page.on('request', request => request.method() !== 'GET' && sent.push(request.url()))
    const { code } = makeRendezvous(`${node.url}/relay`, length => new Uint8Array(randomBytes(length)))
    await page.goto(`${node.url}/check/#meet=${encodeURIComponent(code)}`)
    await page.getByText('성인 확인', { exact: true }).click()
    await page.getByText('등록되지 않은 기기').waitFor()
    expect(sent).to.deep.equal([])
    await page.context().close()
  })
})

/** The name of each fake, what it comes to, and the code of what is refused before there is a verdict. */
const FAKES: readonly (readonly [ko: string, en: string, code: string, refused?: string])[] = [
  ['화면 캡처', 'Screenshot', 'retry/stale_presentation'],
  ['두 번 쓰기', 'Replay', 'replayed'],
  ['고친 신분증', 'Tampered card', 'forged/bad_disclosure'],
  ['원장에 없는 신분증', 'Card that was never anchored', 'forged/anchor_mismatch'],
  ['옛 원장 사본', 'Rolled-back snapshot', 'suspended', 'PROOF_ROLLBACK'],
  ['너무 많이 묻는 가게', 'Over-asking shop', 'WALLET_BEYOND_REGISTRATION'],
]

async function becomeClerk(player: Player): Promise<void> {
  await player.step('clerk', '직원 등록', 'Become a clerk')
  const counter = await player.opened(player.guide, '창구 열기', 'Open the counter')
  await player.press(counter, '패스키 만들기', 'Create passkey')
  await player.press(counter, '로그인 화면으로', 'Go to sign-in')
  await player.press(counter, '패스키로 로그인', 'Sign in with passkey')
  await counter.getByRole('navigation').waitFor()
}

/** At the counter and in the wallet. @returns the wallet's window */
async function takeCard(player: Player): Promise<Page> {
  await player.step('issue', '발급', 'Issue')
  const counter = await player.opened(player.guide, '창구 열기', 'Open the counter')
  await player.press(counter, '다음: 신원 확인', 'Next: identity check')
  await player.choose(counter, '여권', 'Passport')
  await counter.getByRole('textbox').fill('M12345678')
  await player.choose(counter, '얼굴 대조함', 'Face compared')
  await player.press(counter, '다음: 휴대전화 번호', 'Next: mobile number')
  await player.press(counter, '번호 없이 계속하기', 'Continue without a number')
  await player.press(counter, 'QR 보여주기', 'Show QR')
  await counter.locator('.qr').waitFor()
  await player.seen(counter, 'counter-qr')
  const wallet = await player.opened(counter, '이 컴퓨터의 지갑에서 열기', 'open in the wallet on this computer')
  await player.press(wallet, '다음', 'Next')
  await player.press(wallet, '패스키 만들기', 'Make a passkey')
  await player.press(counter, '담당자 화면 (Esc)', 'Clerk’s side (Esc)')
  await player.press(counter, '확인 번호 보기', 'Show the transaction code')
  const spoken = (await counter.locator('.digits .visually-hidden').first().textContent()) ?? ''
  await wallet.getByRole('textbox').fill(spoken.replace(/\D/g, ''))
  await player.press(wallet, '확인 번호 보내기', 'Send the code')
  await player.press(wallet, '패스키로 확인하고 받기', 'Confirm with the passkey and get the card')
  await player.press(counter, '같은 휴대전화', 'Same phone')
  await player.press(wallet, '내 신분증으로', 'To my cards')
  await player.seen(wallet, 'wallet-card')
  return wallet
}

/** In the wallet, and then in the check screen that it opens. */
async function showCard(player: Player, wallet: Page, expected: 'valid' | 'suspended' | 'valid-again'): Promise<void> {
  await player.follow(wallet, '신분증', 'Cards')
  await player.press(wallet, '신분확인', 'Show a card')
  await player.follow(wallet, '매장 기기에 보여주기', 'Show to a till')
  await wallet.locator('.qr').waitFor()
  await player.seen(wallet, `wallet-code-${expected}`)
  const check = await player.opened(wallet, '이 컴퓨터의 확인 화면에서 읽기', 'read it with the check screen')
  // The purpose is asked once.
  if (expected === 'valid') await player.choose(check, '성인 확인', 'Age check')
  await wallet.getByText(player.words('요청한 곳', 'Who asks')).waitFor()
  await player.seen(check, `check-waits-${expected}`)
  await player.press(wallet, '제출하기', 'Share')
  const photo = check.locator('.same-portrait')
  const verdict = check.locator('.verdict')
  await verdict.or(photo).first().waitFor()
  if ((await photo.count()) > 0) await player.press(check, '예, 본인입니다', 'Yes, same person')
  await verdict.waitFor()
  expect(await verdict.getAttribute('data-outcome'), (await verdict.textContent()) ?? '').to.equal(
    expected.replace('-again', ''),
  )
  await player.seen(check, `check-${expected}`)
  await check.close()
}

async function lock(player: Player): Promise<void> {
  await player.step('lock', '분실 정지', 'Lost')
  const counter = await player.opened(player.guide, '창구 열기', 'Open the counter')
  await player.choose(counter, '휴대전화 분실', 'Phone lost')
  await player.press(counter, '지금 잠그기', 'Lock now')
}

async function unlock(player: Player): Promise<void> {
  await player.step('unlock', '잠금 해제', 'Found')
  const counter = await player.opened(player.guide, '창구 열기', 'Open the counter')
  await player.choose(counter, '휴대전화를 되찾음', 'Phone found')
  await player.choose(counter, '여권', 'Passport')
  await player.choose(counter, '얼굴 대조함', 'Face compared')
  await player.press(counter, '잠금 해제하기', 'Unlock')
}
