/** The package `dojang-verifier` as it is published, in Chromium: in a page, in a worker, and in the example of a page. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { issueOn, openCardWorld, show } from '../node/verifier/replica/card-world.ts'
import type { LedgerWorld } from '../node/verifier/replica/ledger-world.ts'
import { AUDIENCE, ISS, NONCE } from '../node/verifier/support.ts'
import { type LedgerSite, openLedgerSite } from '../support/ledger-site.ts'
import { oneWayCodes } from '../support/one-way-codes.ts'
import { installInto, packAll } from '../support/packages.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { launchOrSkip, newContext, newPage } from './support/chromium.ts'

const EXAMPLE = join(import.meta.dirname, '..', '..', 'docs', 'examples', 'browser-page')

/** The issuer's status list is asked too, and is not there: then the ledger alone counts. */
const OTHERS = [ISS]

const FIVE_LINES = `
  import { openVerifier } from '/dojang-verifier.js'
  async function verdictOn({ url, pin, shown, nonce, audience }) {
    const { verifier, close } = await openVerifier(url, pin)
    const verdict = await verifier.verify(shown, { preset: 'website', nonce, audience })
    const words = verdict.outcome === 'valid' ? Object.keys(verdict.disclosed[0].claims).sort().join(' ') : verdict.sentence.ko
    await close()
    return verdict.outcome + ': ' + words
  }`

describe('browser: the package dojang-verifier', function () {
  this.timeout(180_000)
  let browser: Browser
  let context: BrowserContext
  let folder: string
  let world: LedgerWorld
  let site: LedgerSite
  const files = new Map<string, { type: string; body: string }>()

  before(async function () {
    browser = await launchOrSkip(this)
    folder = scratchDirectory('packages-browser')
    const { 'dojang-verifier': packed } = await packAll(join(folder, 'dist'))
    const milliseconds = installInto(join(folder, 'page'), packed)
    console.log(
      `      ${(packed.bytes / 1000).toFixed(1)} kB packed, installed in ${(milliseconds / 1000).toFixed(1)} s`,
    )
    const installed = join(folder, 'page', 'node_modules', 'dojang-verifier', 'index.js')
    world = await openCardWorld(1024)
    site = await openLedgerSite(world, files)
    const script = (body: string) => ({ type: 'text/javascript', body })
    const html = (body: string) => ({ type: 'text/html; charset=utf-8', body })
    const module = script(readFileSync(installed, 'utf8'))
    files.set('/dojang-verifier.js', module)
    files.set('/five.html', html(`<script type="module">${FIVE_LINES}\nglobalThis.verdictOn = verdictOn</script>`))
    files.set('/worker.js', script(`${FIVE_LINES}\nonmessage = async ({ data }) => postMessage(await verdictOn(data))`))
    const index = readFileSync(join(EXAMPLE, 'index.html'), 'utf8')
    const settings = index.replace('https://id.example.kr', site.url).replace('3f2…', site.pin)
    files.set('/example/', html(settings))
    files.set('/example/page.js', script(readFileSync(join(EXAMPLE, 'page.js'), 'utf8')))
    files.set('/example/dojang-verifier.js', module)
    context = await newContext(browser, 'ko', 'desk')
  })
  after(async () => {
    await browser?.close()
    await site?.close()
    await world?.close()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  type Given = { url: string; pin: string; shown: object; nonce: string; audience: string }
  const given = async (index: number): Promise<Given> => {
    const shown = { resident: [show(await issueOn(world, index))] }
    return { url: site.url, pin: site.pin, nonce: NONCE, audience: AUDIENCE, shown }
  }

  it('gives the five-line verdict in a page', async () => {
    const page = await newPage(context, OTHERS)
    await page.goto(`${site.url}/five.html`)
    await page.waitForFunction('globalThis.verdictOn')
    const verdictOn = (each: Given) =>
      page.evaluate(each => (globalThis as unknown as { verdictOn(of: Given): Promise<string> }).verdictOn(each), each)
    const valid = await given(31)
    expect(await verdictOn(valid)).to.equal('valid: birthdate family_name given_name')
    expect(await verdictOn({ ...valid, nonce: 'of-another-request' })).to.match(/^replayed: .*[가-힣]/)
    expect(await verdictOn({ ...valid, shown: { resident: 7 } })).to.match(/^unreadable: /)
    await page.close()
  })

  it('gives the five-line verdict in a worker', async () => {
    const page = await newPage(context, OTHERS)
    await page.goto(`${site.url}/five.html`)
    const verdict = await page.evaluate(
      each => {
        const worker = new Worker('/worker.js', { type: 'module' })
        return new Promise<unknown>((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data)
          worker.onerror = ({ message }) => reject(new Error(message))
          worker.postMessage(each)
        })
      },
      await given(32),
    )
    expect(verdict).to.equal('valid: birthdate family_name given_name')
    await page.close()
  })

  describe('the example of a page without a server', () => {
    let page: Page
    before(async () => {
      page = await newPage(context, OTHERS)
      await page.goto(`${site.url}/example/`)
      await page.getByText('준비되었습니다').waitFor()
    })
    const scan = async (codes: readonly string[]) => {
      for (const code of codes) {
        await page.locator('input').fill(code)
        await page.locator('input').press('Enter')
      }
      await page.waitForSelector('[role=status][data-outcome]')
      return page.locator('[role=status]').getAttribute('data-outcome')
    }

    it('checks the codes that a scanner types, and shows the portrait', async () => {
      const codes = await oneWayCodes(await issueOn(world, 33))
      expect(await scan(codes)).to.equal('valid')
      expect(await page.locator('img').getAttribute('src')).to.match(/^data:image\/jpeg;base64,/)
      await page.reload()
      await page.getByText('준비되었습니다').waitFor()
      expect(await scan(codes)).to.equal('replayed')
      expect(await page.locator('img').isVisible()).to.equal(false)
    })

    it('shows a text of a stranger as nothing but a text', async () => {
      await scan([
        '<img src=x onerror=alert(1)>',
        'ur:bytes/<script>',
        ...(await oneWayCodes(await issueOn(world, 34))),
      ])
      expect(await page.locator('img').count()).to.equal(1)
      const kept = await page.evaluate('JSON.stringify(localStorage)')
      expect(kept).to.not.include('data:image')
    })
  })
})
