/** Webhooks over a store in memory, with a receiver that the test answers for. */

import { Journal, type JournalEntry } from '../../../../node/issuer/journal.ts'
import { MachineClients } from '../../../../node/issuer/machines/clients.ts'
import type { Webhook } from '../../../../node/issuer/machines/webhook-address.ts'
import type { WebhookEvent } from '../../../../node/issuer/machines/webhook-events.ts'
import type { WebhookMessage } from '../../../../node/issuer/machines/webhook-sender.ts'
import { Webhooks } from '../../../../node/issuer/machines/webhooks.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { fromUtf8 } from '../../../../node/lib/bytes.ts'
import type { Store } from '../../../../node/store/store.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { holderKey, random } from '../../../support/world.ts'

export interface Received extends WebhookEvent {
  readonly url: string
  readonly message: WebhookMessage
}

export const signer = new SoftwareSigner(makeP256Pem())

export class Bench {
  now = 1_780_000_000
  readonly received: Received[] = []
  readonly warned: Record<string, unknown>[] = []
  readonly journal: Journal
  readonly clients: MachineClients
  readonly webhooks: Webhooks

  /** @param answer the status of the receiver's answer */
  constructor(
    readonly answer: (got: Received, signal: AbortSignal) => Promise<number> | number,
    readonly store: Store = new MemoryStore(),
  ) {
    const clock = () => this.now
    this.journal = new Journal(store)
    this.clients = new MachineClients({ store, journal: this.journal, clock, random, loopback: true })
    this.webhooks = new Webhooks({
      ...{ store, journal: this.journal, clients: this.clients, signer, clock },
      warn: facts => void this.warned.push(facts),
      send: async ({ url }, message, signal) => {
        const got = { ...JSON.parse(fromUtf8(message.body)), url, message } as Received
        this.received.push(got)
        return this.answer(got, signal)
      },
    })
  }

  async register(url: string): Promise<string> {
    const webhook: Webhook = { url, privateNetwork: false }
    const given = { name: 'housing', scopes: ['webhooks'] as const, keys: [holderKey()], webhook }
    return (await this.clients.register(given, 'local')).id
  }

  /** Adds an entry. @returns its number */
  async happens(facts: Omit<JournalEntry, 'at'> & { event: string }): Promise<void> {
    await this.store.commit([this.journal.append({ ...facts, at: this.now } as JournalEntry)])
  }

  refused = (application: string) => this.happens({ event: 'application.refused', application, reason: 'other' })

  async sweep(): Promise<void> {
    await this.webhooks.sweep()
    await this.webhooks.settled()
  }

  async cursor(id: string) {
    const client = (await this.clients.list()).find(one => one.id === id)
    return client && this.webhooks.cursorOf(client)
  }

  applications = (url?: string) =>
    this.received.filter(got => url === undefined || got.url === url).map(({ facts }) => facts.application)
}
