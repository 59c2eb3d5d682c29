/** A verifier that runs alone, in a process of its own, on free ports, with a temporary data directory. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { scratchDirectory } from '../../support/scratch.ts'
import type { Answer } from './node.ts'
import { Child, type Finished } from './process.ts'

const READY_MS = 60_000

export class TestVerifier {
  readonly data = join(scratchDirectory('verifier'), 'verifier')
  #child: Child | undefined

  constructor(private readonly env: () => Record<string, string> = () => ({})) {}

  get config(): { publicUrl: string; port: number; metricsPort: number } {
    return JSON.parse(readFileSync(join(this.data, 'verifier.json'), 'utf8'))
  }

  get url(): string {
    return this.config.publicUrl
  }

  get output(): string {
    return this.#child?.said ?? ''
  }

  /** A file beside the data directory. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.data, '..', name)
    writeFileSync(path, content)
    return path
  }

  /** Starts it and waits for its start text. */
  async start(...more: readonly string[]): Promise<void> {
    this.launch(...more)
    const begun = Date.now()
    const child = this.#child as Child
    while (!child.out.includes('Stop with Ctrl-C')) {
      if (!child.running || Date.now() - begun > READY_MS) {
        await child.end('SIGKILL')
        throw new Error(`the verifier did not start:\n${child.said.slice(-4000)}`)
      }
      await setTimeout(50)
    }
  }

  /** Starts it, for a start that fails. */
  launch(...more: readonly string[]): Child {
    const ports = ['--port', '0', '--metrics-port', '0']
    const env = { LOG_LEVEL: 'debug', ...this.env() }
    this.#child = Child.start('node/main/main.ts', ['verifier', '--data', this.data, ...ports, ...more], { env })
    return this.#child
  }

  async kill(): Promise<void> {
    await this.#child?.end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#child?.end('SIGTERM')
  }

  async dispose(): Promise<void> {
    await this.kill()
    rmSync(join(this.data, '..'), { recursive: true, force: true })
  }

  async cli(...args: readonly string[]): Promise<Finished> {
    return Child.start('node/main/main.ts', [...args, '--data', this.data], { env: this.env() }).finished()
  }

  /** A new API key. */
  async key(scopes: readonly string[], ...more: readonly string[]): Promise<string> {
    const { exit, out, err } = await this.cli('verifier', 'key', 'add', '--name', 'test', '--scope', ...scopes, ...more)
    if (exit !== 0) throw new Error(err)
    return out.trim()
  }

  async call(method: 'GET' | 'POST', path: string, key: string | null, body?: unknown): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.config.port}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
}
