/** Opens the wallet: its settings, and what is stored. */
import { useClock } from '../kit/clock.tsx'
import { useTexts } from '../kit/language.tsx'
import { Layout } from '../kit/layout.tsx'
import { Await, useLoad } from '../kit/load.tsx'
import { Notice } from '../kit/notice.tsx'
import { App } from './app.tsx'
import { openBrowserWallet } from './core/browser.ts'
import { parseWalletSettings, type WalletSettings } from './core/settings.ts'
import { wallet as texts } from './messages/wallet.ts'
import { Providers } from './providers.tsx'
import { Page } from './screens/page.tsx'

const STORED = 'dojang.settings'

export function Opening() {
  const t = useTexts(texts)
  const clock = useClock()
  const [opened] = useLoad(async () => {
    const settings = await readSettings()
    return { settings, wallet: await openBrowserWallet(settings, clock) }
  }, [clock])
  // The policy of the page refuses frames already (frame-ancestors); this says so where a browser does not know it.
  if (window.top !== window) return <Refused title={t.inFrame} how={t.inFrameHow} />
  return (
    <Await of={opened} failed={() => <Refused title={t.cannotOpen} how={t.cannotOpenHow} />}>
      {({ wallet, settings }) => (
        <Providers wallet={wallet} settings={settings}>
          <App />
        </Providers>
      )}
    </Await>
  )
}

/** From the wallet's own origin; without a network, as they were the last time. */
async function readSettings(): Promise<WalletSettings> {
  let text: string
  try {
    const answer = await fetch(`${import.meta.env.BASE_URL}settings.json`, { credentials: 'omit', redirect: 'error' })
    if (!answer.ok) throw new TypeError(`status ${answer.status}`)
    text = await answer.text()
  } catch (error) {
    const stored = localStorage.getItem(STORED)
    if (stored === null) throw error
    return parseWalletSettings(stored)
  }
  const settings = parseWalletSettings(text)
  localStorage.setItem(STORED, text)
  return settings
}

function Refused({ title, how }: { readonly title: string; readonly how: string }) {
  const t = useTexts(texts)
  return (
    <Layout name={t.name}>
      <Page title={title}>
        <Notice kind="warning">
          <p>{how}</p>
        </Notice>
      </Page>
    </Layout>
  )
}
