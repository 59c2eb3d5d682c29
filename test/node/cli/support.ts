import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { runCli } from '../../../node/cli/run.ts'
import { writeConfig } from '../../../node/config/file.ts'
import { socketPath } from '../../../node/config/socket.ts'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { toHex } from '../../../node/lib/bytes.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { blockHash, parseHeader } from '../../../node/proof/header.ts'
import { CONTRACTS, type LedgerProfile } from '../../../node/proof/profile.ts'
import { validatorsOf } from '../../../node/proof/seals.ts'
import { testConfig } from '../../support/config.ts'
import { scratchDirectory } from '../../support/scratch.ts'

export interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly input?: string
  readonly env?: Record<string, string>
  readonly start?: (options: unknown) => Promise<unknown>
}

/** Runs a command in this process, with streams of ours. */
export async function run(argv: readonly string[], { input = '', env = {}, start }: RunOptions = {}): Promise<Ran> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const terminal = { stdin: Readable.from(input === '' ? [] : [input]), stdout, stderr, env }
  const exit = await runCli(argv, {
    ...{ start: start ?? (async () => undefined), startVerifier: async () => undefined, clock: systemClock, terminal },
  })
  return { exit, out: textOf(stdout), err: textOf(stderr) }
}

const textOf = (stream: PassThrough) => ((stream.read() as Buffer | null) ?? '').toString()

export interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}
export type Answer = { readonly status?: number; readonly body: unknown; readonly type?: string }

/** A data directory whose node answers as it is told. */
export class FakeNode {
  readonly asked: Asked[] = []
  readonly data = scratchDirectory('cli')
  /** On the socket for the command line, and on the public port. */
  readonly #servers = [0, 1].map(() => createServer((request, response) => void this.#answer(request, response)))

  constructor(private readonly answers: Readonly<Record<string, Answer | (() => Answer)>>) {}

  async start(): Promise<this> {
    const [onSocket, onPort] = this.#servers as [Server, Server]
    await Promise.all([
      once(onSocket.listen(socketPath(this.data)), 'listening'),
      once(onPort.listen(0, '127.0.0.1'), 'listening'),
    ])
    const { port } = onPort.address() as AddressInfo
    mkdirSync(join(this.data, 'keys'))
    writeConfig(testConfig(this.data, { publicUrl: 'https://id.example', port }))
    writeFileSync(join(this.data, 'keys', 'operator.token'), 'the-token\n')
    return this
  }

  /** What listens no more, with its data still there. */
  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#servers[0]?.listening) await this.stop()
    rmSync(this.data, { recursive: true, force: true })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const [path = ''] = (request.url ?? '').split('?')
    const { method = '' } = request
    const { authorization } = request.headers
    this.asked.push({ method, path: request.url ?? '', authorization, body: Buffer.concat(chunks).toString() })
    const told = this.answers[`${method} ${path}`]
    const {
      status = 200,
      body,
      type = 'application/json',
    } = (typeof told === 'function' ? told() : told) ?? {
      status: 404,
      body: { code: 'NOT_FOUND', detail: 'There is no such thing.' },
    }
    response.writeHead(status, { 'content-type': type })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

/** A profile of a ledger without contracts, from its genesis on. */
export async function profileOf(ledger: Ledger): Promise<LedgerProfile> {
  const header = parseHeader(await ledger.request('eth_getBlockByNumber', ['0x0', false]))
  const genesis = toHex(blockHash(header))
  const contract = { address: `0x${'ab'.repeat(20)}`, codeHash: `0x${'cd'.repeat(32)}`, block: 0 } as const
  return {
    version: 1,
    chainId: Number(await ledger.request('eth_chainId')),
    genesis,
    contracts: Object.fromEntries(CONTRACTS.map(name => [name, contract])) as LedgerProfile['contracts'],
    seals: 'qbft',
    validators: validatorsOf(header),
    checkpoint: { height: 0, hash: genesis, time: header.timestamp },
    witnesses: { keys: [], quorum: 0 },
    heartbeat: 60,
    endpoints: [],
  }
}
