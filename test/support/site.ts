/** An authority with its HTTP interface in this process, and its log. */
import { rmSync } from 'node:fs'
import type { Router } from 'express'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../node/authority/authority.ts'
import { serve } from '../../node/authority/serve.ts'
import { openConfig, type RequestedSettings } from '../../node/config/config.ts'
import type { Routers } from '../../node/http/app.ts'
import { type Clock, systemClock, systemEvery, systemTimer } from '../../node/lib/time.ts'
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

/**
 * @param requested settings of this start. A data directory that is named here remains when the site is closed
 * @param serving as `serve` takes it
 */
export async function openSite(
  requested: Partial<RequestedSettings> = {},
  serving: Parameters<typeof serve>[2] = {},
  clock: Clock = systemClock,
): Promise<Site> {
  const data = requested.data ?? scratchDirectory('site')
  const config = await openConfig({ port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0, ...requested, data }, random)
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: line => void lines.push(line) })
  const system = { clock, random, timer: systemTimer, every: systemEvery }
  const authority = await openAuthority(config, { ...system, log, progress: () => undefined })
  const served = await serve(authority, log, serving)
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
      if (requested.data === undefined) rmSync(data, { recursive: true, force: true })
    },
  }
}
