/** The check screen on a real node, in Chromium: its camera sees the screen of a phone that holds a real card. */
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { systemClock } from '../../node/lib/time.ts'
import { presetById } from '../../node/verifier/presets/all.ts'
import type { Preset } from '../../node/verifier/presets/preset.ts'
import { TestNode } from '../e2e/support/node.ts'
import { change, issue } from '../e2e/support/steps.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { builtScreens } from './support/built-screens.ts'
import { see } from './support/camera.ts'
import { launchOrSkip, views } from './support/chromium.ts'
import { refusalInFrame } from './support/framed.ts'
import { Phone } from './support/phone.ts'
import { Shop } from './support/shop.ts'

const preset = (id: string): Preset => {
  const found = presetById(id)
  if (found === undefined) throw new Error(`no preset ${id}`)
  return found
}

describe('browser: the check screen', function () {
  this.timeout(240_000)
  let browser: Browser
  let node: TestNode
  let phone: Phone
  let credentialId: string

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    node = new TestNode(['--demo'])
    await node.start()
    const [, number = ''] = await node.printed(/echo (\S+) \|.* offer --card resident/)
    const wallet = new Wallet(join(node.data, 'wallet'))
    const issued = await issue(node, wallet, 'resident', number)
    credentialId = issued.credentialId
    phone = await Phone.with(browser, issued.card)
  })
  after(async () => {
    await browser?.close()
    await node?.dispose()
  })

  it('is registered by the link that the verifier’s administrator made, once', async () => {
    const made = await node.cli(['till', 'admit', '--name', '계산대 3', '--json'])
    const { link } = JSON.parse(made.out)
    const shop = await Shop.open(browser, node, 'ko', 'phone')
    await shop.page.goto(link)
    await shop.press('등록하기', 'Register')
    await shop.seen('device-linked', '등록되었습니다', 'Registered')
    expect(shop.page.url()).to.equal(`${node.url}/check/device`)
    await shop.close()
    const another = await Shop.open(browser, node, 'ko', 'phone')
    await another.page.goto(link)
    await another.press('등록하기', 'Register')
    await another.seen('device-refused', '코드가 틀렸거나 이미 사용되었거나', 'The code is wrong')
    await another.close()
  })

  for (const [language, size] of views(2)) {
    it(`reads, compares the photo, and says the verdict: ${language}, ${size}`, async () => {
      const shop = await Shop.open(browser, node, language, size)
      await shop.seen('purpose', '무엇을 확인합니까?', 'What do you check?')
      await shop.choose(preset('age'))
      await shop.seen('scan-unregistered', '등록되지 않은 기기', 'This device is not registered')
      const shown = await phone.oneWay(preset('age'))
      await shop.looksAt(phone, shown)
      await shop.seen('same-person', '본인이 맞습니까?', 'Same person?')
      expect(await shop.page.locator('.verdict').count(), 'a colour before the photo was compared').to.equal(0)
      await shop.press('예, 본인입니다', 'Yes, same person')
      await shop.verdict('valid')
      await shop.seen('valid', '유효', 'Valid')
      await shop.press('다음', 'Next')

      // The same code again, as a screenshot of it would be.
      await shop.looksAt(phone, shown)
      await shop.verdict('replayed')
      await shop.seen('replayed', '이미 사용된 코드', 'Used before')
      await shop.close()
    })
  }

  for (const [language, size] of [
    ['ko', 'phone'],
    ['en', 'desk'],
  ] as const) {
    it(`asks: two-way, by the network, and by a rendezvous: ${language}, ${size}`, async () => {
      const shop = await Shop.open(browser, node, language, size)
      await shop.register()
      await shop.choose(preset('bank'))
      await shop.seen('scan', '이 QR을 보여주세요', 'Show this QR')

      await shop.looksAt(phone, await phone.answer(await phone.read(shop.page)))
      await shop.seen('same-person-bank', '본인이 맞습니까?', 'Same person?')
      await shop.press('예, 본인입니다', 'Yes, same person')
      await shop.verdict('valid')
      await shop.seen('valid-bank', '유효', 'Valid')
      await shop.press('다음', 'Next')

      await phone.post(await phone.read(shop.page))
      await shop.press('예, 본인입니다', 'Yes, same person')
      await shop.verdict('valid')
      await shop.press('다음', 'Next')

      const met = await phone.rendezvous(`${node.url}/relay`)
      const look = await see(shop.page, phone.page)
      await met.done
      await look()
      await phone.blank()
      await shop.press('예, 본인입니다', 'Yes, same person')
      await shop.verdict('valid')
      await shop.press('다음', 'Next')

      // This purpose needs a request.
      await shop.looksAt(
        phone,
        await phone.oneWay({ ...preset('bank'), oneWay: true }),
        'For this purpose',
        '이 용도는',
      )
      await shop.seen('one-way-refused', '이 용도는', 'For this purpose')
      // An answer to a request of somebody else.
      const other = await Shop.open(browser, node, language, size)
      await other.register()
      await other.choose(preset('bank'))
      const answer = await phone.answer(await phone.read(other.page))
      await other.close()
      await shop.looksAt(phone, answer, 'no answer to this device', '답이 아닙니다')
      await shop.seen('other-request', '답이 아닙니다', 'no answer to this device')
      await shop.close()
    })
  }

  it('is refused in a frame of another page', async () => {
    expect(await refusalInFrame(browser, `${node.url}/check/`)).to.equal('net::ERR_BLOCKED_BY_RESPONSE')
  })

  it('is not registered by a wrong code', async () => {
    const shop = await Shop.open(browser, node, 'ko', 'phone')
    await shop.page.getByRole('link', { name: '이 기기' }).first().click()
    await shop.press('등록하기', 'Register')
    await shop.seen('device-missing', '등록 코드를 입력하세요', 'Enter the registration code')
    await shop.page.getByRole('textbox').fill('wrong')
    await shop.press('등록하기', 'Register')
    await shop.seen('device-refused', '새 코드를 받으세요', 'Ask for a new one')
    await shop.close()
  })

  it('says no if the face is another', async () => {
    const shop = await Shop.open(browser, node, 'ko', 'phone')
    await shop.choose(preset('age'))
    await shop.looksAt(phone, await phone.oneWay(preset('age')))
    await shop.press('아니요', 'No')
    await shop.verdict('not_same')
    await shop.seen('not-same', '본인이 아님', 'Not the same person')
    await shop.close()
  })

  it('refuses a recording that is played after its time, and a code for another purpose', async () => {
    const shop = await Shop.open(browser, node, 'en', 'phone')
    await shop.choose(preset('age'))
    await shop.looksAt(phone, await phone.oneWay(preset('age'), systemClock() - 61))
    await shop.verdict('retry', 'stale_presentation')
    await shop.seen('stale', '다시 시도해 주세요', 'Try again')
    await shop.press('다음', 'Next')
    await shop.looksAt(phone, await phone.oneWay(preset('airport')))
    await shop.verdict('retry', 'wrong_audience')
    await shop.close()
  })

  it('checks without a network, and says how old its data is', async () => {
    const shop = await Shop.open(browser, node, 'ko', 'phone')
    await shop.choose(preset('age'))
    await shop.page.evaluate(() => navigator.serviceWorker.ready)
    // A page is served by the service worker from its second load on.
    await shop.page.reload()
    await shop.page.getByText('성인 확인').first().waitFor()
    await shop.context.setOffline(true)
    await shop.page.reload()
    await shop.page.getByText('성인 확인').first().waitFor()
    await shop.looksAt(phone, await phone.oneWay(preset('age')))
    await shop.press('예, 본인입니다', 'Yes, same person')
    await shop.verdict('valid')
    await shop.close()
  })

  it('says that there is nothing to check with, on its first start without the node', async () => {
    const shop = await Shop.open(browser, node, 'en', 'phone', page =>
      page.route('**/settings.json', route => route.abort()),
    )
    await shop.seen('nothing', '아직 원장 정보가 없습니다', 'No data of the ledger yet')
    await shop.page.unroute('**/settings.json')
    await shop.press('다시 시도', 'Try again')
    await shop.seen('purpose', '무엇을 확인합니까?', 'What do you check?')
    await shop.close()
  })

  it('shows a suspended card as suspended', async () => {
    expect((await change(node, credentialId, 'suspend')).status).to.equal(200)
    const shop = await Shop.open(browser, node, 'ko', 'desk')
    await shop.choose(preset('age'))
    await shop.looksAt(phone, await phone.oneWay(preset('age')))
    await shop.verdict('suspended')
    await shop.seen('suspended', '정지된 신분증', 'Suspended')
    await shop.close()
  })
})
