/** Installs the service worker of the app, and offers a new build when there is one. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

const UpdateContext = createContext<(() => void) | null>(null)
const BASE = import.meta.env.BASE_URL

/** Without service workers, for example in a private window, the app works as long as the node answers. */
export function UpdatesProvider({ children }: { readonly children: ReactNode }) {
  const [waiting, setWaiting] = useState<ServiceWorker | null>(null)
  useEffect(() => {
    const { serviceWorker } = navigator as Partial<Navigator>
    if (!serviceWorker) return
    const leaving = new AbortController()
    const { signal } = leaving
    serviceWorker
      .register(`${BASE}service-worker.js`, { scope: BASE, updateViaCache: 'none' })
      .then(registration => watch(registration, setWaiting, signal))
      .catch(() => undefined)
    return () => leaving.abort()
  }, [])
  const update = waiting && (() => startBuild(waiting))
  return <UpdateContext value={update}>{children}</UpdateContext>
}

/** Uses the new build; null while there is none. */
export const useUpdate = (): (() => void) | null => useContext(UpdateContext)

function watch(
  registration: ServiceWorkerRegistration,
  found: (worker: ServiceWorker | null) => void,
  signal: AbortSignal,
): void {
  // Without a controller this is the first installation, which replaces nothing.
  const report = () => found(navigator.serviceWorker.controller ? registration.waiting : null)
  const follow = () => registration.installing?.addEventListener('statechange', report, { signal })
  report()
  registration.addEventListener('updatefound', follow, { signal })
  // A wallet may stay open for days.
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && void registration.update().catch(() => undefined),
    { signal },
  )
}

/** The page is loaded anew when the new build controls it: files of two builds are never mixed. */
function startBuild(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  worker.postMessage('use-new-build')
}
