/** The configuration of a verifier that runs alone, `<data>/verifier.json`. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { TlsFiles } from '../keys/tls.ts'
import { ConfigError } from './errors.ts'
import { configPath } from './file.ts'
import { freePorts } from './free-ports.ts'
import { HAIP_URL, isBase, mayHaveHaip } from './schema.ts'
import { readSettings, writeSettings } from './settings-file.ts'

export const DEFAULT_VERIFIER_PORT = 4110
export const DEFAULT_METRICS_PORT = 4111
export const DEFAULT_VERIFIER_TLS_PORT = 4113

const Port = z.int().min(1).max(65535)

const Settings = z
  .strictObject({
    schema: z.literal(1),
    /** The base of every URI that wallets get. No slash at the end. Fixed at the first start: the certificate contains it. */
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .refine(isBase, 'must be scheme, host, port and path as browsers write them'),
    host: z.string(),
    /** The port of http. With https, http listens on loopback only. */
    port: Port,
    /** On loopback. */
    metricsPort: Port,
    tls: z
      .strictObject({ port: Port, files: z.strictObject({ certificate: z.string(), key: z.string() }).nullable() })
      .nullable(),
    /** Of the verifier, in its certificate. */
    name: z.string().min(1).max(60),
    /** Thumbprint of the key that signs the ledger profile. Fixed at the first start. */
    profileKey: z.string().regex(/^[\w-]{43}$/),
    /** URLs that serve copies of the ledger, beside those of the profile. */
    mirrors: z.array(z.url({ protocol: /^https?$/ })),
    /** Of a wallet that is a page, which the page for browsers offers; null: it offers only wallet apps. */
    walletUrl: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null),
    /** The rules of HAIP 1.0 (docs/haip.md). */
    haip: z.boolean().default(false),
  })
  .refine(({ haip, publicUrl }) => !haip || mayHaveHaip(publicUrl), HAIP_URL)

export interface VerifierConfig extends z.infer<typeof Settings> {
  readonly data: string
}

/** The settings that a start asks for. Those left out keep their value, or get the default at the first start. */
export interface RequestedVerifier {
  readonly data: string
  /** Of the profile of this start; fixed at the first one. */
  readonly profileKey?: string
  readonly name?: string
  readonly host?: string
  readonly port?: number
  readonly metricsPort?: number
  readonly tls?: { readonly port?: number; readonly files?: TlsFiles }
  readonly publicUrl?: string
  readonly mirrors?: readonly string[]
  readonly walletUrl?: string
  /** The rules of HAIP 1.0. */
  readonly haip?: boolean
}

export const verifierConfigPath = (data: string): string => join(data, 'verifier.json')

/** @throws {ConfigError} CONFIG_INVALID; its cause says whether the file is there and can be read */
export function readVerifierConfig(data: string): VerifierConfig {
  const next = 'Undo the last change of the file, or start a new verifier with --profile FILE.'
  return { ...readSettings(verifierConfigPath(resolve(data)), Settings, next), data: resolve(data) }
}

/** @throws {ConfigError} CONFIG_FIXED, CONFIG_INVALID, CONFIG_DATA */
export async function openVerifierConfig(requested: RequestedVerifier): Promise<VerifierConfig> {
  const data = resolve(requested.data)
  if (existsSync(configPath(data))) {
    throw new ConfigError(
      { code: 'CONFIG_INVALID', path: data, reason: 'it contains an authority' },
      `${data} contains an authority, which has a verifier of its own. Name another directory: --data DIR.`,
    )
  }
  if (!existsSync(verifierConfigPath(data))) write(data, await firstSettings(requested))
  const config = readVerifierConfig(data)
  refuseChange('publicUrl', config.publicUrl, requested.publicUrl)
  refuseChange('profileKey', config.profileKey, requested.profileKey)
  const changed = change(config, requested)
  if (!isDeepStrictEqual(changed, config)) write(data, changed)
  return changed
}

function change(config: VerifierConfig, requested: RequestedVerifier): VerifierConfig {
  const { name, host, port, metricsPort, tls, walletUrl, mirrors, haip } = requested
  return {
    ...config,
    name: name ?? config.name,
    host: host ?? config.host,
    port: port || config.port,
    metricsPort: metricsPort || config.metricsPort,
    mirrors: [...(mirrors ?? config.mirrors)],
    walletUrl: walletUrl ?? config.walletUrl,
    haip: haip ?? config.haip,
    tls: tls
      ? {
          port: tls.port || (config.tls?.port ?? DEFAULT_VERIFIER_TLS_PORT),
          files: tls.files ?? config.tls?.files ?? null,
        }
      : config.tls,
  }
}

async function firstSettings(requested: RequestedVerifier): Promise<object> {
  const { profileKey, tls } = requested
  if (profileKey === undefined) {
    throw new ConfigError(
      { code: 'CONFIG_INVALID', path: requested.data, reason: 'it contains no verifier yet' },
      `${requested.data} contains no verifier yet. Give the ledger profile of the authority: --profile ledger.json.`,
    )
  }
  const free = freePorts()
  const chosen = async (port: number | undefined, usual: number) => (port === 0 ? free() : (port ?? usual))
  const port = await chosen(requested.port, DEFAULT_VERIFIER_PORT)
  const tlsPort = tls && (await chosen(tls.port, DEFAULT_VERIFIER_TLS_PORT))
  const publicUrl =
    requested.publicUrl ?? (tlsPort === undefined ? `http://localhost:${port}` : `https://localhost:${tlsPort}`)
  return {
    ...{ schema: 1, publicUrl, host: requested.host ?? '127.0.0.1', port, profileKey },
    metricsPort: await chosen(requested.metricsPort, DEFAULT_METRICS_PORT),
    tls: tlsPort === undefined ? null : { port: tlsPort, files: tls?.files ?? null },
    name: requested.name ?? new URL(publicUrl).hostname,
    mirrors: [...(requested.mirrors ?? [])],
    haip: requested.haip ?? false,
  }
}

function write(data: string, { data: _, ...settings }: { readonly data?: string }): void {
  writeSettings(verifierConfigPath(data), Settings, settings)
}

function refuseChange(setting: string, was: string, given: string | undefined): void {
  if (given === undefined || given === was) return
  throw new ConfigError(
    { code: 'CONFIG_FIXED', setting, was, given },
    `${setting} was fixed at the first start of this verifier as ${was} and cannot become ${given}: ` +
      'its certificate or what it trusts depends on it. Use another data directory for another verifier.',
  )
}
