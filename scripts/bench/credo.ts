/** An issuer made of Credo, in a process of its own. `npm run setup:credo` installs it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Offer, Seen } from './issuance-client.ts'
import { takeCards } from './wallets.ts'

const FOLDER = new URL('./peers/credo/', import.meta.url)
const ISSUER = fileURLToPath(new URL('issuer.mjs', FOLDER))

export const credoIsInstalled = (): boolean => existsSync(new URL('node_modules', FOLDER))

export class CredoIssuer {
  readonly #process: ChildProcess
  #url = ''

  private constructor() {
    this.#process = fork(ISSUER, { env: { ...process.env, NODE_ENV: 'production' } })
  }

  /** @param card an SD-JWT VC. Credo issues the same claims, and makes all of them selective too. */
  static async start(card: string): Promise<CredoIssuer> {
    const credo = new CredoIssuer()
    const answer = await credo.#ask({ card: { type: 'resident', vct: 'urn:example:resident', claims: claimsIn(card) } })
    credo.#url = (answer as { issuer: string }).issuer
    return credo
  }

  async issue(count: number, concurrency: number): Promise<Seen> {
    const offers = (await this.#ask({ offers: count })) as Offer[]
    return takeCards({ issuer: this.#url, endpoints: this.#url, offers, concurrency })
  }

  /** CPU seconds that it has used. */
  async cpu(): Promise<number> {
    return (await this.#ask({ cpu: true })) as number
  }

  async dispose(): Promise<void> {
    if (!this.#process.connected) return
    this.#process.disconnect()
    await once(this.#process, 'exit')
  }

  async #ask(order: object): Promise<unknown> {
    this.#process.send(order)
    const [answer] = await Promise.race([
      once(this.#process, 'message'),
      once(this.#process, 'exit').then(() => Promise.reject(new Error('Credo ended early; its output is above'))),
    ])
    return answer
  }
}

/** The disclosures of an SD-JWT, by name. */
function claimsIn(card: string): Record<string, unknown> {
  const disclosures = card.split('~').slice(1, -1)
  const parsed = disclosures.map(
    text => JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, string, unknown],
  )
  return Object.fromEntries(parsed.map(([, name, value]) => [name, value]))
}
