/** An authority with its HTTP interface in this process, and its log. */
import { rmSync } from 'node:fs'
import type { Router } from 'express'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../node/authority/authority.ts'
import { serve } from '../../node/authority/serve.ts'
import { openConfig } from '../../node/config/config.ts'
import type { Routers } from '../../node/http/app.ts'
import { systemClock, systemEvery, systemTimer } from '../../node/lib/time.ts'
import { scratchDirectory } from './scratch.ts'
import { random } from './world.ts'

export interface Site {
  readonly authority: Authority
  readonly url: string
  readonly operatorUrl: string
  readonly routers: Routers
  readonly operator: Router
  /** All lines logged, at every level. */
  readonly logged: () => string
  close(): Promise<void>
}

export async function openSite(): Promise<Site> {
  const data = scratchDirectory('site')
  const config = await openConfig({ data, port: 0, rpcPort: 0, operatorPort: 0 }, random)
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: line => void lines.push(line) })
  const system = { clock: systemClock, random, timer: systemTimer, every: systemEvery }
  const authority = await openAuthority(config, { ...system, log, progress: () => undefined })
  const served = await serve(authority, log)
  return {
    authority,
    url: `http://127.0.0.1:${config.port}`,
    operatorUrl: `http://127.0.0.1:${config.operator.port}`,
    routers: served.routers,
    operator: served.routers.operator,
    logged: () => lines.join(''),
    async close() {
      await served.close()
      await authority.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
