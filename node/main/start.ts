/** `dojang start`: opens the authority, serves it, and closes it in order when asked to stop. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../authority/authority.ts'
import { serve } from '../authority/serve.ts'
import {
  DEFAULT_PORT,
  DEFAULT_RPC_PORT,
  DEFAULT_TLS_PORT,
  openConfig,
  type RequestedSettings,
} from '../config/config.ts'
import { dataFailure } from '../config/data-failure.ts'
import { configPath } from '../config/file.ts'
import { DEFAULT_OPERATOR_PORT, DEFAULT_WALLET_PORT } from '../config/schema.ts'
import type { DemoRoutesParts } from '../http/demo-routes.ts'
import { closeServer, listen } from '../http/server.ts'
import { closeDirectory } from '../keys/files.ts'
import { tlsFiles } from '../keys/tls.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { connectLedger } from '../ledger/remote/remote.ts'
import { pooledRandom } from '../lib/random.ts'
import { systemClock, systemEvery, systemTimer } from '../lib/time.ts'
import { VERSION } from '../lib/version.ts'
import { StoreError } from '../store/errors.ts'
import { addDemoCard, populate } from './demo.ts'
import { DemoCards } from './demo-cards.ts'
import { DemoPeople } from './demo-people.ts'
import { DEMO_CLERK } from './demo-rollout.ts'
import { DemoStories } from './demo-stories.ts'
import { banner, type FirstLinks, startProgress } from './start-text.ts'
import { stopInOrder } from './stop.ts'

/**
 * Resolves when the node serves. It then runs until SIGINT or SIGTERM.
 * @param engine a ledger that replaces the configured one, with its name: Hardhat during development
 */
export async function start(requested: RequestedSettings, engine?: Engine): Promise<void> {
  try {
    await startNode(requested, engine)
  } catch (error) {
    throw dataFailure(error, requested.data)
  }
}

interface Engine {
  readonly ledger: Ledger
  readonly name: string
}

async function startNode(requested: RequestedSettings, engine?: Engine): Promise<void> {
  if (!existsSync(configPath(requested.data))) await requireUsable(requested)
  const config = await openConfig({ ...requested, ...(await chainOf(requested, engine?.ledger)) }, randomBytes)
  const log = pino({ level: process.env.LOG_LEVEL ?? 'info' }, pino.destination(2))
  for (const name of ['', 'keys', 'authority', 'ledger', 'replica']) {
    const path = join(config.data, name)
    if (closeDirectory(path)) log.warn({ path }, 'other users could use this directory; it is closed to them now')
  }
  if (config.mode === 'demo') addDemoCard(config.data)
  const authority = await openAuthority(config, {
    clock: systemClock,
    random: pooledRandom(randomBytes),
    timer: systemTimer,
    every: systemEvery,
    log,
    progress: startProgress(process.stderr),
    ...(engine && { openLedger: async () => engine.ledger }),
  })
  try {
    if (config.mode === 'demo') await populate(authority)
    const lacking = await authority.lacking()
    const served = await serve(authority, log, config.mode === 'demo' ? { demo: demoParts(authority) } : {})
    const links = await firstLinks(authority)
    const close = async () => {
      await served.close()
      await authority.close()
    }
    // The node cannot work without its ledger or its store. It ends, so that its supervisor can restart it.
    const failed = authority.stopped.then(error => {
      if (error === null) return null
      const what = error instanceof StoreError ? 'database' : 'ledger'
      log.fatal({ err: error }, `the ${what} stopped`)
      return `The ${what} stopped`
    })
    stopInOrder(close, failed)
    log.info({ version: VERSION, mode: config.mode, publicUrl: config.publicUrl }, 'ready')
    process.stdout.write(banner(authority, lacking, links, engine?.name))
  } catch (error) {
    await authority.close()
    throw error
  }
}

function demoParts(authority: Authority): DemoRoutesParts {
  const people = new DemoPeople(authority)
  return { stories: new DemoStories(authority, people), cards: new DemoCards(authority, people) }
}

/** Invites the first administrator if nobody was ever invited, and in a demo a clerk, too. */
async function firstLinks({ accounts, config }: Authority): Promise<FirstLinks | null> {
  const administrator = await accounts.inviteFirst()
  if (administrator === null) return null
  const clerk = config.mode === 'demo' ? await accounts.invite(DEMO_CLERK, { kind: 'local' }) : null
  return { administrator: administrator.enrolmentUrl, clerk: clerk?.enrolmentUrl ?? null }
}

/**
 * The first start fixes the public URL. If another program holds the port, wallets and the command line (with its token)
 * would talk to that program; if the certificate is another host's, every client would refuse it.
 * @throws {ServerError} HTTP_PORT_TAKEN before anything is written
 * @throws {KeysError} KEYS_TLS before anything is written
 */
async function requireUsable({
  port = DEFAULT_PORT,
  rpcPort = DEFAULT_RPC_PORT,
  operatorPort = DEFAULT_OPERATOR_PORT,
  walletPort = DEFAULT_WALLET_PORT,
  tls,
  publicUrl,
  walletUrl,
}: RequestedSettings): Promise<void> {
  if (tls?.files) {
    const served = [publicUrl ?? 'https://localhost', ...(walletUrl?.startsWith('https:') ? [walletUrl] : [])]
    for (const url of served) await tlsFiles(tls.files, new URL(url).hostname)()
  }
  const ports = [port, rpcPort, operatorPort, walletPort, ...(tls ? [tls.port ?? DEFAULT_TLS_PORT] : [])]
  for (const one of ports) await closeServer(await listen(() => undefined, '127.0.0.1', one))
}

/** A ledger that others run states its own chain id. */
async function chainOf({ ledger: url }: RequestedSettings, engine?: Ledger): Promise<{ chainId?: number }> {
  const ledger = engine ?? (url === undefined ? undefined : await connectLedger(url, {}))
  if (!ledger) return {}
  const chainId = Number(await ledger.request('eth_chainId'))
  if (!engine) await ledger.close()
  return { chainId }
}
