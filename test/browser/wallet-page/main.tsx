/** The wallet's screens with a stand-in for the wallet behind them: for states that a real one reaches only by chance. */
import '../../../node/web/kit/trusted-types.ts'
import '../../../node/web/fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../../../node/web/tokens/base.css'
import '../../../node/web/wallet/wallet.css'
import { createRoot } from 'react-dom/client'
import { systemClock } from '../../../node/lib/time.ts'
import { ClockProvider } from '../../../node/web/kit/clock.tsx'
import { LanguageProvider } from '../../../node/web/kit/language.tsx'
import { Router } from '../../../node/web/kit/router.tsx'
import { ToastProvider } from '../../../node/web/kit/toast.tsx'
import { App } from '../../../node/web/wallet/app.tsx'
import { Providers } from '../../../node/web/wallet/providers.tsx'
import { settings, standIn } from './stand-in.ts'

createRoot(document.getElementById('app') as HTMLElement).render(
  <ClockProvider clock={systemClock}>
    <LanguageProvider>
      <Router>
        <ToastProvider>
          <Providers wallet={standIn()} settings={settings}>
            <App />
          </Providers>
        </ToastProvider>
      </Router>
    </LanguageProvider>
  </ClockProvider>,
)
