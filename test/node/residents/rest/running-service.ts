import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

interface Told {
  readonly set?: true
  readonly request?: { readonly url: string; readonly body: string }
}

/** The service, in a process of its own. */
export class RunningService implements AsyncDisposable {
  #last: object = {}
  readonly requests: { readonly url: string; readonly body: string }[] = []

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    child.on('message', (told: Told) => {
      if (told.request) this.requests.push(told.request)
    })
  }

  static async start(...args: readonly string[]): Promise<RunningService> {
    const child = fork(join(import.meta.dirname, 'service-server.ts'), args, { execArgv: ['--import=tsx'] })
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    return new RunningService(child, port)
  }

  /** How it answers from now on. */
  async behave(behaviour: object): Promise<void> {
    const isSet = new Promise<void>(resolve => {
      const listen = (told: Told) => {
        if (!told.set) return
        this.child.off('message', listen)
        resolve()
      }
      this.child.on('message', listen)
    })
    this.#last = behaviour
    this.child.send(behaviour)
    await isSet
  }

  /** Resolves when all requests so far are in `requests`: messages between the processes keep their order. */
  heard(): Promise<void> {
    return this.behave(this.#last)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null) return
    this.child.kill()
    await once(this.child, 'exit')
  }
}
