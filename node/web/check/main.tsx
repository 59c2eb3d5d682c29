/** The first module of the check screen. */
import '../kit/trusted-types.ts'
import '../fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../tokens/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { systemClock } from '../../lib/time.ts'
import { ClockProvider } from '../kit/clock.tsx'
import { LanguageProvider } from '../kit/language.tsx'
import { UpdatesProvider } from '../kit/offline/updates.tsx'
import { Router } from '../kit/router.tsx'
import { App } from './app.tsx'

const root = document.getElementById('app')
if (root === null) throw new Error('index.html has no element #app')
createRoot(root).render(
  <StrictMode>
    <ClockProvider clock={systemClock}>
      <LanguageProvider>
        <Router>
          <UpdatesProvider>
            <App />
          </UpdatesProvider>
        </Router>
      </LanguageProvider>
    </ClockProvider>
  </StrictMode>,
)
