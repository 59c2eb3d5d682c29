import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Clock } from '../../lib/time.ts'
import { ClockProvider } from './clock.tsx'
import { LanguageProvider } from './language.tsx'
import { Router } from './router.tsx'

/** Shows an app in the page: with its clock, its language and its paths. To be called once, by the app's first module. */
export function startApp(clock: Clock, app: ReactNode): void {
  const root = document.getElementById('app')
  if (root === null) throw new Error('index.html has no element #app')
  createRoot(root).render(
    <StrictMode>
      <ClockProvider clock={clock}>
        <LanguageProvider>
          <Router>{app}</Router>
        </LanguageProvider>
      </ClockProvider>
    </StrictMode>,
  )
}
