/** Where the node of a data directory listens, and the token that lets its operator in: both are the node's files. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CliError } from './errors.ts'

export interface Install {
  /** On this host: the token and what is sent with it leave it by no proxy. */
  readonly url: string
  readonly token: string
}

const Config = z.object({
  publicUrl: z.url({ protocol: /^https?$/ }),
  host: z.string(),
  port: z.int(),
  tls: z.object({}).nullish(),
})

/** Hosts to listen on with which a node can be reached by this machine's own name. */
const EVERYWHERE = new Set(['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'])

/** @throws {CliError} CLI_NO_INSTALL */
export function readInstall(data: string): Install {
  try {
    const { publicUrl, host, port, tls } = Config.parse(JSON.parse(readFileSync(join(data, 'config.json'), 'utf8')))
    const token = readFileSync(join(data, 'keys', 'operator.token'), 'utf8').trim()
    const name = tls || EVERYWHERE.has(host) ? 'localhost' : host
    const path = new URL(publicUrl).pathname.replace(/\/$/, '')
    return { url: `http://${name.includes(':') ? `[${name}]` : name}:${port}${path}`, token }
  } catch (cause) {
    const denied = (cause as NodeJS.ErrnoException).code === 'EACCES'
    throw new CliError(
      { code: 'CLI_NO_INSTALL', data },
      denied
        ? `The operator's token under ${data} is not readable by you: run this as the user who started the node.`
        : `There is no node's data in ${data}. Start one first with "npm start" (it makes ${data}), ` +
            'or say where its data is with --data DIR or DOJANG_DATA.',
      { cause },
    )
  }
}
