import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { newContext } from './chromium.ts'

/** Why the browser does not load this address in a frame of another page. */
export async function refusalInFrame(browser: Browser, address: string): Promise<string | undefined> {
  const context = await newContext(browser, 'ko', 'phone')
  const page = await context.newPage()
  // A server of its own: Chromium refuses pages that a test made up for another reason.
  const other = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(`<iframe src="${address}"></iframe>`),
  )
  await once(other.listen(0, '127.0.0.1'), 'listening')
  const refused = page.waitForEvent('requestfailed')
  await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`)
  const failure = (await refused).failure()?.errorText
  other.close()
  await context.close()
  return failure
}
