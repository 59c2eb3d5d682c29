/**
 * HTTP/1.1 over one connection that stays open, with one request after the other. Node's own client takes several times the
 * processor time, and the wallets of a benchmark share the machine with the issuer that is measured. It reads only answers
 * with a Content-Length.
 */
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  /** The names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Readonly<Record<string, unknown>>
}

export class BenchConnection {
  readonly #issuer: URL
  #socket: Socket | undefined
  #received: Buffer = Buffer.alloc(0)
  #waiting = Promise.withResolvers<Answer>()

  /** @param issuer of which only host and port count */
  constructor(issuer: URL) {
    this.#issuer = issuer
  }

  close(): void {
    this.#socket?.destroy()
  }

  /** @throws {Error} for an answer of 400 or more, and when the connection ends twice */
  async request(
    method: 'GET' | 'POST',
    url: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): Promise<Answer> {
    const { pathname, search } = new URL(url)
    const length = method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {}
    const fields = Object.entries({ host: this.#issuer.host, ...headers, ...length })
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const bytes = `${method} ${pathname}${search} HTTP/1.1\r\n${lines}\r\n${body}`
    // An issuer closes a connection that was idle for some seconds, as it may be on a busy machine.
    const answer = await this.#send(bytes).catch(() => this.#send(bytes))
    if (answer.status >= 400) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

  #send(bytes: string): Promise<Answer> {
    this.#waiting = Promise.withResolvers()
    const socket = this.#socket ?? this.#connect()
    socket.write(bytes)
    return this.#waiting.promise
  }

  #connect(): Socket {
    const { hostname, port } = this.#issuer
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    socket
      .on('data', (bytes: Buffer) => this.#take(bytes))
      .on('error', error => this.#waiting.reject(error))
      .on('close', () => {
        this.#socket = undefined
        this.#waiting.reject(new Error('the issuer closed the connection'))
      })
    this.#received = Buffer.alloc(0)
    this.#socket = socket
    return socket
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const [first = '', ...lines] = this.#received.toString('latin1', 0, end).split('\r\n')
    const headers = new Map(lines.map(parseField))
    const after = end + 4 + Number(headers.get('content-length'))
    if (Number.isNaN(after)) this.#waiting.reject(new Error('an answer without Content-Length'))
    if (this.#received.length < after) return
    const text = this.#received.toString('utf8', end + 4, after)
    this.#received = this.#received.subarray(after)
    const status = Number(first.split(' ')[1])
    this.#waiting.resolve({ status, headers, body: text === '' ? {} : JSON.parse(text) })
  }
}

function parseField(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
