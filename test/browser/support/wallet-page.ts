/** Builds the page of test/browser/wallet-page and serves it to a browser, with the policy of the real one. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build, type InlineConfig } from 'vite'
import { DECODER_HEADERS, pageHeaders, walletPage } from '../../../node/http/web-policy.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import type { State } from '../wallet-page/stand-in.ts'

export const ORIGIN = 'http://localhost:4999'
const DIRECTORY = join(import.meta.dirname, '..', 'wallet-page')
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
}

export interface BuiltPage {
  /** Answers this page's requests. `state` is what the stand-in begins with. */
  serve(page: Page, state: State): Promise<void>
  remove(): void
}

export async function buildWalletPage(): Promise<BuiltPage> {
  const outDir = scratchDirectory('wallet-page')
  const { pageConfig } = (await import(join(DIRECTORY, '..', '..', '..', 'scripts', 'web-vite.mjs'))) as {
    pageConfig(of: object): InlineConfig
  }
  const input = { index: join(DIRECTORY, 'index.html') }
  await build(pageConfig({ directory: DIRECTORY, base: '/wallet/', outDir, input }))
  const headers = Object.fromEntries(pageHeaders(walletPage(ORIGIN)))
  return {
    async serve(page, state) {
      page.setDefaultTimeout(10_000)
      await page.addInitScript(`globalThis.walletState = ${JSON.stringify(state)}`)
      await page.route(`${ORIGIN}/**`, async route => {
        const path = new URL(route.request().url()).pathname.slice('/wallet/'.length)
        const file = path.startsWith('assets/') ? path : 'index.html'
        const contentType = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'text/html'
        await route.fulfill({
          body: readFileSync(join(outDir, file)),
          contentType,
          headers: /decode-worker/.test(file) ? Object.fromEntries(DECODER_HEADERS) : headers,
        })
      })
    },
    remove: () => rmSync(outDir, { recursive: true, force: true }),
  }
}
