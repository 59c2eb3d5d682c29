/** Which screen is shown: the path below the app's base. Paths hold opaque ids only, never personal data. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

interface Route {
  /** Below the base, without slashes at its ends: '' or 'people/abc'. */
  readonly path: string
  readonly go: (path: string, how?: 'push' | 'replace') => void
}

const RouteContext = createContext<Route>({ path: '', go: () => undefined })
const BASE = import.meta.env.BASE_URL

const pathNow = () => location.pathname.slice(BASE.length).replace(/\/$/, '')

export function Router({ children }: { readonly children: ReactNode }) {
  const [path, setPath] = useState(pathNow)
  useEffect(() => {
    const follow = () => setPath(pathNow())
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])
  const go = (to: string, how: 'push' | 'replace' = 'push') => {
    history[how === 'push' ? 'pushState' : 'replaceState'](null, '', BASE + to)
    setPath(to)
    scrollTo(0, 0)
  }
  return <RouteContext value={{ path, go }}>{children}</RouteContext>
}

export const useRoute = (): Route => useContext(RouteContext)

export interface LinkProps {
  readonly to: string
  readonly className?: string
  readonly isCurrent?: boolean
  readonly children: ReactNode
}

/** A link to another screen of this app. */
export function Link({ to, isCurrent = false, children, className = '' }: LinkProps) {
  const { go } = useRoute()
  return (
    <a
      href={BASE + to}
      className={className}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        go(to)
      }}
    >
      {children}
    </a>
  )
}
