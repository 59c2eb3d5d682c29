/** Acts as a person in the browser during the authorization code flow: reads the page, types the code, follows the redirect. */
import { WalletRefusal } from './keys.ts'

/** @returns the redirect URL, which belongs to the wallet */
export async function signIn(authorizationUrl: string, txCode: string): Promise<string> {
  const page = await fetch(authorizationUrl, { redirect: 'manual' })
  if (!page.ok) throw new WalletRefusal(`the sign-in page cannot be loaded: ${page.status}`)
  const html = await page.text()
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)]
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? ''
  const form = new URLSearchParams([...hidden.map(([, name = '', value = '']) => [name, value]), ['tx_code', txCode]])
  const answer = await fetch(new URL(action, authorizationUrl), { method: 'POST', body: form, redirect: 'manual' })
  const location = answer.headers.get('location')
  if (location === null) throw new WalletRefusal(`there is no redirect to the wallet: ${answer.status}`)
  return location
}
