/** A register, a telecom or a message service in a process of its own. The parent says how it answers, and is told each request. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

interface Behaviour {
  readonly residents?: readonly unknown[]
  /** The answer, in place of `residents`. */
  readonly json?: object
  /** Members of the request that the answer repeats. */
  readonly repeat?: readonly string[]
  /** Everything that was sent comes back, before the answer begins as HTTP demands. */
  readonly quote?: boolean
  readonly status?: number
  readonly location?: string
  readonly text?: string
  readonly delayMs?: number
  readonly large?: boolean
  readonly breakOff?: boolean
}

const [secret = '', certificate, key, clientCa] = process.argv.slice(2)
let behaviour: Behaviour = {}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const part of request) body += part
  process.send?.({ request: { url: request.url, body } })
  const { status = 200, text, delayMs = 0, large, breakOff, location } = behaviour
  const isAllowed = secret === '' || request.headers.authorization === `Bearer ${secret}`
  setTimeout(() => {
    if (!isAllowed) return response.writeHead(401).end()
    if (behaviour.quote) return request.socket.end(`HTTP/1.1 999${body}${request.headers.authorization}\r\n\r\n`)
    response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) })
    if (breakOff) return void response.write('{"residents":[', () => request.socket.destroy())
    if (large) return response.end(JSON.stringify({ residents: [], filler: 'x'.repeat(2 ** 20) }))
    response.end(text?.replaceAll('<body>', () => body) ?? JSON.stringify(jsonFor(body)))
  }, delayMs)
}

function jsonFor(body: string): object {
  const { json, repeat = [], residents = [] } = behaviour
  if (!json && repeat.length === 0) return { residents }
  const asked: Readonly<Record<string, unknown>> = JSON.parse(body)
  return { ...Object.fromEntries(repeat.map(name => [name, asked[name]])), ...json }
}

const listener = (request: IncomingMessage, response: ServerResponse) => void answer(request, response)
const read = (path: string) => readFileSync(path)
const server =
  certificate && key && clientCa
    ? createTlsServer(
        { cert: read(certificate), key: read(key), ca: read(clientCa), requestCert: true, rejectUnauthorized: true },
        listener,
      )
    : createServer(listener)
process.on('message', next => {
  behaviour = next as Behaviour
  process.send?.({ set: true })
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
