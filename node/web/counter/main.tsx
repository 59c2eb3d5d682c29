/** The first module of the counter. */
import '../kit/trusted-types.ts'
import '../fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../tokens/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { systemClock } from '../../lib/time.ts'
import { ClockProvider } from '../kit/clock.tsx'
import { LanguageProvider } from '../kit/language.tsx'
import { Router, useRoute } from '../kit/router.tsx'
import { ToastProvider } from '../kit/toast.tsx'
import { App } from './app.tsx'
import { Enrol } from './screens/operators/enrol.tsx'
import { SessionProvider } from './session.tsx'

/** The page of an enrolment link is for somebody who cannot sign in yet. */
function Counter() {
  const { path } = useRoute()
  if (path === 'enrol') return <Enrol />
  return (
    <SessionProvider>
      <App />
    </SessionProvider>
  )
}

const root = document.getElementById('app')
if (root === null) throw new Error('index.html has no element #app')
createRoot(root).render(
  <StrictMode>
    <ClockProvider clock={systemClock}>
      <LanguageProvider>
        <Router>
          <ToastProvider>
            <Counter />
          </ToastProvider>
        </Router>
      </LanguageProvider>
    </ClockProvider>
  </StrictMode>,
)
