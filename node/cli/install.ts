/** The install in a data directory: its settings, where its node listens, and the token that lets its operator in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../config/errors.ts'
import { readConfig } from '../config/file.ts'
import type { Config } from '../config/schema.ts'
import { CliError } from './errors.ts'

export interface Install {
  /** On this host: the token and what is sent with it leave it by no proxy. */
  readonly url: string
  readonly token: string
}

/** Hosts to listen on with which a node can be reached by this machine's own name. */
const EVERYWHERE = new Set(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'])

const START_ONE =
  'Start one first with "npm start" (it makes the directory), or say where its data is with --data DIR or DOJANG_DATA.'

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
        ? `The node's files under ${data} are not readable by you: run this as the user who started the node.`
        : `There is no node's data in ${data}. ${next}`,
      { cause: error },
    )
  }
}
