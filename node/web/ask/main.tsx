/** The first module of the page that shows a request to a browser. */
import '../kit/trusted-types.ts'
import '../fonts/pretendard-gov.css'
import 'virtual:krds.css'
import '../tokens/base.css'
import './ask.css'
import { systemClock } from '../../lib/time.ts'
import { startApp } from '../kit/start.tsx'
import { App } from './app.tsx'

startApp(systemClock, <App />)
