/** A TCP connection between two programs, which a test can cut and restore. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class CutProxy {
  readonly #open = new Set<Socket>()
  #cut: 'no' | 'refused' | 'silent' = 'no'

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(target: string): Promise<CutProxy> {
    const { hostname, port } = new URL(target)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const proxy = new CutProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.on('connection', socket => proxy.#carry(socket, hostname, Number(port)))
    return proxy
  }

  /** `refused`: connections end at once. `silent`: they stay open, and nothing comes through. */
  cut(how: 'refused' | 'silent' = 'refused'): void {
    this.#cut = how
    if (how === 'refused') for (const socket of this.#open) socket.destroy()
    else for (const socket of this.#open) socket.unpipe().pause()
  }

  mend(): void {
    this.#cut = 'no'
    // Data that was held back is lost, as in a real outage.
    for (const socket of this.#open) socket.destroy()
  }

  close(): void {
    this.cut()
    this.server.close()
  }

  #carry(socket: Socket, host: string, port: number): void {
    this.#open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#open.delete(socket))
    if (this.#cut === 'refused') return void socket.destroy()
    if (this.#cut === 'silent') return
    const other = connect(port, host)
    this.#open.add(other)
    other.on('error', () => socket.destroy())
    other.once('close', () => {
      this.#open.delete(other)
      socket.destroy()
    })
    socket.once('close', () => other.destroy())
    socket.pipe(other).pipe(socket)
  }
}
