/**
 * Two live screens: the wallet of a person and the check screen of a shop, each one's camera fed with the other's screen,
 * smaller, tilted, blurred and noisy. Every purpose, in each way that it accepts, with the node and without.
 * `DOJANG_TEST_LONG` does it in both languages and on both sizes; the short form does the ways that differ least with three
 * purposes only: one with every claim, one that accepts every way, and one that identifies nobody.
 */
import { setTimeout } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { allPresets, presetById } from '../../node/verifier/presets/all.ts'
import { TestNode } from '../e2e/support/node.ts'
import { offer } from '../e2e/support/steps.ts'
import { builtScreens } from './support/built-screens.ts'
import { play, record } from './support/camera.ts'
import { type Language, launchOrSkip, picture, type Size } from './support/chromium.ts'
import { Holder } from './support/holder.ts'
import { Shop } from './support/shop.ts'

const PRESETS = allPresets.filter(({ portrait }) => portrait === 'in_person')
const LONG = Boolean(process.env.DOJANG_TEST_LONG)
const FEW = LONG ? PRESETS : PRESETS.filter(({ id }) => ['bank', 'airport', 'age'].includes(id))
const EVERY: readonly (readonly [Language, Size])[] = [
  ['ko', 'phone'],
  ['en', 'desk'],
  ['en', 'phone'],
  ['ko', 'desk'],
]

describe('browser: a wallet and a check screen, face to face', function () {
  this.timeout(300_000)
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

  for (const [language, size] of LONG ? EVERY : EVERY.slice(0, 1)) {
    describe(`${language}, ${size}`, () => {
      let holder: Holder
      let shop: Shop

      before(async () => {
        const [, number = ''] = await node.printed(/echo (\S+) \|.* offer --card resident/)
        holder = await Holder.open(browser, node, language, size)
        await holder.take(await offer(node, 'resident', number))
        shop = await Shop.open(browser, node, language, size)
        await shop.register()
        // Both are installed, for the part without the node.
        for (const page of [holder.page, shop.page])
          await page.evaluate(() => navigator.serviceWorker.ready.then(() => 0))
      })
      after(async () => {
        await holder?.close()
        await shop?.close()
      })

      // One that failed half-way must not fail the next.
      afterEach(async function () {
        if (this.currentTest?.state !== 'failed') return
        await picture(holder.page, `failed-wallet-${language}-${size}`)
        await picture(shop.page, `failed-check-${language}-${size}`)
        await Promise.all([holder.page.reload(), shop.page.reload()])
      })

      for (const preset of PRESETS) {
        it(`mission 10: ${preset.id}: two-way, by the network`, async () => {
          await shop.use(preset)
          await holder.twoWay(shop)
          await shop.accept()
        })
        if (FEW.includes(preset)) {
          it(`mission 10: ${preset.id}: rendezvous`, async () => {
            await shop.use(preset)
            await holder.rendezvous(shop)
            await shop.accept()
          })
        }
        if (preset.oneWay) {
          it(`mission 10: ${preset.id}: one-way`, async () => {
            await shop.use(preset)
            await holder.oneWay(shop, preset.name[language])
            await shop.accept()
            await holder.finish()
          })
        }
      }

      it('mission 10: accepts a filmed one-way code once, and another device none that was filmed a minute ago', async () => {
        const age = presetById('age') as (typeof PRESETS)[0]
        await shop.use(age)
        await holder.showCode(age.name[language])
        // Less than the 15 seconds after which the phone shows another.
        const video = await record(holder.page, 8000)
        const filmed = performance.now()
        await holder.finish()
        await play(shop.page, video, shop.read)
        await shop.accept()
        await play(shop.page, video, shop.read)
        await shop.verdict('replayed')
        await shop.press('다음', 'Next')
        const another = await Shop.open(browser, node, language, size)
        await another.choose(age)
        await setTimeout(Math.max(0, filmed + 61_000 - performance.now()))
        await play(another.page, video, another.read)
        await another.verdict('retry', 'stale_presentation')
        await another.close()
      })

      it('shows a decline as a wish and not as a fault of the card', async () => {
        await shop.use(PRESETS[0] as (typeof PRESETS)[0])
        await holder.twoWay(shop, 'decline')
        await shop.verdict('retry', 'declined')
        await shop.press('다음', 'Next')
      })

      describe('without the node', () => {
        before(() => Promise.all([shop.context.setOffline(true), holder.context.setOffline(true)]))
        after(() => Promise.all([shop.context.setOffline(false), holder.context.setOffline(false)]))

        for (const preset of FEW) {
          it(`mission 10: ${preset.id}: two-way, by codes alone`, async () => {
            await shop.use(preset)
            await holder.twoWay(shop)
            await shop.accept()
            await holder.finish()
          })
          if (preset.oneWay) {
            it(`mission 10: ${preset.id}: one-way`, async () => {
              await shop.use(preset)
              await holder.oneWay(shop, preset.name[language])
              await shop.accept()
              await holder.finish()
            })
          }
        }
      })
    })
  }
})
