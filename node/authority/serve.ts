/**
 * Serves an authority: the public interface, the operator's interface (on a port and on a socket in the data directory),
 * the wallet, and the ledger's JSON-RPC. Each has its own listener.
 */
import type { Logger } from 'pino'
import { socketPath } from '../config/socket.ts'
import { ANSWER_WITHIN_MS } from '../http/answer-within.ts'
import { createOperatorApp, createPublicApp, createWalletApp, type Routers } from '../http/app.ts'
import { applyRoutes } from '../http/apply-routes.ts'
import { BodyBudget } from '../http/body-budget.ts'
import { checkSettings } from '../http/check-settings.ts'
import { chipRoutes } from '../http/chip-routes.ts'
import { type DemoRoutesParts, demoRoutes } from '../http/demo-routes.ts'
import { faceRoutes, SIMULATED_FACE } from '../http/face-routes.ts'
import { headRoutes } from '../http/head-routes.ts'
import { healthRoutes } from '../http/health-routes.ts'
import { kioskSettings } from '../http/kiosk-settings.ts'
import { serveLedger } from '../http/ledger-server.ts'
import { lockRoutes } from '../http/lock-routes.ts'
import { logRoutes } from '../http/log-routes.ts'
import { machineRoutes } from '../http/machine-routes.ts'
import { metricsRoutes } from '../http/metrics-routes.ts'
import { type OperatorOptions, operatorRouter } from '../http/operator/routes.ts'
import { presentationRoutes } from '../http/presentation-routes.ts'
import { publicRoutes } from '../http/public-routes.ts'
import { relayRoutes } from '../http/relay-routes.ts'
import { closeServer, listen, listenOnSocket, listenTls, OPERATOR_LIMITS, type TlsOptions } from '../http/server.ts'
import { tillRoutes } from '../http/till-routes.ts'
import { apiRouter } from '../http/verifier/api-routes.ts'
import { askRoutes } from '../http/verifier/ask-routes.ts'
import { walletProviderRoutes } from '../http/wallet-provider-routes.ts'
import { walletRoutes } from '../http/wallet-routes.ts'
import { lockSettings, walletSettings } from '../http/wallet-settings.ts'
import { checkPage, demoPage, kioskPage, lockPage, walletPage } from '../http/web-policy.ts'
import { webRoutes } from '../http/web-routes.ts'
import { tlsFiles } from '../keys/tls.ts'
import type { Authority } from './authority.ts'

export interface Served {
  readonly routers: Routers
  close(): Promise<void>
}

const REQUESTS_PER_MINUTE = 600
/** Bytes of all request bodies of the public interface that are still arriving. */
const UNREAD_BODIES = 64 * 2 ** 20

export interface ServeOptions extends OperatorOptions {
  /** The longest wait for a block before a client gets an answer. */
  readonly answerWithinMs?: number
  /** Only in a demo. */
  readonly demo?: DemoRoutesParts
}

/**
 * Listens at the addresses of the configuration.
 * @throws {ServerError} HTTP_PORT_TAKEN, HTTP_CANNOT_LISTEN, HTTP_SOCKET
 * @throws {KeysError} KEYS_TLS
 */
export async function serve(authority: Authority, log: Logger, options: ServeOptions = {}): Promise<Served> {
  const { config } = authority
  const routers = routersOf(authority, options)
  const app = createPublicApp({
    routers,
    publicUrl: config.publicUrl,
    walletUrl: config.walletUrl,
    operatorUrl: config.operatorUrl,
    authority: config.authority,
    mode: config.mode,
    log,
    requestsPerMinute: REQUESTS_PER_MINUTE,
  })
  const wallet = createWalletApp({ routers, log, requestsPerMinute: REQUESTS_PER_MINUTE })
  const operator = createOperatorApp({ routers, log, operatorUrl: config.operatorUrl })
  const rpc = await serveLedger(authority.ledger, {
    port: config.rpcPort,
    random: authority.random,
    warn: log.warn.bind(log),
  })
  const closes = [() => rpc.close()]
  const close = async () => {
    await Promise.all(closes.map(each => each()))
  }
  try {
    const onSocket = await listenOnSocket(operator, socketPath(config.data), OPERATOR_LIMITS)
    closes.push(() => closeServer(onSocket))
    const onPort = await listen(operator, config.operator.host, config.operator.port, OPERATOR_LIMITS)
    closes.push(() => closeServer(onPort))
    const { host, port } = config.wallet
    const isSecure = config.tls !== null && config.walletUrl.startsWith('https:')
    const holders = isSecure
      ? await listenTls(wallet, host, port, tlsOptions(authority, log, config.walletUrl))
      : await listen(wallet, host, port)
    closes.push(() => closeServer(holders))
    // Https first, so that a client that learns by http that the node is ready can use https.
    if (config.tls) {
      const https = await listenTls(app, config.host, config.tls.port, tlsOptions(authority, log, config.publicUrl))
      closes.push(() => closeServer(https))
    }
    // With https, http serves only this machine.
    const http = await listen(app, config.tls ? '127.0.0.1' : config.host, config.port)
    closes.push(() => closeServer(http))
    return { routers, close }
  } catch (error) {
    await close()
    throw error
  }
}

function routersOf(
  authority: Authority,
  { answerWithinMs = ANSWER_WITHIN_MS, demo, ...options }: ServeOptions,
): Routers {
  const { config, custody, oid4vci, presentations, relay } = authority
  const bodies = new BodyBudget(UNREAD_BODIES)
  const faceUrl = authority.face ? `${config.publicUrl}${SIMULATED_FACE}` : config.faceProviderUrl
  return {
    health: healthRoutes(authority),
    metrics: metricsRoutes(authority),
    public: publicRoutes(authority),
    heads: headRoutes(authority),
    log: logRoutes(authority),
    wallets: walletRoutes(oid4vci, bodies, answerWithinMs),
    presentations: presentationRoutes(presentations, bodies),
    tills: tillRoutes(authority.tills, bodies),
    relay: relayRoutes(relay, bodies),
    chip: chipRoutes(authority, bodies),
    verifiers: apiRouter(authority, options),
    ask: askRoutes(authority),
    askPage: webRoutes('ask'),
    operator: operatorRouter(
      {
        ...authority,
        operatorUrl: config.operatorUrl,
        walletUrl: config.walletUrl,
        token: custody.operatorToken,
        answerWithinMs,
      },
      options,
    ),
    check: webRoutes('check', checkPage(config.publicUrl)),
    checkSettings: checkSettings(config),
    counter: webRoutes('counter'),
    kiosk: webRoutes('kiosk', kioskPage(config.publicUrl, faceUrl)),
    kioskSettings: kioskSettings({ ...config, faceUrl }),
    ...(authority.face && { face: faceRoutes(authority.face, bodies) }),
    walletProvider: walletProviderRoutes(authority.ownWallet, bodies),
    walletSettings: walletSettings({ ...config, profileKey: authority.profileFile.key }),
    wallet: webRoutes('wallet', walletPage(config.walletUrl)),
    lock: lockRoutes(authority, bodies, answerWithinMs),
    lockSettings: lockSettings(config),
    lockPage: webRoutes('lock', lockPage(config.publicUrl)),
    machines: machineRoutes(authority),
    ...(authority.apply && {
      apply: applyRoutes(
        {
          ...{ apply: authority.apply, publicUrl: config.publicUrl, clientKey: custody.signIn.publicKey.jwk },
          simulated: authority.online?.simulated ?? null,
        },
        bodies,
      ),
    }),
    ...(demo && {
      demoRoutes: demoRoutes(demo, config.publicUrl),
      demo: webRoutes('demo', demoPage(config.publicUrl)),
    }),
  }
}

function tlsOptions({ config, custody, clock }: Authority, log: Logger, url: string): TlsOptions {
  const { hostname } = new URL(url)
  const files = config.tls?.files
  return {
    source: files ? tlsFiles(files, hostname) : () => custody.tls(hostname, clock()),
    warn: error => log.warn({ err: error }, 'https continues with its present certificate'),
  }
}
