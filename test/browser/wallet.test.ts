/**
 * The wallet on a real node, in Chromium with a virtual authenticator: from an offer to a card, shown online and as a code,
 * and opened without a network. wallet-states.test.ts has every state of the screens.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { toWalletPage } from '../../node/lib/wallet-link.ts'
import { presetById } from '../../node/verifier/presets/all.ts'
import type { Preset } from '../../node/verifier/presets/preset.ts'
import { TestNode } from '../e2e/support/node.ts'
import { offer, request, verdictOf } from '../e2e/support/steps.ts'
import { TestVerifier } from '../e2e/support/verifier-service.ts'
import { builtScreens } from './support/built-screens.ts'
import { see } from './support/camera.ts'
import { launchOrSkip, newContext, newPage } from './support/chromium.ts'
import { refusalInFrame } from './support/framed.ts'
import { HolderPage } from './support/holder-page.ts'
import { readCode } from './support/read-code.ts'
import { Shop } from './support/shop.ts'

describe('browser: the wallet on a real node', function () {
  this.timeout(180_000)
  let browser: Browser
  let node: TestNode
  let number: string
  let walletUrl: string

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    node = new TestNode(['--demo'])
    await node.start()
    const [, printed = ''] = await node.printed(/echo (\S+) \|.* offer --card resident/)
    number = printed
    walletUrl = node.config.walletUrl
  })
  after(async () => {
    await browser?.close()
    await node?.dispose()
  })

  for (const [language, size, hasPrf] of [
    ['ko', 'phone', true],
    ['en', 'desk', false],
  ] as const) {
    describe(`${language}, ${size}, ${hasPrf ? 'with' : 'without'} PRF`, () => {
      let phone: HolderPage
      before(async () => {
        phone = await HolderPage.open(browser, [new URL(node.url).origin, 'https://a.example'], {
          language,
          size,
          hasPrf,
        })
      })
      after(() => phone?.context.close())

      it('takes a card by the link that a person pastes, with the transaction code', async () => {
        const { offerUrl, txCode, applicationId } = await offer(node, 'resident', number)
        const { page } = phone
        await page.goto(`${walletUrl}/`)
        await phone.seen('first', '아직 신분증이 없습니다', 'No card yet')
        await phone.press('신분증 받기', 'Get a card')
        await page.getByRole('textbox').fill(offerUrl)
        await phone.press('링크 열기', 'Open the link')
        await phone.seen('accredited', '인정된 발급기관', 'Accredited issuer')
        await phone.press('다음', 'Next')
        await phone.press('패스키 만들기', 'Make a passkey')
        await page.getByRole('textbox').fill(txCode)
        await phone.press('확인 번호 보내기', 'Send the code')
        await phone.seen('two-digits', '두 숫자를 비교해 주세요', 'Compare the two digits')
        await phone.press('패스키로 확인하고 받기', 'Confirm with the passkey and get the card')
        await phone.seen('received', '신분증을 받았습니다', 'Your card is here')
        expect((await node.get(`/operator/applications/${applicationId}`)).body.state).to.equal('issued')
        await phone.press('내 신분증으로', 'To my cards')
        await page.getByRole('link', { name: /자세히 보기|Details of/ }).click()
        await phone.seen('its-details', '유효', 'Valid')
        const [locked, kept] = [
          phone.words('패스키로 잠근', 'locked by your passkey'),
          phone.words('한 단계 낮습니다', 'lower level'),
        ]
        await page.getByText(hasPrf ? locked : kept).waitFor()
      })

      it('mission 8, 10: shows it online by a link on the same phone, after the consent, whatever else the link says', async () => {
        const asked = await request(node, 'age')
        const { page } = phone
        await page.goto(`${walletUrl}/wallet/request?${asked.requestUrl.split('?')[1]}&consent=yes`)
        await phone.seen('consent-online', '19', '19')
        expect((await node.get(`/operator/presentations/${asked.id}`)).body.state).to.equal('pending')
        await phone.press('제출하기', 'Share')
        await page.getByRole('heading', { name: phone.words('제출했습니다', 'Shared') }).waitFor()
        expect(await verdictOf(node, asked.id)).to.include({ outcome: 'valid' })
        await page.goto(`${walletUrl}/wallet/history`)
        await phone.seen('used', '제출함', 'Shared')
      })

      it('shows it as a code that nobody asked for, which a camera reads', async () => {
        const { page } = phone
        await page.goto(`${walletUrl}/wallet/show/code`)
        await phone.press('패스키로 확인하고 QR 보여주기', 'Confirm with the passkey and show the code')
        await phone.seen('running-code', '15초마다 바뀝니다', 'changes every 15 seconds')
        const message = await readCode(page.locator('canvas'))
        expect(message.length).to.be.greaterThan(600)
      })

      it('opens without a network and shows the card', async () => {
        const { page, context } = phone
        await page.goto(`${walletUrl}/wallet/`)
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
        await context.setOffline(true)
        try {
          await page.goto(`${walletUrl}/wallet/`)
          await page.getByText(phone.words('보는 것은 확인이 아닙니다', 'Looking is not checking')).waitFor()
          await phone.seen('offline', '연결 없음', 'Offline')
          // A link that another app opens leads to the same page, and says what is missing.
          const link = 'client_id=x509_hash%3Aabc&request_uri=https%3A%2F%2Fa.example%2Fr'
          await page.goto(`${walletUrl}/wallet/request?${link}`)
          await phone.seen('offline-request', '연결할 수 없습니다', 'cannot be reached')
        } finally {
          await context.setOffline(false)
        }
      })

      it('learns that its card was suspended, and says what to do', async () => {
        const { body } = await node.post('/operator/credentials/search', { personalNumber: number })
        const valid = body.credentials.find(({ status }: { status: string }) => status === 'VALID')
        await node.post(`/operator/credentials/${valid.credentialId}/suspend`, { reason: 'a test' })
        await phone.page.goto(`${walletUrl}/wallet/notices`)
        await phone.press('지금 상태 확인하기', 'Check now')
        await phone.seen('suspended', '정지되었습니다', 'suspended')
        await phone.page.getByRole('link', { name: '1688-0990' }).waitFor()
      })
    })
  }

  describe("on the issuer's page, and with a verifier that runs alone with HAIP", () => {
    const verifier = new TestVerifier()
    let phone: HolderPage
    let key: string
    before(async () => {
      const profile = verifier.file('ledger.json', readFileSync(join(node.data, 'ledger.json')))
      await verifier.start('--profile', profile, '--wallet-url', walletUrl, '--haip')
      key = await verifier.key(['requests:create', 'requests:read'])
      const origins = [new URL(node.url).origin, walletUrl, verifier.url]
      phone = await HolderPage.open(browser, origins, { language: 'ko', size: 'phone', hasPrf: true })
    })
    after(async () => {
      await phone?.context.close()
      await verifier.dispose()
    })

    it("takes a card on the issuer's page: the browser leaves the wallet, and comes back once", async () => {
      const { page } = phone
      const body = { card: 'resident', personalNumber: number, grant: 'code' }
      const { offerUrl, txCode, applicationId } = (await node.post('/operator/offers', body)).body
      await page.goto(toWalletPage(walletUrl, offerUrl))
      await phone.press('다음', 'Next')
      await phone.press('패스키 만들기', 'Make a passkey')
      await phone.seen('sign-in', new URL(node.url).host, '')
      await phone.press('발급기관 화면으로 이동하기', '')
      await page.getByText('이 기관의 지갑').waitFor()
      await page.getByRole('textbox').fill(txCode)
      await page.getByRole('button', { name: '발급받기' }).click()
      await phone.seen('returned', '본인 확인이 끝났습니다', '')
      expect(page.url()).to.equal(`${walletUrl}/wallet/returned`)
      await page.reload()
      await phone.press('패스키로 확인하고 받기', '')
      await phone.seen('returned-done', '신분증을 받았습니다', '')
      expect((await node.get(`/operator/applications/${applicationId}`)).body.state).to.equal('issued')
      await page.goto(`${walletUrl}/wallet/returned?code=a&state=b&iss=${encodeURIComponent(node.url)}`)
      await page.getByText('이 브라우저에서 시작한 신청이 아니거나').waitFor()
    })

    const asked = async (): Promise<{ id: string; pageUrl: string }> => {
      const request = { preset: 'age', returnUrl: `${verifier.url}/healthz` }
      const { status, body } = await verifier.call('POST', '/verifier/requests', key, request)
      expect(status, JSON.stringify(body)).to.equal(201)
      return body
    }
    const verdictFor = async (id: string, page: Page): Promise<string> => {
      await page.waitForURL(/healthz#response_code=/)
      const proof = { response_code: page.url().split('#response_code=')[1], attempt: 'attempt-1' }
      return (await verifier.call('POST', `/verifier/requests/${id}/redeem`, key, proof)).body.verdict.outcome
    }

    it('answers the page of the verifier on the same device, and goes on in the browser that asked', async () => {
      const { page } = phone
      const { id, pageUrl } = await asked()
      await page.goto(pageUrl)
      await page.locator('a.button-primary').click()
      await phone.press('제출하기', 'Share')
      await phone.seen('shared-here', '제출했습니다', 'Shared')
      await phone.press('요청한 곳으로 돌아가기', 'Back')
      expect(await verdictFor(id, page)).to.equal('valid')
    })

    it('answers it from another device, with the two digits that the page shows too', async () => {
      const { page } = phone
      const { id, pageUrl } = await asked()
      const desk = await newContext(browser, 'ko', 'desk')
      const screen = await newPage(desk)
      await screen.goto(pageUrl)
      const link = String(await screen.locator('svg.qr').getAttribute('data-text'))
      await page.goto(`${walletUrl}/wallet/show/scan`)
      await page.getByRole('textbox').fill(link)
      await phone.press('링크 열기', 'Open the link')
      await phone.seen('consent-digits', '만 19세 이상', '19 or over')
      const shown = await screen.locator('.digits-row').textContent()
      expect(await page.locator('.digits-row').textContent()).to.equal(shown)
      await phone.press('제출하기', 'Share')
      expect(await verdictFor(id, screen)).to.equal('valid')
      await desk.close()
    })

    it('shows a code to the check screen of the verifier', async () => {
      const shop = await Shop.open(browser, verifier, 'ko', 'phone', undefined, {
        others: [new URL(node.url).origin],
      })
      await shop.seen('alone-purpose', '무엇을 확인합니까?', 'What do you check?')
      await shop.choose(presetById('age') as Preset)
      await phone.page.goto(`${walletUrl}/wallet/show/code`)
      await phone.page.getByText('성인 확인', { exact: true }).click()
      await phone.press('패스키로 확인하고 QR 보여주기', 'Confirm with the passkey and show the code')
      await phone.page.locator('.qr').waitFor()
      const look = await see(shop.page, phone.page)
      await shop.read()
      await look()
      await shop.press('예, 본인입니다', 'Yes, same person')
      await shop.verdict('valid')
      await shop.close()
    })
  })

  it('can be installed', async () => {
    const context = await newContext(browser, 'ko', 'phone')
    const page = await context.newPage()
    await page.goto(`${walletUrl}/wallet/`)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    const devtools = await context.newCDPSession(page)
    const { errors, url } = await devtools.send('Page.getAppManifest')
    expect([errors, url]).to.deep.equal([[], `${walletUrl}/wallet/manifest.webmanifest`])
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    // A context of a test is a private window.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).to.deep.equal([])
    await context.close()
  })

  it('is refused in a frame of another page', async () => {
    const address = `${walletUrl}/wallet/request?client_id=a&request_uri=b`
    expect(await refusalInFrame(browser, address)).to.equal('net::ERR_BLOCKED_BY_RESPONSE')
  })
})
