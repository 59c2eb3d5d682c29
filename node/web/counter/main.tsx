/** The first module of the counter. */
import '../kit/trusted-types.ts'
import '../fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../tokens/base.css'
import { systemClock } from '../../lib/time.ts'
import { useRoute } from '../kit/router.tsx'
import { startApp } from '../kit/start.tsx'
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

startApp(
  systemClock,
  <ToastProvider>
    <Counter />
  </ToastProvider>,
)
