/** The counter's screens and their paths. */
import { type ReactNode, useCallback } from 'react'
import { Button } from '../kit/button.tsx'
import { useTexts } from '../kit/language.tsx'
import { Layout, Screen } from '../kit/layout.tsx'
import { Link, useRoute } from '../kit/router.tsx'
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
import { useSession } from './session.tsx'

interface Place {
  /** The path, or a pattern whose groups are passed to the screen. */
  readonly path: RegExp
  readonly screen: (...ids: string[]) => ReactNode
}

/** A link of the navigation, and the roles that see it. The node decides what each role may do. */
interface Entry {
  readonly to: string
  readonly title: 'desk' | 'operators' | 'proposals' | 'journal'
  readonly roles: readonly Role[]
}

const PLACES: readonly Place[] = [
  { path: PATTERNS.desk, screen: () => <Desk /> },
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
  { path: PATTERNS.journal, screen: () => <Journal /> },
]
const NAVIGATION: readonly Entry[] = [
  { to: '', title: 'desk', roles: ['administrator', 'supervisor', 'clerk', 'auditor', 'call-centre'] },
  { to: pathOf.proposals, title: 'proposals', roles: ['administrator', 'supervisor', 'auditor'] },
  { to: pathOf.journal, title: 'journal', roles: ['administrator', 'supervisor', 'auditor'] },
  { to: pathOf.operators, title: 'operators', roles: ['administrator', 'supervisor', 'auditor'] },
]

export function App() {
  const t = useTexts(counter)
  const { path } = useRoute()
  return (
    <Layout name={t.name} navigation={<Navigation />} aside={<WhoIsHere />}>
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

function Navigation() {
  const t = useTexts(counter)
  const { path } = useRoute()
  const { role } = useSession().session.operator
  const isCurrent = (to: string) => (to === '' ? !/^(operators|proposals|journal)/.test(path) : path.startsWith(to))
  return (
    <nav className="navigation" aria-label={t.screens}>
      <ul>
        {NAVIGATION.filter(({ roles }) => roles.includes(role)).map(({ to, title }) => (
          <li key={to}>
            <Link to={to} isCurrent={isCurrent(to)}>
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
