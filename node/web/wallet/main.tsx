/** The first module of the wallet. */
import '../kit/trusted-types.ts'
import '../fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../tokens/base.css'
import './wallet.css'
import { systemClock } from '../../lib/time.ts'
import { UpdatesProvider } from '../kit/offline/updates.tsx'
import { startApp } from '../kit/start.tsx'
import { ToastProvider } from '../kit/toast.tsx'
import { Opening } from './opening.tsx'

startApp(
  systemClock,
  <ToastProvider>
    <UpdatesProvider>
      <Opening />
    </UpdatesProvider>
  </ToastProvider>,
)
