/** The first module of the check screen. */
import '../kit/trusted-types.ts'
import '../fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../tokens/base.css'
import { systemClock } from '../../lib/time.ts'
import { UpdatesProvider } from '../kit/offline/updates.tsx'
import { startApp } from '../kit/start.tsx'
import { App } from './app.tsx'

startApp(
  systemClock,
  <UpdatesProvider>
    <App />
  </UpdatesProvider>,
)
