/**
 * What an install is: fixed at its first start and kept in `<data>/config.json`. Everything that others rely on (the
 * public URL stands in every card as its issuer, the chain id in every receipt) cannot change afterwards.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { writeDurably } from '../keys/files.ts'
import type { TlsFiles } from '../keys/tls.ts'
import { DojangError } from '../lib/errors.ts'
import { type Random, randomBelow } from '../lib/random.ts'

export type ConfigFailure =
  /** A setting that was fixed at the first start was given again with another value. */
  | { readonly code: 'CONFIG_FIXED'; readonly setting: string; readonly was: string; readonly given: string }
  /** config.json cannot be read as one. */
  | { readonly code: 'CONFIG_INVALID'; readonly path: string; readonly reason: string }
  /** The data directory cannot be made or written. */
  | { readonly code: 'CONFIG_DATA'; readonly path: string; readonly reason: string }
  /** A mode whose demands this install does not meet. */
  | { readonly code: 'CONFIG_MODE_UNMET'; readonly mode: string; readonly reason: string }

export class ConfigError extends DojangError<ConfigFailure> {
  override name = 'ConfigError'
}

const Settings = z.strictObject({
  schema: z.literal(1),
  /**
   * local: one machine, no replicas, no witnesses. demo: local, with a fictitious population. production: the public
   * URL must be https, and the log says more.
   */
  mode: z.enum(['local', 'demo', 'production']),
  /** No slash at the end: `iss`, `credential_issuer` and the base of every URI. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isBase, 'must be scheme, host, port and path as browsers write them'),
  /** Where the public interface listens; the host is loopback unless others, or a proxy on another one, have to reach it. */
  host: z.string(),
  /** Of http; on loopback alone where there is https. */
  port: z.int().min(1).max(65535),
  /** Null: https is a proxy's. Without files, the certificate is one of the install's own authority (`keys/ca.crt`). */
  tls: z
    .strictObject({
      port: z.int().min(1).max(65535),
      /** PEM, the chain behind the certificate. */
      files: z.strictObject({ certificate: z.string(), key: z.string() }).nullable(),
    })
    .nullable()
    .default(null),
  /** The ledger's JSON-RPC for members, always on loopback. */
  rpcPort: z.int().min(1).max(65535),
  /** Of the embedded ledger: drawn at the first start (docs/decisions/006). */
  chainId: z.int().positive(),
  /** JSON-RPC of a ledger run by others; null: the embedded one. */
  ledgerUrl: z.string().nullable(),
  /** Seconds between blocks at most. */
  heartbeat: z.int().positive(),
  /** Followers whose signatures heads need (`dojang ledger witness`): their keys stand in the ledger profile. */
  witnesses: z
    .strictObject({
      quorum: z.int().nonnegative(),
      members: z.array(z.strictObject({ key: z.string().regex(/^[\w-]{43}$/), url: z.url({ protocol: /^https?$/ }) })),
    })
    .refine(({ quorum, members }) => quorum <= members.length, 'a quorum of more witnesses than there are')
    .default({ quorum: 0, members: [] }),
  authority: z.strictObject({ ko: z.string().min(1), en: z.string().min(1) }),
})
/** A certificate without a name to show it under would serve nobody. */
const Config = Settings.refine(
  ({ tls, publicUrl }) => tls === null || publicUrl.startsWith('https:'),
  'https needs an https public URL',
)

export type Config = z.infer<typeof Config> & {
  /** Absolute path of the data directory. */
  readonly data: string
}

export interface Given {
  readonly data: string
  readonly mode?: Config['mode']
  readonly port?: number
  readonly rpcPort?: number
  /** Also https, beside http on loopback. */
  readonly tls?: GivenTls
  readonly publicUrl?: string
  readonly ledger?: string
  /** The given ledger's own, which it was asked for. */
  readonly chainId?: number
}

export interface GivenTls {
  readonly port?: number
  readonly files?: TlsFiles
}

export const DEFAULT_PORT = 4100
export const DEFAULT_TLS_PORT = 4443
export const DEFAULT_RPC_PORT = 4101

/**
 * Reads the install's configuration, or makes it at the first start.
 * @throws {ConfigError} CONFIG_FIXED, CONFIG_INVALID, CONFIG_DATA, CONFIG_MODE_UNMET
 */
export async function openConfig(given: Given, random: Random): Promise<Config> {
  const data = resolve(given.data)
  const path = join(data, 'config.json')
  if (!existsSync(path)) {
    requireNoInstall(data, path)
    write(data, path, JSON.stringify(await firstConfig(given, random), null, 2))
  }
  const config = read(path)
  refuseChange('mode', config.mode, given.mode)
  refuseChange('publicUrl', config.publicUrl, given.publicUrl)
  refuseChange('ledger', config.ledgerUrl ?? undefined, given.ledger)
  const moved = moveTo(config, given)
  // The command line looks there for where the node listens.
  if (!isDeepStrictEqual(moved, config)) write(data, path, JSON.stringify(checked(moved), null, 2))
  return { ...moved, data }
}

/** Where it listens may change: the public URL says 4100, and a proxy can still forward to another port. */
function moveTo(config: z.infer<typeof Config>, { port, rpcPort, tls }: Given): z.infer<typeof Config> {
  return {
    ...config,
    port: port || config.port,
    rpcPort: rpcPort || config.rpcPort,
    tls: tls
      ? {
          port: tls.port || (config.tls?.port ?? DEFAULT_TLS_PORT),
          files: absolute(tls.files) ?? config.tls?.files ?? null,
        }
      : config.tls,
  }
}

const absolute = (files: TlsFiles | undefined) =>
  files && { certificate: resolve(files.certificate), key: resolve(files.key) }

/**
 * Keys are made after the configuration. A directory with keys but no configuration belongs to an install that lost it.
 */
function requireNoInstall(data: string, path: string): void {
  if (!existsSync(join(data, 'keys'))) return
  throw new ConfigError(
    { code: 'CONFIG_INVALID', path, reason: 'it is missing' },
    `${path} is missing, and ${data} is not empty: put the file back from a backup, or use another data directory.`,
  )
}

function write(data: string, path: string, text: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    writeDurably(path, text)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new ConfigError(
      { code: 'CONFIG_DATA', path: data, reason },
      `The data directory ${data} cannot be written (${reason}). Check its path, permissions and disk space, or name ` +
        'another with --data.',
      { cause },
    )
  }
}

async function firstConfig(given: Given, random: Random): Promise<z.infer<typeof Config>> {
  const mode = given.mode ?? 'local'
  // A port of 0 asks for any free one; it has to be known now, since the public URL says it.
  const port = given.port === 0 ? await freePort() : (given.port ?? DEFAULT_PORT)
  const tlsPort = given.tls && (given.tls.port === 0 ? await freePort() : (given.tls.port ?? DEFAULT_TLS_PORT))
  const publicUrl = given.publicUrl ?? (tlsPort === undefined ? urlAt('http', port, 80) : urlAt('https', tlsPort, 443))
  if (mode === 'production' && !publicUrl.startsWith('https:')) {
    throw new ConfigError(
      { code: 'CONFIG_MODE_UNMET', mode, reason: 'the public URL is not https' },
      'Production needs an https URL under which wallets reach this node: --public-url https://… (with --tls, or a ' +
        'proxy in front).',
    )
  }
  return checked({
    schema: 1,
    mode,
    publicUrl,
    host: '127.0.0.1',
    port,
    tls: tlsPort === undefined ? null : { port: tlsPort, files: absolute(given.tls?.files) ?? null },
    rpcPort: given.rpcPort === 0 ? await freePort() : (given.rpcPort ?? DEFAULT_RPC_PORT),
    // Random, so that a receipt of one install can never pass for another's; below 2^31 for every wallet's sake.
    chainId: given.chainId ?? 100_000 + randomBelow(random, 2 ** 31 - 100_000),
    ledgerUrl: given.ledger ?? null,
    heartbeat: 60,
    witnesses: { quorum: 0, members: [] },
    authority:
      mode === 'demo'
        ? { ko: '가상 발급기관 (시연용)', en: 'Fictitious authority (demo)' }
        : { ko: '도장 발급기관', en: 'Dojang authority' },
  })
}

/** On this machine; without the port where the scheme has it by default. */
const urlAt = (scheme: 'http' | 'https', port: number, usual: number): string =>
  `${scheme}://localhost${port === usual ? '' : `:${port}`}`

/** Checked before anything is written: a bad setting leaves no file behind. */
function checked(config: unknown): z.infer<typeof Config> {
  const result = Config.safeParse(config)
  if (result.success) return result.data
  const reason = z.prettifyError(result.error)
  throw new ConfigError(
    { code: 'CONFIG_INVALID', path: 'the settings given', reason },
    `The settings given cannot be used: ${reason}. Nothing was written.`,
    { cause: result.error },
  )
}

/** No slash, query or fragment at the end, no user or password, and byte for byte what a URL parser makes of it. */
function isBase(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, pathname } = new URL(text)
  return text === `${origin}${pathname === '/' ? '' : pathname}` && !text.endsWith('/')
}

function read(path: string): z.infer<typeof Config> {
  try {
    return Config.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new ConfigError(
      { code: 'CONFIG_INVALID', path, reason },
      `${path} is not a configuration this version knows: ${reason}. Put back what was changed there.`,
      { cause },
    )
  }
}

function refuseChange(setting: string, was: string | undefined, given: string | undefined): void {
  if (given === undefined || given === was) return
  throw new ConfigError(
    { code: 'CONFIG_FIXED', setting, was: was ?? 'not set', given },
    `${setting} was fixed at the first start of this install as ${was ?? 'not set'} and cannot become ${given}: ` +
      'cards in the field name it. Use another data directory for another install.',
  )
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
