/** The service worker of an app that can be installed: a page is served from one build, and a new build waits to be asked for. */

import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import express from 'express'
import type { Browser } from 'playwright-core'
import { walletPage } from '../../node/http/web-policy.ts'
import { webRoutes } from '../../node/http/web-routes.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { builtScreens } from './support/built-screens.ts'
import { launchOrSkip, newContext } from './support/chromium.ts'

const SETTINGS = { authority: 'http://localhost:9', profileKey: 'A'.repeat(43), helpLine: '1688-0990', name: 'test' }

describe('browser: a new build of the wallet', function () {
  this.timeout(120_000)
  const builds = scratchDirectory('builds')
  let browser: Browser
  let server: Server
  let serving = 'old'

  before(async function () {
    browser = await launchOrSkip(this)
    const built = await builtScreens()
    for (const name of ['old', 'new']) {
      const directory = join(builds, name, 'build', 'wallet')
      mkdirSync(directory, { recursive: true })
      cpSync(join(built, 'wallet'), directory, { recursive: true, filter: path => !/\.(br|gz|woff2)$/.test(path) })
      const page = join(directory, 'index.html')
      writeFileSync(page, readFileSync(page, 'utf8').replace('<body>', `<body data-build="${name}">`))
      const worker = join(directory, 'service-worker.js')
      writeFileSync(worker, readFileSync(worker, 'utf8').replace(/"name":"\w+"/, `"name":"${name}"`))
      writeFileSync(join(builds, name, 'current.json'), JSON.stringify({ directory: 'build' }))
    }
    const routes = {
      old: webRoutes('wallet', walletPage('http://localhost'), join(builds, 'old')),
      new: webRoutes('wallet', walletPage('http://localhost'), join(builds, 'new')),
    }
    const app = express()
    app.get('/wallet/settings.json', (_request, response) => void response.json(SETTINGS))
    app.use('/wallet', (...given) => routes[serving as keyof typeof routes](...given))
    server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(async () => {
    await browser?.close()
    server?.close()
    rmSync(builds, { recursive: true, force: true })
  })

  it('waits, is used when the person asks for it, and leaves nothing of the old one', async () => {
    const context = await newContext(browser, 'ko', 'phone')
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    const address = `http://localhost:${(server.address() as AddressInfo).port}/wallet/`
    const build = () => page.locator('body').getAttribute('data-build')
    await page.goto(address)
    await page.evaluate(async () => {
      const { serviceWorker } = navigator
      await serviceWorker.ready
      if (!serviceWorker.controller) await new Promise(done => serviceWorker.addEventListener('controllerchange', done))
    })
    serving = 'new'
    await page.reload()
    expect(await build(), 'served from the device').to.equal('old')
    await page.getByRole('button', { name: '새 버전 사용하기' }).click()
    await page.waitForFunction(() => document.body.dataset.build === 'new')
    await page.getByText('아직 신분증이 없습니다').waitFor()
    // Fonts have hashed names and serve every build.
    expect((await page.evaluate(() => caches.keys())).sort()).to.deep.equal(['/wallet/ fonts', '/wallet/ new'])
    await context.setOffline(true)
    await page.reload()
    expect(await build()).to.equal('new')
    await page.getByText('아직 신분증이 없습니다').waitFor()
    await context.close()
  })
})
