/** Debian's Chromium, and the pages of the browser tests. */
import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from 'chai'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const PATH = process.env.DOJANG_CHROMIUM ?? '/usr/bin/chromium'

export type Language = 'ko' | 'en'

export const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const
export type Size = keyof typeof SIZES

export type View = readonly [language: Language, size: Size]
/** The first two have each language and each size once. */
const VIEWS: readonly View[] = [
  ['ko', 'desk'],
  ['en', 'phone'],
  ['ko', 'phone'],
  ['en', 'desk'],
]
/**
 * In what a suite is done. `DOJANG_TEST_LONG` does all four, and so do pictures.
 * @param short how many otherwise
 */
export function views(short: 1 | 2): readonly View[] {
  return process.env.DOJANG_TEST_LONG || process.env.DOJANG_PICTURES ? VIEWS : VIEWS.slice(0, short)
}

/** Each item in a view: Korean on a desk and English on a phone by turns, or all four as `views` does. */
export function byTurns<T>(items: readonly T[]): readonly (readonly [T, View])[] {
  const all = views(2)
  if (all.length > 2) return all.flatMap(view => items.map(item => [item, view] as const))
  return items.map((item, i) => [item, all[i % all.length] as View] as const)
}

/** Skips the suite where there is no Chromium, except in CI. */
export async function launchOrSkip(context: Mocha.Context): Promise<Browser> {
  if (!existsSync(PATH) && !process.env.DOJANG_TEST_ALL) {
    console.log(`      there is no ${PATH}: apt-get install chromium fonts-noto-cjk`)
    context.skip()
  }
  return chromium.launch({ executablePath: PATH, args: ['--no-sandbox'] })
}

export function newContext(browser: Browser, language: Language, size: Size): Promise<BrowserContext> {
  return browser.newContext({
    viewport: SIZES[size],
    locale: language === 'ko' ? 'ko-KR' : 'en-US',
    timezoneId: 'Asia/Seoul',
    reducedMotion: 'reduce',
  })
}

/**
 * A page whose faults fail the test: exceptions, errors in the console, what the Content-Security-Policy refused, and
 * requests to another origin. The console also reports refusals of the node and lost connections, which are no faults.
 * @param others origins that the page may ask too
 */
export async function newPage(context: BrowserContext, others: readonly string[] = []): Promise<Page> {
  const page = await context.newPage()
  page.on('pageerror', error => {
    throw error
  })
  page.on('console', message => {
    const isRefusal = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isRefusal) throw new Error(message.text())
  })
  let own: string | undefined
  page.on('request', request => {
    const { origin, protocol } = new URL(request.url())
    if (!protocol.startsWith('http')) return
    own ??= origin
    if (origin !== own && !others.includes(origin)) throw new Error(`${page.url()} asked ${origin}`)
  })
  return page
}

/** `WebAuthn.Credential` of the DevTools protocol. */
export interface Passkey {
  readonly credentialId: string
  readonly isResidentCredential: boolean
  readonly privateKey: string
  readonly signCount: number
  readonly rpId?: string
  readonly userHandle?: string
}

export interface Passkeys {
  /** Whether the person gives the right PIN or finger from now on. */
  verify(isUser: boolean): Promise<void>
  all(): Promise<Passkey[]>
  /** Replaces them, as if the owner of these sat down at this page. */
  use(passkeys: readonly Passkey[]): Promise<void>
}

/**
 * An authenticator that answers every ceremony at once, with the user verified. Its passkeys end with the page.
 * @param hasPrf whether it has the PRF extension, by which the wallet locks its keys
 */
export async function addPasskeys(page: Page, hasPrf = false): Promise<Passkeys> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ...(hasPrf && { ctap2Version: 'ctap2_1' as const, hasPrf }),
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    async verify(isUserVerified) {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    all: async () => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    async use(passkeys) {
      await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
      for (const credential of passkeys) await devtools.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
  }
}

/** Axe finds nothing serious, and nothing is wider than the window. */
export async function expectUsable(page: Page, where: string): Promise<void> {
  // React Aria speaks through an invisible element, which may name a button that is gone by then.
  const axe = new AxeBuilder({ page }).setLegacyMode().exclude('[data-live-announcer]')
  const { violations } = await axe.analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' · ')}`)
  expect(found, `${where}: accessibility`).to.deep.equal([])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow, `${where}: pixels beyond the window`).to.be.at.most(0)
}

/** For looking at the screens: `DOJANG_PICTURES=<directory>` keeps a picture of each state. */
export async function picture(page: Page, name: string): Promise<void> {
  const directory = process.env.DOJANG_PICTURES
  if (directory === undefined) return
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: `${directory}/${name}.png`, fullPage: (await page.locator('.turned').count()) === 0 })
}
