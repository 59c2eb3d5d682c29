/** Reads an install from its data directory: the settings, the address of its node, and the operator's token. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../config/errors.ts'
import { readConfig } from '../config/file.ts'
import type { Config } from '../config/schema.ts'
import { CliError } from './errors.ts'

export interface Install {
  /** On this host, so that the token is not sent through a proxy. */
  readonly url: string
  readonly token: string
}

/** Values of `host` with which the node can be reached as `localhost`. */
const EVERYWHERE = new Set(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'])

const START_ONE =
  'Start a node first with "npm start", which creates the directory, or name another directory with --data DIR or DOJANG_DATA.'

/** @throws {CliError} CLI_NO_INSTALL; {ConfigError} CONFIG_INVALID */
export function readInstall(data: string): Install {
  const { publicUrl, host, port, tls } = installConfig(data, START_ONE)
  const token = reading(data, START_ONE, () => readFileSync(join(data, 'keys', 'operator.token'), 'utf8').trim())
  const name = tls || EVERYWHERE.has(host) ? 'localhost' : host
  const path = new URL(publicUrl).pathname.replace(/\/$/, '')
  return { url: `http://${name.includes(':') ? `[${name}]` : name}:${port}${path}`, token }
}

/**
 * @param next what to do when there is no install
 * @throws {CliError} CLI_NO_INSTALL; {ConfigError} CONFIG_INVALID
 */
export const installConfig = (data: string, next: string): Config => reading(data, next, () => readConfig(data))

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
