/** Wallets in a process of their own, which take a card for each offer. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Order, Seen } from './issuance-client.ts'

const WALLETS = fileURLToPath(new URL('./issuance-client.ts', import.meta.url))

export async function takeCards(order: Order): Promise<Seen> {
  const child = fork(WALLETS, { execArgv: ['--import', 'tsx'] })
  child.send(order)
  const [seen] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the bench wallet ended early; its output is above'))),
  ])) as [Seen]
  return seen
}
