/** Reads an install from its data directory: the settings, the socket of its node, and the operator's token. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { ConfigError } from '../config/errors.ts'
import { readConfig } from '../config/file.ts'
import type { Config } from '../config/schema.ts'
import { socketPath } from '../config/socket.ts'
import { readVerifierConfig, verifierConfigPath } from '../config/verifier-config.ts'
import { CliError } from './errors.ts'

export interface Install {
  readonly data: string
  readonly publicUrl: string
  /** The node's socket in the data directory. The token and personal data are sent nowhere else. */
  readonly socket: string
  readonly token: string
}

/** Hosts that stand for every address of this host, and one of these addresses. */
const EVERY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

const START_ONE =
  'Start a node first with "npm start", which creates the directory, or name another directory with --data DIR or DOJANG_DATA.'

/** @throws {CliError} CLI_NO_INSTALL, CLI_DATA_OPEN; {ConfigError} CONFIG_INVALID */
export function readInstall(data: string): Install {
  // A verifier that runs alone answers the same commands, as far as they concern it.
  const config = existsSync(verifierConfigPath(data))
    ? reading(data, START_ONE, () => readVerifierConfig(data))
    : installConfig(data, START_ONE)
  requireOwnDirectory(config.data)
  const token = reading(data, START_ONE, () => readFileSync(join(data, 'keys', 'operator.token'), 'utf8').trim())
  return { data: config.data, publicUrl: config.publicUrl, socket: socketPath(config.data), token }
}

/**
 * @param next what to do when there is no install
 * @throws {CliError} CLI_NO_INSTALL; {ConfigError} CONFIG_INVALID
 */
export const installConfig = (data: string, next: string): Config => reading(data, next, () => readConfig(data))

/**
 * Where the node's public interface is reached by http on this host. What is fetched there must be proved.
 * @throws {CliError} CLI_NO_INSTALL; {ConfigError} CONFIG_INVALID
 */
export function publicUrlOnThisHost(data: string): string {
  const { publicUrl, host, port, tls } = installConfig(data, START_ONE)
  const address = tls ? '127.0.0.1' : (EVERY_ADDRESS.get(host) ?? host)
  const path = new URL(publicUrl).pathname.replace(/\/$/, '')
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}${path}`
}

/** If others may create files there, they can put their own socket in the place of the node's. */
function requireOwnDirectory(data: string): void {
  if ((statSync(data).mode & 0o022) === 0) return
  throw new CliError(
    { code: 'CLI_DATA_OPEN', data },
    `Other users may write to ${data}, so another program could answer in place of the node. Nothing was sent. ` +
      `Run chmod 700 ${data}, and restart the node.`,
  )
}

function reading<T>(data: string, next: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const cause = error instanceof ConfigError ? error.cause : error
    const code = (cause as NodeJS.ErrnoException | undefined)?.code
    if (code === undefined) throw error
    throw new CliError(
      { code: 'CLI_NO_INSTALL', data },
      code === 'EACCES'
        ? `You may not read the node's files under ${data}. Run this command as the user who started the node.`
        : `The directory ${data} does not contain the data of a node. ${next}`,
      { cause: error },
    )
  }
}
