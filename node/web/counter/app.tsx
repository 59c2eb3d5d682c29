/** The counter's screens and their paths. */
import { type ReactNode, useCallback } from 'react'
import { Button } from '../kit/button.tsx'
import { useTexts } from '../kit/language.tsx'
import { Layout, Screen } from '../kit/layout.tsx'
import { Link, useRoute } from '../kit/router.tsx'
import { LedgerNotice } from './ledger-notice.tsx'
import { counter } from './messages/counter.ts'
import type { Role } from './passkey.ts'
import { PATTERNS, pathOf, type StatusAct } from './paths.ts'
import { Act } from './screens/act/act.tsx'
import { Application } from './screens/application/application.tsx'
import { Desk } from './screens/desk/desk.tsx'
import { Journal } from './screens/journal/journal.tsx'
import { Invite } from './screens/operators/invite.tsx'
import { Operators } from './screens/operators/operators.tsx'
import { Person } from './screens/person/person.tsx'
import { ProposeMany } from './screens/proposals/many.tsx'
import { Proposals } from './screens/proposals/proposals.tsx'
import { StopWallets } from './screens/wallets/stop.tsx'
import { WalletProviders } from './screens/wallets/wallet-providers.tsx'
import { useSession } from './session.tsx'

interface Place {
  /** The path, or a pattern whose groups are passed to the screen. */
  readonly path: RegExp
  readonly screen: (...ids: string[]) => ReactNode
}

type Title = 'desk' | 'operators' | 'proposals' | 'wallets' | 'journal'

const PLACES: readonly Place[] = [
  { path: PATTERNS.desk, screen: () => <First /> },
  { path: PATTERNS.person, screen: (person = '') => <Person id={person} /> },
  { path: PATTERNS.apply, screen: (person = '', card = '') => <Application person={person} card={card} /> },
  { path: PATTERNS.application, screen: (person = '', id = '') => <Application person={person} id={id} /> },
  {
    path: PATTERNS.act,
    screen: (person = '', credential = '', act = '') => (
      <Act person={person} credential={credential} act={act as StatusAct} />
    ),
  },
  { path: PATTERNS.operators, screen: () => <Operators /> },
  { path: PATTERNS.invitation, screen: () => <Invite /> },
  { path: PATTERNS.proposals, screen: () => <Proposals /> },
  { path: PATTERNS.proposeMany, screen: () => <ProposeMany /> },
  { path: PATTERNS.wallets, screen: () => <WalletProviders /> },
  { path: PATTERNS.stopWallets, screen: (provider = '') => <StopWallets provider={Number(provider)} /> },
  { path: PATTERNS.journal, screen: () => <Journal /> },
]
/** The links of each role; the first one is where the role begins. The node decides what each role may do. */
const NAVIGATION: Readonly<Record<Role, readonly Title[]>> = {
  administrator: ['operators', 'proposals', 'wallets', 'journal'],
  supervisor: ['desk', 'proposals', 'wallets', 'journal', 'operators'],
  clerk: ['desk'],
  auditor: ['journal', 'proposals', 'wallets', 'operators'],
  'call-centre': ['desk'],
}

export function App() {
  const t = useTexts(counter)
  const { path } = useRoute()
  return (
    <Layout name={t.name} navigation={<Navigation />} aside={<WhoIsHere />}>
      <LedgerNotice />
      {/* A key of its own for each path: what was typed for one person never appears with another. */}
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

function First() {
  const [first] = NAVIGATION[useSession().session.operator.role]
  switch (first) {
    case 'operators':
      return <Operators />
    case 'journal':
      return <Journal />
    default:
      return <Desk />
  }
}

function Navigation() {
  const t = useTexts(counter)
  const { path } = useRoute()
  const titles = NAVIGATION[useSession().session.operator.role]
  // A screen that no link leads to belongs to the first one, as the page of a person to the desk.
  const current = titles.find(title => pathOf[title] !== '' && path.startsWith(pathOf[title])) ?? titles[0]
  return (
    <nav className="navigation" aria-label={t.screens}>
      <ul>
        {titles.map(title => (
          <li key={title}>
            <Link to={pathOf[title]} isCurrent={title === current}>
              {t[title]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function WhoIsHere() {
  const t = useTexts(counter)
  const { session, signOut } = useSession()
  const { go } = useRoute()
  const leave = useCallback(async () => {
    await signOut()
    go('', 'replace')
  }, [signOut, go])
  const { name, role } = session.operator
  return (
    <>
      <span className="header-who">{`${name} · ${t[role]}`}</span>
      <Button kind="text" onPress={leave}>
        {t.signOut}
      </Button>
    </>
  )
}

function NotFound() {
  const t = useTexts(counter)
  return (
    <Screen title={t.notFound} app={t.name} width="narrow">
      <Link to="">{t.toDesk}</Link>
    </Screen>
  )
}
