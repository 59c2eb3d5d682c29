/** Child processes of the tests. Their whole output is recorded, and each is ended by its id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..', '..')

export interface Finished {
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

/** The children that are running. They are killed when the test process exits. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export class Child {
  readonly #out: Buffer[] = []
  readonly #err: Buffer[] = []
  readonly #exited: Promise<number | null>

  private constructor(readonly process: ChildProcess) {
    process.stdout?.on('data', chunk => this.#out.push(chunk))
    process.stderr?.on('data', chunk => this.#err.push(chunk))
    running.add(process)
    this.#exited = once(process, 'close').then(([code]) => {
      running.delete(process)
      return code as number | null
    })
  }

  /** Starts a TypeScript program of this repository with the Node that runs the tests. */
  static start(
    script: string,
    args: readonly string[],
    options: { input?: string; env?: Record<string, string> } = {},
  ) {
    const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, script), ...args], {
      cwd: ROOT,
      env: { ...process.env, LANG: 'C', DOJANG_DATA: '', DEBUG: '', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
    return new Child(child)
  }

  get said(): string {
    return this.out + this.err
  }

  get out(): string {
    return Buffer.concat(this.#out).toString()
  }

  get err(): string {
    return Buffer.concat(this.#err).toString()
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null
  }

  async finished(): Promise<Finished> {
    const exit = await this.#exited
    return { exit, out: this.out, err: this.err }
  }

  /** Ends only this process, and waits until it has exited. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.running) this.process.kill(signal)
    await this.#exited
  }
}
