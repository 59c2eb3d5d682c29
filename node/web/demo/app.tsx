/** The pages of a demo: the story, which leads through the real screens, and the fakes. */
import type { ReactNode } from 'react'
import { useTexts } from '../kit/language.tsx'
import { Layout, Screen } from '../kit/layout.tsx'
import { Link, useRoute } from '../kit/router.tsx'
import { demo } from './messages/demo.ts'
import { FakesScreen } from './screens/fakes.tsx'
import { StoryScreen } from './screens/story.tsx'

const PLACES = { story: '', fakes: 'fakes' } as const
type Place = keyof typeof PLACES
const ALL = Object.keys(PLACES) as Place[]

export function App() {
  const t = useTexts(demo)
  const { path } = useRoute()
  return (
    <Layout name={t.name} navigation={<Navigation />}>
      <div key={path}>{screenAt(path) ?? <NotFound />}</div>
    </Layout>
  )
}

function screenAt(path: string): ReactNode | undefined {
  if (path === PLACES.story) return <StoryScreen />
  return path === PLACES.fakes ? <FakesScreen /> : undefined
}

function Navigation() {
  const t = useTexts(demo)
  const { path } = useRoute()
  return (
    <nav className="navigation" aria-label={t.pages}>
      <ul>
        {ALL.map(place => (
          <li key={place}>
            <Link to={PLACES[place]} isCurrent={path === PLACES[place]}>
              {t[place]}
            </Link>
          </li>
        ))}
        <li>
          <a href="/">{t.toStart}</a>
        </li>
      </ul>
    </nav>
  )
}

function NotFound() {
  const t = useTexts(demo)
  return (
    <Screen title={t.notFound} app={t.name} width="narrow">
      <Link to={PLACES.story}>{t.story}</Link>
    </Screen>
  )
}
