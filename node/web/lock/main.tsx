/** The first module of the page with which a holder locks a lost phone from another browser. */
import '../kit/trusted-types.ts'
import '../fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../tokens/base.css'
import './lock.css'
import { systemClock } from '../../lib/time.ts'
import { startApp } from '../kit/start.tsx'
import { App } from './app.tsx'

startApp(systemClock, <App />)
