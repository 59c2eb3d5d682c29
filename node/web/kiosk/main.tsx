/** The first module of the kiosk. */
import '../kit/trusted-types.ts'
import '../kit/zod-without-code.ts'
import '../fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../tokens/base.css'
import './kiosk.css'
import { parseDeskLink } from '../../chip/reader/desk-client.ts'
import { systemClock } from '../../lib/time.ts'
import { startApp } from '../kit/start.tsx'
import { App } from './app.tsx'

startApp(systemClock, <App desk={parseDeskLink(location.hash)} />)
