/**
 * Serves a verifier that runs alone: its public interface, the command line's (on a socket in the data directory), and its
 * metrics. Each has its own listener.
 */
import type { Logger } from 'pino'
import { socketPath } from '../../config/socket.ts'
import { BodyBudget } from '../../http/body-budget.ts'
import { checkSettings } from '../../http/check-settings.ts'
import { addDefinitionRoutes } from '../../http/definition-routes.ts'
import { headRoutes } from '../../http/head-routes.ts'
import { presentationRoutes } from '../../http/presentation-routes.ts'
import { relayRoutes } from '../../http/relay-routes.ts'
import { createRouter } from '../../http/router.ts'
import { closeServer, listen, listenOnSocket, listenTls, OPERATOR_LIMITS, type TlsOptions } from '../../http/server.ts'
import { tillRoutes } from '../../http/till-routes.ts'
import { apiRouter } from '../../http/verifier/api-routes.ts'
import { createLocalApp, createMetricsApp, createVerifierApp, type VerifierRouters } from '../../http/verifier/app.ts'
import { askRoutes } from '../../http/verifier/ask-routes.ts'
import { localRouter } from '../../http/verifier/local-routes.ts'
import { verifierHealth, verifierMetrics } from '../../http/verifier/state-routes.ts'
import { checkPage } from '../../http/web-policy.ts'
import { webRoutes } from '../../http/web-routes.ts'
import { tlsFiles } from '../../keys/tls.ts'
import type { VerifierService } from './service.ts'

/** Behind one address there may be a shop with all its tills, or a web site that waits for many verdicts. */
const REQUESTS_PER_MINUTE = 6_000
/** Bytes of all request bodies of the public interface that are still arriving. */
const UNREAD_BODIES = 64 * 2 ** 20

export interface ServedVerifier {
  readonly routers: VerifierRouters
  close(): Promise<void>
}

/**
 * Listens at the addresses of the configuration.
 * @throws {ServerError} HTTP_PORT_TAKEN, HTTP_CANNOT_LISTEN, HTTP_SOCKET
 * @throws {KeysError} KEYS_TLS
 */
export async function serveVerifier(
  service: VerifierService,
  log: Logger,
  { checkAnswers = false } = {},
): Promise<ServedVerifier> {
  const { config } = service
  const { publicUrl, host, port, metricsPort, tls } = config
  const routers = routersOf(service, checkAnswers)
  const app = createVerifierApp({ publicUrl, routers, log, requestsPerMinute: REQUESTS_PER_MINUTE })
  const closes: (() => Promise<void>)[] = []
  const close = async () => {
    await Promise.all(closes.map(each => each()))
  }
  try {
    const local = await listenOnSocket(createLocalApp(routers, log), socketPath(config.data), OPERATOR_LIMITS)
    closes.push(() => closeServer(local))
    const metrics = await listen(createMetricsApp(routers, log), '127.0.0.1', metricsPort, OPERATOR_LIMITS)
    closes.push(() => closeServer(metrics))
    if (tls) {
      const https = await listenTls(app, host, tls.port, tlsOptions(service, log))
      closes.push(() => closeServer(https))
    }
    // With https, http serves only this machine.
    const http = await listen(app, tls ? '127.0.0.1' : host, port)
    closes.push(() => closeServer(http))
    return { routers, close }
  } catch (error) {
    await close()
    throw error
  }
}

function routersOf(service: VerifierService, checkAnswers: boolean): VerifierRouters {
  const { config, custody, presentations, relay, tills, followed, profileFile } = service
  const bodies = new BodyBudget(UNREAD_BODIES)
  const definitions = createRouter()
  addDefinitionRoutes(definitions, service)
  return {
    definitions,
    health: verifierHealth(service),
    metrics: verifierMetrics(service),
    heads: headRoutes({ ownReplica: followed, profile: profileFile.profile }),
    presentations: presentationRoutes(presentations, bodies),
    relay: relayRoutes(relay, bodies),
    tills: tillRoutes(tills, bodies),
    verifiers: apiRouter(service, { checkAnswers }),
    ask: askRoutes(service),
    askPage: webRoutes('ask'),
    check: webRoutes('check', checkPage(config.publicUrl)),
    checkSettings: checkSettings({ publicUrl: config.publicUrl, mode: 'local' }),
    local: localRouter(service, custody.operatorToken),
  }
}

function tlsOptions({ config, custody, clock }: VerifierService, log: Logger): TlsOptions {
  const { hostname } = new URL(config.publicUrl)
  const files = config.tls?.files
  return {
    source: files ? tlsFiles(files, hostname) : () => custody.tls(hostname, clock()),
    warn: error => log.warn({ err: error }, 'https continues with its present certificate'),
  }
}
