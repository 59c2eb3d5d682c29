/**
 * The wallet's logic in Chromium: the browser's database, its cryptography and its passkeys, with a real node. The page has
 * no screens.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import type { Wallet } from '../../node/web/wallet/core/wallet.ts'
import { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { offer } from '../e2e/support/steps.ts'
import { launchOrSkip, newContext } from './support/chromium.ts'

declare global {
  interface Window {
    readonly wallet: Promise<Wallet>
  }
}

const CORE = join(import.meta.dirname, '..', '..', 'node', 'web', 'wallet', 'core', 'browser.ts')
const PAGE = '<!doctype html><title>Wallet</title><script type="module" src="/wallet.js"></script>'
const residents = people(6)

/** Authenticators, by how well they keep keys: with PRF, with PRF at a later touch only, without. */
const AUTHENTICATORS = {
  prf: { hasPrf: true },
  later: { hasHmacSecret: true },
  none: {},
}

describe("browser: the wallet's logic", function () {
  this.timeout(120_000)
  let browser: Browser
  let node: TestNode
  let server: Server
  let origin: string
  let next = 0

  before(async function () {
    browser = await launchOrSkip(this)
    node = await TestNode.start()
    await node.import(csvOf(residents))
    const { host, port } = node.config.wallet
    const settings = await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text()
    const bundled = await build({
      stdin: {
        contents: `import { openBrowserWallet } from ${JSON.stringify(CORE)}
          window.wallet = openBrowserWallet(${settings}, () => Math.floor(Date.now() / 1000))`,
        resolveDir: import.meta.dirname,
      },
      ...{ bundle: true, format: 'esm', write: false, conditions: ['browser'] },
    })
    const script = bundled.outputFiles[0]?.text ?? ''
    server = createServer((request, response) => {
      const isScript = request.url === '/wallet.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html').end(isScript ? script : PAGE)
    })
    await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
    origin = `http://localhost:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    await browser?.close()
    server?.close()
    await node?.dispose()
  })

  async function pageWith(authenticator: object): Promise<Page> {
    const context = await newContext(browser, 'ko', 'phone')
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal' },
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
        ...authenticator,
      },
    })
    await page.goto(origin)
    return page
  }
  const receive = async (page: Page) => {
    const { offerUrl, txCode } = await offer(node, 'resident', residents[next++]?.personalNumber as string)
    return page.evaluate(
      async ([link, code]) => {
        const wallet = await window.wallet
        await wallet.redeem(await wallet.openOffer(link as string), code as string)
        return wallet.receive(await wallet.touch())
      },
      [offerUrl, txCode],
    )
  }

  for (const [name, level] of Object.entries({
    prf: 'software_prf',
    later: 'software_prf',
    none: 'software',
  } as const)) {
    it(`keeps a key at the level of the authenticator, and survives a reload: ${name}`, async () => {
      const page = await pageWith(AUTHENTICATORS[name as keyof typeof AUTHENTICATORS])
      const made = await page.evaluate(async () => (await window.wallet).setUp())
      expect(made.level).to.equal(level)
      const card = await receive(page)
      expect(card).to.include({ keyLevel: level, vct: 'urn:dojang:kr:resident:1' })
      await page.reload()
      // Shows the card in a code, for which the key is opened again.
      const shown = await page.evaluate(async () => {
        const wallet = await window.wallet
        const [first] = await wallet.cards()
        const age = {
          ...{ id: 'age', name: { ko: '', en: '' }, purpose: { ko: '', en: '' }, maxAge: 600, oneWay: true },
          ...({ portrait: 'never', record: 'nothing', anchor: 'if_distrusted' } as const),
          cards: [{ card: 'resident', vct: first?.vct ?? '', claims: [['age_equal_or_over', '19']] }],
        }
        const asked = await wallet.openOneWay(age)
        const choice = { cards: new Map([['resident', first?.id ?? '']]) }
        const show = await wallet.showOneWay(asked, choice, await wallet.touch())
        return { length: (await show.next()).length, id: first?.id, block: await wallet.knowledge() }
      })
      expect(shown.id).to.equal(card.id)
      expect(shown.length).to.be.greaterThan(1000)
      expect(shown.block.ledger.state).to.equal('proved')
      await page.context().close()
    })
  }

  it('says that a device without passkeys cannot have a wallet, and that a person cancelled', async () => {
    const page = await pageWith({ isUserVerified: false })
    const code = await page.evaluate(async () =>
      (await window.wallet).setUp().catch((error: { code: string }) => error.code),
    )
    expect(code).to.equal('WALLET_PASSKEY_CANCELLED')
    const without = await page.evaluate(async () => {
      Reflect.deleteProperty(window, 'PublicKeyCredential')
      return (await window.wallet).setUp().catch((error: { code: string }) => error.code)
    })
    expect(without).to.equal('WALLET_PASSKEY_UNSUPPORTED')
    await page.context().close()
  })

  it('erases everything', async () => {
    const page = await pageWith(AUTHENTICATORS.prf)
    await page.evaluate(async () => (await window.wallet).setUp())
    await receive(page)
    const left = await page.evaluate(async () => {
      const wallet = await window.wallet
      await wallet.erase()
      return { cards: await wallet.cards(), history: await wallet.history(), protection: await wallet.protection() }
    })
    expect(left).to.deep.equal({ cards: [], history: [], protection: null })
    await page.context().close()
  })
})
