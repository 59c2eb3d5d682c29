/**
 * Opens the configuration of an install, or makes it at the first start. Two settings cannot change afterwards: the public
 * URL is the issuer in every card, and the chain id is in every receipt.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { WalletAttestation } from '../issuer/oid4vci/attestation/setting.ts'
import type { TlsFiles } from '../keys/tls.ts'
import type { Random } from '../lib/random.ts'
import type { ClientIdPrefix } from '../verifier/oid4vp/setting.ts'
import { randomChainId } from './chain-id.ts'
import { ConfigError } from './errors.ts'
import { configPath, readConfig, writeConfig } from './file.ts'
import { freePorts } from './free-ports.ts'
import {
  type Config,
  DEFAULT_OPERATOR_PORT,
  DEFAULT_WALLET_PORT,
  DEFAULTS,
  defaultOperatorUrl,
  defaultWalletUrl,
  type Mode,
  type Settings,
} from './schema.ts'

/** The settings that a start asks for. Those left out keep their value, or get the default at the first start. */
export interface RequestedSettings {
  readonly data: string
  readonly mode?: Mode
  /** The address on which the public interface and the wallet listen. */
  readonly host?: string
  readonly port?: number
  readonly rpcPort?: number
  readonly operatorPort?: number
  readonly walletPort?: number
  /** Serves https too, with the certificate in these files, or with one of the install's own certificate authority. */
  readonly tls?: { readonly port?: number; readonly files?: TlsFiles }
  readonly publicUrl?: string
  /** The origin of the operators' pages. */
  readonly operatorUrl?: string
  /** The origin of the wallet. */
  readonly walletUrl?: string
  readonly walletAttestation?: WalletAttestation
  /** The rules of HAIP 1.0. True: wallets must be attested too. */
  readonly haip?: boolean
  readonly verifierId?: ClientIdPrefix
  /** Authority Key Identifiers, or `own`; empty: any. */
  readonly trustedAuthorities?: readonly string[]
  /** JSON-RPC URL of a ledger run by others, or URLs of its nodes separated by commas. By default the node runs its own. */
  readonly ledger?: string
  /** The chain id of that ledger. */
  readonly chainId?: number
  readonly revocationsPerDay?: number
}

export const DEFAULT_PORT = 4100
export const DEFAULT_TLS_PORT = 4443
export const DEFAULT_RPC_PORT = 4101

/** What the production mode demands and this version does not have. */
const NOT_BUILT: readonly string[] = [
  'a second site that has every commit before it is acknowledged',
  "custody of the officers' and signing keys outside of this host",
  'required witnesses',
]

/** @throws {ConfigError} CONFIG_FIXED, CONFIG_INVALID, CONFIG_DATA, CONFIG_MODE_UNMET */
export async function openConfig(requested: RequestedSettings, random: Random): Promise<Config> {
  const data = resolve(requested.data)
  requireModeBuilt(requested.mode)
  if (!existsSync(configPath(data))) {
    requireNoInstall(data)
    writeConfig({ ...(await firstConfig(requested, random)), data })
  }
  const config = readConfig(data)
  requireModeBuilt(config.mode)
  refuseChange('mode', config.mode, requested.mode)
  refuseChange('publicUrl', config.publicUrl, requested.publicUrl)
  refuseChange('operatorUrl', config.operatorUrl, requested.operatorUrl)
  refuseChange('walletUrl', config.walletUrl, requested.walletUrl)
  if (config.ledgerUrl === null) refuseChange('ledger', undefined, requested.ledger)
  const changed = change(config, requested)
  // The command line reads the ports from the file.
  if (!isDeepStrictEqual(changed, config)) writeConfig(changed)
  // The authority stores another list of nodes when one of them has shown that it is of the same ledger.
  return { ...changed, ledgerUrl: requested.ledger ?? changed.ledgerUrl }
}

/** Stores the URLs of the ledger's nodes, which may have changed. */
export function storeLedgerUrl({ data, ledgerUrl }: Config): void {
  if (ledgerUrl === null) return
  const stored = readConfig(data)
  if (stored.ledgerUrl !== ledgerUrl) writeConfig({ ...stored, ledgerUrl })
}

/** Cards of a production install would be trusted as real ones, so it must not start without the parts in `NOT_BUILT`. */
function requireModeBuilt(mode: Mode | undefined): void {
  if (mode !== 'production') return
  throw new ConfigError(
    { code: 'CONFIG_MODE_UNMET', mode, reason: `not built yet: ${NOT_BUILT.join('; ')}` },
    `This version has no production mode: it lacks ${NOT_BUILT.join(', ')}. ` +
      'Nothing was started. Use --mode local or --demo, and no real personal data.',
  )
}

/**
 * The settings that may change after the first start. The ports may, because a proxy can forward the public URL's port to
 * another one.
 */
function change(config: Config, requested: RequestedSettings): Config {
  const { port, rpcPort, operatorPort, walletPort, tls, revocationsPerDay } = requested
  return {
    ...config,
    ...profileOf(requested, config),
    trustedAuthorities: [...(requested.trustedAuthorities ?? config.trustedAuthorities)],
    port: port || config.port,
    rpcPort: rpcPort || config.rpcPort,
    operator: { ...config.operator, port: operatorPort || config.operator.port },
    host: requested.host ?? config.host,
    wallet: { host: requested.host ?? config.wallet.host, port: walletPort || config.wallet.port },
    revocationsPerDay: revocationsPerDay ?? config.revocationsPerDay,
    tls: tls
      ? {
          port: tls.port || (config.tls?.port ?? DEFAULT_TLS_PORT),
          files: absolute(tls.files) ?? config.tls?.files ?? null,
        }
      : config.tls,
  }
}

/** `haip` sets what it demands, unless the start asks for something else, which the schema then refuses. */
function profileOf(requested: RequestedSettings, stored: Pick<Settings, 'haip' | 'walletAttestation' | 'verifierId'>) {
  const demanded = requested.haip ? ({ walletAttestation: 'required', verifierId: 'x509_hash' } as const) : stored
  return {
    haip: requested.haip ?? stored.haip,
    walletAttestation: requested.walletAttestation ?? demanded.walletAttestation,
    verifierId: requested.verifierId ?? demanded.verifierId,
  }
}

const absolute = (files: TlsFiles | undefined) =>
  files && { certificate: resolve(files.certificate), key: resolve(files.key) }

/**
 * Keys are made after the configuration. A directory with keys but no configuration belongs to an install that lost it.
 */
function requireNoInstall(data: string): void {
  const path = configPath(data)
  if (!existsSync(join(data, 'keys'))) return
  throw new ConfigError(
    { code: 'CONFIG_INVALID', path, reason: 'it is missing' },
    `${path} is missing, and ${data} is not empty: put the file back from a backup, or use another data directory.`,
  )
}

async function firstConfig(requested: RequestedSettings, random: Random): Promise<Settings> {
  const mode = requested.mode ?? 'local'
  // Port 0 asks for any free port. It is chosen now, since the public URL contains it.
  const freePort = freePorts()
  const port = requested.port === 0 ? await freePort() : (requested.port ?? DEFAULT_PORT)
  const tlsPort =
    requested.tls && (requested.tls.port === 0 ? await freePort() : (requested.tls.port ?? DEFAULT_TLS_PORT))
  const publicUrl =
    requested.publicUrl ?? (tlsPort === undefined ? urlAt('http', port, 80) : urlAt('https', tlsPort, 443))
  const operatorPort =
    requested.operatorPort === 0 ? await freePort() : (requested.operatorPort ?? DEFAULT_OPERATOR_PORT)
  const walletPort = requested.walletPort === 0 ? await freePort() : (requested.walletPort ?? DEFAULT_WALLET_PORT)
  const host = requested.host ?? '127.0.0.1'
  const wallet = { host, port: walletPort }
  const tls = tlsPort === undefined ? null : { port: tlsPort, files: absolute(requested.tls?.files) ?? null }
  return {
    schema: 1,
    mode,
    publicUrl,
    host,
    port,
    tls,
    operatorUrl: requested.operatorUrl ?? defaultOperatorUrl(operatorPort),
    operator: { host: '127.0.0.1', port: operatorPort },
    walletUrl: requested.walletUrl ?? defaultWalletUrl({ publicUrl, tls, wallet }),
    wallet,
    rpcPort: requested.rpcPort === 0 ? await freePort() : (requested.rpcPort ?? DEFAULT_RPC_PORT),
    chainId: requested.chainId ?? randomChainId(random),
    ledgerUrl: requested.ledger ?? null,
    heartbeat: 60,
    revocationsPerDay: DEFAULTS.revocationsPerDay,
    temporaryCardsPerDay: DEFAULTS.temporaryCardsPerDay,
    lossPerHour: DEFAULTS.lossPerHour,
    witnesses: { ...DEFAULTS.witnesses, members: [] },
    logWitnesses: { ...DEFAULTS.logWitnesses, members: [] },
    ...profileOf(requested, DEFAULTS),
    walletsShowingDigits: [...DEFAULTS.walletsShowingDigits],
    helpLine: DEFAULTS.helpLine,
    faceProviderUrl: null,
    trustedAuthorities: [...(requested.trustedAuthorities ?? DEFAULTS.trustedAuthorities)],
    register: { kind: 'csv' },
    lines: { kind: 'csv' },
    messages: { kind: 'none' },
    onlineApplication: null,
    authority:
      mode === 'demo'
        ? { ko: '가상 발급기관 (시연용)', en: 'Fictitious authority (demo)' }
        : { ko: '도장 발급기관', en: 'Dojang authority' },
  }
}

/** A URL of this machine, without the port if it is the scheme's default. */
const urlAt = (scheme: 'http' | 'https', port: number, usual: number): string =>
  `${scheme}://localhost${port === usual ? '' : `:${port}`}`

function refuseChange(setting: string, was: string | undefined, given: string | undefined): void {
  if (given === undefined || given === was) return
  throw new ConfigError(
    { code: 'CONFIG_FIXED', setting, was: was ?? 'not set', given },
    `${setting} was fixed at the first start of this install as ${was ?? 'not set'} and cannot become ${given}: ` +
      'issued cards contain it, or passkeys are made for it. Use another data directory for another install.',
  )
}
