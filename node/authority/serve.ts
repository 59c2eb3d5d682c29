/** Serves an authority: one HTTP application with a router for each audience, and the ledger's JSON-RPC beside it. */
import type { Logger } from 'pino'
import { headRoutes } from '../http/head-routes.ts'
import { healthRoutes } from '../http/health-routes.ts'
import { serveLedger } from '../http/ledger-server.ts'
import { operatorRoutes } from '../http/operator-routes.ts'
import { presentationRoutes } from '../http/presentation-routes.ts'
import { publicRoutes } from '../http/public-routes.ts'
import { closeServer, createApp, listen, listenTls, type Surfaces, type TlsOptions } from '../http/server.ts'
import { walletRoutes } from '../http/wallet-routes.ts'
import { tlsFiles } from '../keys/tls.ts'
import type { Authority } from './authority.ts'

export interface Served {
  readonly surfaces: Surfaces
  close(): Promise<void>
}

const REQUESTS_PER_MINUTE = 600

/**
 * Resolves when all of it listens, where the configuration says.
 * @throws {ServerError} HTTP_PORT_TAKEN
 * @throws {KeysError} KEYS_TLS
 */
export async function serve(authority: Authority, log: Logger): Promise<Served> {
  const { config } = authority
  const surfaces = surfacesOf(authority)
  const app = createApp({
    surfaces,
    publicUrl: config.publicUrl,
    authority: config.authority,
    mode: config.mode,
    log,
    requestsPerMinute: REQUESTS_PER_MINUTE,
  })
  const rpc = await serveLedger(authority.ledger, { port: config.rpcPort })
  const closes = [() => rpc.close()]
  const close = async () => {
    await Promise.all(closes.map(each => each()))
  }
  try {
    // Https first: a client that sees by http that the node is ready can then use https.
    if (config.tls) {
      const https = await listenTls(app, config.host, config.tls.port, tlsOptions(authority, log))
      closes.push(() => closeServer(https))
    }
    // With https, http serves this machine alone.
    const http = await listen(app, config.tls ? '127.0.0.1' : config.host, config.port)
    closes.push(() => closeServer(http))
    return { surfaces, close }
  } catch (error) {
    await close()
    throw error
  }
}

function surfacesOf(authority: Authority): Surfaces {
  const { config, custody, oid4vci, presentations } = authority
  return {
    health: healthRoutes({ ...authority, heartbeat: config.heartbeat }),
    public: publicRoutes(authority),
    heads: headRoutes(authority),
    wallets: walletRoutes(oid4vci),
    presentations: presentationRoutes(presentations),
    operator: operatorRoutes({ ...authority, token: custody.operatorToken }),
  }
}

function tlsOptions({ config, custody, clock }: Authority, log: Logger): TlsOptions {
  const { hostname } = new URL(config.publicUrl)
  const files = config.tls?.files
  return {
    source: files ? tlsFiles(files, hostname) : () => custody.tls(hostname, clock()),
    warn: error => log.warn({ err: error }, 'https goes on with the certificate it has'),
  }
}
