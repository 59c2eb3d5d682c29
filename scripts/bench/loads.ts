/**
 * What harms a node without breaking it, in a process of its own: endless calls, transactions that take long, half-sent
 * bodies and nested JSON, all at once. It starts with an order of its parent, says "begun", and answers
 * "stop" with what it did.
 */
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Wallet } from 'ethers'
import { blake2f, type Costly, loop, MOST_GAS, modexp, pairing } from '../../test/attacks/support/costly.ts'

export interface LoadOrder {
  readonly url: string
  readonly rpcUrl: string
  readonly chainId: number
  /** The private key of an account that may send transactions. */
  readonly key: string
  /** The id of a presentation that is open. */
  readonly presentation: string
}

/** How many the node ended or answered. */
export interface LoadCounts {
  readonly calls: number
  readonly transactions: number
  readonly bodies: number
}

const CALLERS = 40
const NESTERS = 4
const BODIES = 1_500
/** Those that the node closed are opened again at this rate a second, so that they are a load of memory and no flood. */
const REOPENED = 150
/** Milliseconds in which this process has compiled its programs, and the first bodies, 430 MB, are sent. */
const BEGINNING = 5_000
const PART = Buffer.alloc(289_000, 'a')

/** A loop, a contract creation that never ends, and a precompile that runs for half a minute without interruption. */
const ENDLESS: readonly [method: string, call: object][] = [
  ['eth_call', { data: '0x5b600056' }],
  ['eth_estimateGas', { data: '0x5b600056' }],
  ['eth_call', blake2f(90_000_000)],
]
/** The first ones end in time and are in blocks, each after some tenths of a second. The node ends the last one. */
const COSTLY: readonly (Costly & { readonly gas: bigint })[] = [
  { ...pairing(40), gas: MOST_GAS },
  { ...blake2f(800_000), gas: MOST_GAS },
  { ...modexp(20_000), gas: MOST_GAS },
  { ...loop, gas: 1_500_000n },
  { ...pairing(400), gas: MOST_GAS },
]

const agent = new Agent({ keepAlive: true, maxSockets: CALLERS + NESTERS + COSTLY.length })
const counts = { calls: 0, transactions: 0, bodies: 0 }

process.on('message', (message: LoadOrder | 'stop') => {
  if (message === 'stop') process.send?.(counts satisfies LoadCounts)
  else begin(message)
})
// The parent ended without a word.
process.on('disconnect', () => process.exit())

function begin(order: LoadOrder): void {
  for (let i = 0; i < CALLERS; i++) void callForEver(order.rpcUrl, i)
  for (let i = 0; i < NESTERS; i++) void nestForEver(order.rpcUrl)
  void transactForEver(order)
  void holdBodiesForEver(order)
  setTimeout(() => process.send?.('begun'), BEGINNING)
}

/** Each connection sends the next call when it has the answer. */
async function callForEver(url: string, first: number): Promise<void> {
  for (let i = first; ; i++) {
    const [method, call] = ENDLESS[i % ENDLESS.length] as (typeof ENDLESS)[number]
    await ask(url, method, [call, 'latest']).catch(() => pause(100))
    counts.calls += 1
  }
}

async function nestForEver(url: string): Promise<void> {
  for (;;) {
    await post(url, '['.repeat(500_000)).catch(() => undefined)
    await pause(50)
  }
}

/** One after the other is queued; when the node has taken or dropped all of them, the next ones are. */
async function transactForEver({ rpcUrl, chainId, key }: LoadOrder): Promise<void> {
  const account = new Wallet(key)
  for (;;) {
    try {
      const first = Number(await ask(rpcUrl, 'eth_getTransactionCount', [account.address, 'latest']))
      const sent = COSTLY.map(async ({ to, data, gas }, i) => {
        const call = { type: 0, chainId, nonce: first + i, to, data, gasLimit: gas, gasPrice: 0 }
        await ask(rpcUrl, 'eth_sendRawTransaction', [await account.signTransaction(call)])
        counts.transactions += 1
      })
      await Promise.allSettled(sent)
    } catch {
      await pause(100)
    }
  }
}

/** Half of them to a presentation that does not exist, and half to one that is open. */
async function holdBodiesForEver({ url, presentation }: LoadOrder): Promise<void> {
  const { hostname, port } = new URL(url)
  const held = new Set<Socket>()
  const open = (id: string) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST /presentations/${id}/response HTTP/1.1\r\nhost: ${hostname}\r\n` +
          `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${PART.length + 1_000}\r\n\r\n`,
      )
      socket.write(PART)
      counts.bodies += 1
    })
    socket.on('error', () => undefined).on('data', () => undefined)
    socket.on('close', () => held.delete(socket))
    held.add(socket)
  }
  let most = BODIES
  for (;;) {
    for (let i = 0; i < most && held.size < BODIES; i++) open(i % 2 === 0 ? presentation : 'A'.repeat(22))
    most = REOPENED / 10
    await pause(100)
  }
}

async function ask(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const { result, error } = JSON.parse(await post(url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })))
  if (error) throw new Error(`${method}: ${JSON.stringify(error)}`)
  return result
}

function post(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } })
    sent.on('error', reject).on('response', response => {
      const parts: Buffer[] = []
      response.on('data', part => parts.push(part)).on('error', reject)
      response.on('end', () => resolve(Buffer.concat(parts).toString()))
    })
    sent.end(body)
  })
}
