/** A whole authority behind its HTTP interface, in this process, with all it logs kept for reading. */
import { rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Router } from 'express'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../node/authority/authority.ts'
import { openConfig } from '../../node/config/config.ts'
import { healthRoutes } from '../../node/http/health-routes.ts'
import { operatorRoutes } from '../../node/http/operator-routes.ts'
import { presentationRoutes } from '../../node/http/presentation-routes.ts'
import { publicRoutes } from '../../node/http/public-routes.ts'
import { closeServer, createApp, listen, type Surfaces } from '../../node/http/server.ts'
import { walletRoutes } from '../../node/http/wallet-routes.ts'
import { scratchDirectory } from './scratch.ts'
import { random } from './world.ts'

export interface Site {
  readonly authority: Authority
  readonly url: string
  readonly surfaces: Surfaces
  readonly operator: Router
  /** All lines logged, at every level. */
  readonly logged: () => string
  close(): Promise<void>
}

export async function openSite(): Promise<Site> {
  const data = scratchDirectory('site')
  const config = await openConfig({ data, port: 0, rpcPort: 0 }, random)
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: line => void lines.push(line) })
  const authority = await openAuthority({ config, log, progress: () => undefined })
  const surfaces = {
    health: healthRoutes({ ...authority, heartbeat: config.heartbeat }),
    public: publicRoutes(authority),
    wallets: walletRoutes(authority.oid4vci),
    presentations: presentationRoutes(authority.presentations),
    operator: operatorRoutes({ ...authority, token: authority.custody.operatorToken }),
  }
  const { mode } = config
  const app = createApp({
    publicUrl: config.publicUrl,
    surfaces,
    authority: config.authority,
    mode,
    log,
    requestsPerMinute: 600,
  })
  const server: Server = await listen(app, '127.0.0.1', config.port)
  return {
    authority,
    url: `http://127.0.0.1:${config.port}`,
    surfaces,
    operator: surfaces.operator,
    logged: () => lines.join(''),
    async close() {
      await closeServer(server)
      await authority.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
