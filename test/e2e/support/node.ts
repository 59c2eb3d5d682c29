/** A real node in a separate process, on free ports, with a temporary data directory. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { scratchDirectory } from '../../support/scratch.ts'
import { until } from '../../support/until.ts'
import { Child, type Finished } from './process.ts'

const READY_MS = 60_000
const LEDGER = process.env.DOJANG_TEST_LEDGER

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers that they describe themselves
  readonly body: any
}

const bracketed = (host: string): string => (isIPv6(host) ? `[${host}]` : host)

export class TestNode {
  readonly data: string
  /** The output of its processes, and of the commands that ran on it. */
  readonly said: string[] = []
  #child: Child | undefined

  /**
   * @param more arguments of its first start. By default they select the ledger of the whole test run
   * @param env variables of each start and command
   * @param program another one than the node, with the directory in which it keeps its data
   */
  constructor(
    private readonly more: readonly string[] = LEDGER ? ['--ledger', LEDGER] : [],
    private readonly env: () => Record<string, string> = () => ({}),
    private readonly program?: { readonly script: string; readonly data: string },
  ) {
    this.data = program?.data ?? join(scratchDirectory('e2e'), 'data')
  }

  static async start(): Promise<TestNode> {
    const node = new TestNode()
    await node.start()
    return node
  }

  get config(): {
    publicUrl: string
    port: number
    host: string
    operator: { host: string; port: number }
    wallet: { host: string; port: number }
    walletUrl: string
    tls: object | null
    rpcPort: number
    chainId: number
  } {
    return JSON.parse(readFileSync(join(this.data, 'config.json'), 'utf8'))
  }

  get url(): string {
    return this.config.publicUrl
  }

  /** Its URL on this machine, by http. */
  get localUrl(): string {
    const { publicUrl, host, port, tls } = this.config
    return `http://${bracketed(tls ? '127.0.0.1' : host)}:${port}${new URL(publicUrl).pathname.replace(/\/$/, '')}`
  }

  get operatorUrl(): string {
    const { host, port } = this.config.operator
    return `http://${bracketed(host)}:${port}`
  }

  /** The output of its present process so far. */
  get output(): string {
    return this.#child?.said ?? ''
  }

  /** Waits until the present process has printed this. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    await until(`the node prints ${pattern}`, () => pattern.test(this.output), { withinMs: 30_000 })
    return pattern.exec(this.output) as RegExpExecArray
  }

  get rpcUrl(): string {
    return `http://127.0.0.1:${this.config.rpcPort}`
  }

  /**
   * Starts it, or restarts it on the same data. Resolves when it is ready and has printed its start text.
   * @param alarmed resolve when it answers, because it is not ready while issuing is stopped
   * @returns the milliseconds until then
   */
  async start({ alarmed = false } = {}): Promise<number> {
    const begun = Date.now()
    // All output, so that tests can search it for personal data.
    const env = { LOG_LEVEL: 'debug', DEBUG: '1', ...this.env() }
    const child = this.program
      ? Child.start(this.program.script, this.more, { env })
      : Child.start('node/main/main.ts', ['start', '--data', this.data, ...this.#ports()], { env })
    this.#child = child
    while (!(await this.#ready(alarmed))) {
      if (!child.running || Date.now() - begun > READY_MS) {
        await child.end('SIGKILL')
        throw new Error(`the node did not become ready:\n${child.said.slice(-4000)}`)
      }
      await setTimeout(50)
    }
    const took = Date.now() - begun
    await this.printed(/Stop with Ctrl-C/)
    return took
  }

  /** Like a power cut: no handler runs. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Like an operator: the node finishes what it has begun. */
  async stop(): Promise<Finished> {
    const child = this.#child
    await this.#end('SIGTERM')
    return child ? await child.finished() : { exit: null, out: '', err: '' }
  }

  /** Ends it if it is running, and removes its data. */
  async dispose(): Promise<void> {
    await this.kill()
    rmSync(this.program ? this.data : join(this.data, '..'), { recursive: true, force: true })
  }

  /** `dojang …` as a child process. */
  async cli(args: readonly string[], input = ''): Promise<Finished> {
    const finished = await Child.start('node/main/main.ts', [...args, '--data', this.data], {
      ...{ input, env: this.env() },
    }).finished()
    this.said.push(finished.err)
    return finished
  }

  get(path: string): Promise<Answer> {
    return this.#operator(path, { method: 'GET' })
  }

  post(path: string, body: unknown): Promise<Answer> {
    const headers = { 'content-type': 'application/json' }
    return this.#operator(path, { method: 'POST', body: JSON.stringify(body), headers })
  }

  async import(csv: string | Uint8Array): Promise<Answer> {
    const body = new Blob([typeof csv === 'string' ? csv : new Uint8Array(csv)])
    return await this.#operator('/operator/residents/import', {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/csv' },
    })
  }

  async #operator(path: string, init: RequestInit): Promise<Answer> {
    const token = readFileSync(join(this.data, 'keys', 'operator.token'), 'utf8').trim()
    const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) }
    const response = await fetch(`${this.operatorUrl}${path}`, { ...init, headers })
    const text = await response.text()
    const last = text.trim().split('\n').at(-1) ?? ''
    return { status: response.status, body: last === '' ? null : JSON.parse(last) }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#child = undefined
    await child.end(signal)
    this.said.push(child.said)
  }

  /** Only for the first start, which fixes the public URL. An install of an older version lacks some ports yet. */
  #ports(): readonly string[] {
    if (existsSync(join(this.data, 'config.json'))) {
      const { operator, wallet } = this.config
      return [
        ...(operator === undefined ? ['--operator-port', '24190'] : []),
        ...(wallet === undefined ? ['--wallet-port', '24191'] : []),
      ]
    }
    return ['--port', '0', '--rpc-port', '0', '--operator-port', '0', '--wallet-port', '0', ...this.more]
  }

  async #ready(alarmed: boolean): Promise<boolean> {
    if (!existsSync(join(this.data, 'config.json'))) return false
    try {
      return (await fetch(`${this.localUrl}/readyz`)).ok || alarmed
    } catch {
      return false
    }
  }
}
