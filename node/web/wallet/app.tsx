/** The wallet's screens and their paths. */
import type { ReactNode } from 'react'
import { Button } from '../kit/button.tsx'
import { useNow } from '../kit/clock.tsx'
import { relativeTime } from '../kit/format.ts'
import { useLanguage, useTexts } from '../kit/language.tsx'
import { Layout } from '../kit/layout.tsx'
import { Notice } from '../kit/notice.tsx'
import { useUpdate } from '../kit/offline/updates.tsx'
import { Link, useRoute } from '../kit/router.tsx'
import { wallet } from './messages/wallet.ts'
import { PATTERNS, pathOf } from './paths.ts'
import { Cards } from './screens/cards/cards.tsx'
import { CardDetails } from './screens/cards/details.tsx'
import { Page } from './screens/page.tsx'
import { Apply } from './screens/receive/apply.tsx'
import { ChipCard } from './screens/receive/chip-card.tsx'
import { Offer } from './screens/receive/offer.tsx'
import { Receive } from './screens/receive/receive.tsx'
import { Returned } from './screens/receive/returned.tsx'
import { History } from './screens/records/history.tsx'
import { Notices } from './screens/records/notices.tsx'
import { Renew } from './screens/renew/renew.tsx'
import { Request } from './screens/request/request.tsx'
import { Erase } from './screens/settings/erase.tsx'
import { Export } from './screens/settings/export.tsx'
import { Lock } from './screens/settings/lock.tsx'
import { Prepare } from './screens/settings/prepare.tsx'
import { Settings } from './screens/settings/settings.tsx'
import { MyCode } from './screens/show/my-code.tsx'
import { Scan } from './screens/show/scan.tsx'
import { Show } from './screens/show/show.tsx'
import { Till } from './screens/show/till.tsx'
import { useStored, useWallet } from './wallet-context.tsx'

interface Place {
  /** The path, or a pattern whose groups are passed to the screen. */
  readonly path: RegExp
  readonly screen: (...ids: string[]) => ReactNode
}

const PLACES: readonly Place[] = [
  { path: PATTERNS.cards, screen: () => <Cards /> },
  { path: PATTERNS.card, screen: (id = '') => <CardDetails id={id} /> },
  { path: PATTERNS.renew, screen: (id = '') => <Renew id={id} /> },
  { path: PATTERNS.receive, screen: () => <Receive /> },
  { path: PATTERNS.chip, screen: () => <ChipCard /> },
  { path: PATTERNS.apply, screen: () => <Apply /> },
  { path: PATTERNS.offer, screen: () => <Offer /> },
  { path: PATTERNS.returned, screen: () => <Returned /> },
  { path: PATTERNS.show, screen: () => <Show /> },
  { path: PATTERNS.scan, screen: () => <Scan /> },
  { path: PATTERNS.code, screen: () => <MyCode /> },
  { path: PATTERNS.till, screen: () => <Till /> },
  { path: PATTERNS.request, screen: () => <Request /> },
  { path: PATTERNS.history, screen: () => <History /> },
  { path: PATTERNS.notices, screen: () => <Notices /> },
  { path: PATTERNS.settings, screen: () => <Settings /> },
  { path: PATTERNS.lock, screen: () => <Lock /> },
  { path: PATTERNS.prepare, screen: () => <Prepare /> },
  { path: PATTERNS.export, screen: () => <Export /> },
  { path: PATTERNS.erase, screen: () => <Erase /> },
]

export function App() {
  const t = useTexts(wallet)
  const { path } = useRoute()
  return (
    <Layout name={t.name} navigation={<Navigation />}>
      <Connection />
      <NewBuild />
      <div key={path}>{screenAt(path) ?? <NotFound />}</div>
    </Layout>
  )
}

function screenAt(path: string): ReactNode | undefined {
  for (const place of PLACES) {
    const found = place.path.exec(path)
    if (found) return place.screen(...found.slice(1))
  }
  return undefined
}

const ENTRIES = ['cards', 'history', 'notices', 'settings'] as const
/** Screens that belong to none of the others belong to the cards. */
const entryOf = (path: string) => ENTRIES.find(entry => path.split('/')[0] === entry) ?? 'cards'

function Navigation() {
  const t = useTexts(wallet)
  const { path } = useRoute()
  const stored = useStored(opened => opened.notices())
  const waiting = stored.state === 'ready' ? stored.value.length : 0
  return (
    <nav className="navigation" aria-label={t.screens}>
      <ul>
        {ENTRIES.map(entry => (
          <li key={entry}>
            <Link to={pathOf[entry]} isCurrent={entryOf(path) === entry}>
              {entry === 'notices' && waiting > 0 ? t.noticesWaiting(waiting) : t[entry]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Shown while the last look at the ledger failed. Cards can be shown all the same. */
function Connection() {
  const t = useTexts(wallet)
  const language = useLanguage()
  const now = useNow(5)
  const { knowledge } = useWallet()
  if (knowledge === null || knowledge.online) return null
  const { ledger } = knowledge
  const age = ledger.state === 'proved' ? ` · ${t.asOf(relativeTime(language, ledger.time, now))}` : ''
  return <p className="connection" role="status">{`${t.offline}${age}`}</p>
}

function NewBuild() {
  const t = useTexts(wallet)
  const { path } = useRoute()
  const update = useUpdate()
  // Nobody is interrupted in the middle of something.
  if (update === null || path !== pathOf.cards) return null
  return (
    <Notice title={t.newBuild}>
      <p>{t.newBuildHow}</p>
      <Button kind="secondary" onPress={update}>
        {t.useNewBuild}
      </Button>
    </Notice>
  )
}

function NotFound() {
  const t = useTexts(wallet)
  return (
    <Page title={t.notFound}>
      <Link to={pathOf.cards}>{t.toCards}</Link>
    </Page>
  )
}
