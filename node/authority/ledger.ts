import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config/schema.ts'
import { ACCOUNTS, type AccountName, type Custody } from '../keys/custody.ts'
import { REPLACEABLE } from '../keys/next-accounts.ts'
import { type EmbeddedLedger, openEmbeddedLedger } from '../ledger/embedded/ledger.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { EndpointReport } from '../ledger/remote/endpoint.ts'
import { connectLedger } from '../ledger/remote/remote.ts'
import { fromHex, type Hex } from '../lib/bytes.ts'
import { openProfile } from '../proof/profile.ts'
import type { ReportsStop } from './ports.ts'

/**
 * Opens the ledger that the configuration names: the embedded one in a worker thread, or one that others run.
 * @throws {LedgerError} as the engines do
 */
export function openConfiguredLedger(config: Config, custody: Custody, log: Logger): Promise<Ledger & ReportsStop> {
  return config.ledgerUrl ? connect(config, config.ledgerUrl, log) : openOwnLedger(config, custody, log)
}

export async function openOwnLedger(
  config: Config,
  { accounts, nextAccounts }: Custody,
  log: Logger,
): Promise<EmbeddedLedger> {
  const next = REPLACEABLE.flatMap(name => (nextAccounts.get(name)?.address as Hex | undefined) ?? [])
  const ledger = await openEmbeddedLedger({
    path: join(config.data, 'ledger'),
    chainId: config.chainId,
    validatorKey: fromHex(accounts.validator.privateKey as Hex),
    allow: [...senders(accounts, !existsSync(join(config.data, 'ledger.json'))), ...next],
    heartbeat: config.heartbeat,
  })
  if (ledger.warning) log.warn(ledger.warning)
  return ledger
}

/**
 * Removes the deployer from the allow-list of the node's own ledger, once the contracts are handed over. The validator
 * seals and never sends; earlier versions allowed it too.
 */
export async function removeDeployer(ledger: Ledger, { accounts }: Custody): Promise<void> {
  if (!('disallow' in ledger)) return
  const addresses = [...NOT_SENDING].map(name => accounts[name].address as Hex)
  await (ledger as EmbeddedLedger).disallow(addresses)
}

/** Accounts that send nothing after the deployment. */
const NOT_SENDING: ReadonlySet<AccountName> = new Set(['deployer', 'validator'])

function senders(accounts: Custody['accounts'], deploying: boolean): Hex[] {
  const names = ACCOUNTS.filter(name => !NOT_SENDING.has(name) || (deploying && name === 'deployer'))
  return names.map(name => accounts[name].address as Hex)
}

function connect({ data, chainId }: Config, url: string, log: Logger): Promise<Ledger> {
  const onState = ({ state, ...facts }: EndpointReport) =>
    state === 'ready'
      ? log.info(facts, 'a ledger node answers')
      : log.warn({ state, ...facts }, 'a ledger node cannot be used')
  // After the first start the profile says which ledger this is. A node of another ledger is refused.
  const file = join(data, 'ledger.json')
  const known = existsSync(file) && { genesis: openProfile(readFileSync(file, 'utf8').trim()).profile.genesis }
  return connectLedger(url, { chainId, ...known, onState })
}
