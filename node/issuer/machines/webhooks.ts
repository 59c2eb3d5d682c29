/**
 * Webhooks: tells machine clients what happened, from the journal.
 *
 *   journal entry (committed with the change) ─▶ POST, signed ─▶ 2xx ─▶ commit {cursor after the entry}
 *                                                  └─ otherwise ─▶ commit {failures + 1, not before …} ─▶ … ─▶ parked
 *
 * Each client has a cursor of its own and gets its events in the order of the journal, each at least once: if the process
 * dies before the cursor is stored, the same event is sent again, with the same id. A client that is slow or does not
 * answer delays nobody else.
 * Why: docs/decisions/111.
 */

import type { P256Signer } from '../../keys/signer.ts'
import { type Clock, HOUR } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { Store, Table } from '../../store/store.ts'
import type { Journal } from '../journal.ts'
import type { MachineClient, MachineClients } from './clients.ts'
import { MachineError } from './errors.ts'
import type { Webhook } from './webhook-address.ts'
import { cursorAt, cursorsTable, type WebhookCursor } from './webhook-cursors.ts'
import { deliver, pauseAfter } from './webhook-delivery.ts'
import { webhookEvent } from './webhook-events.ts'
import type { SendWebhook } from './webhook-sender.ts'

/** Seconds, as the next one. */
const FIRST_PAUSE = 5
const LONGEST_PAUSE = HOUR
/** With these pauses, about a day. */
export const MAX_FAILURES = 30
/** Entries without an event after which the cursor is stored, so that a start does not read them again. */
const ENTRIES_PER_COMMIT = 256

export interface WebhooksOptions {
  readonly store: Store
  readonly journal: Journal
  readonly clients: MachineClients
  readonly signer: P256Signer
  readonly send: SendWebhook
  readonly clock: Clock
  readonly warn: Warn
}

interface Receiver extends MachineClient {
  readonly webhook: Webhook
}

export class Webhooks {
  readonly #cursors: Table<string, WebhookCursor>
  readonly #running = new Map<string, Promise<void>>()
  /** Entries without an event that follow a stored cursor. */
  readonly #skippedTo = new Map<string, number>()
  readonly #closing = new AbortController()
  #failing = 0
  #parked = 0

  constructor(private readonly options: WebhooksOptions) {
    this.#cursors = cursorsTable(options.store)
  }

  /** Clients to which the last delivery failed, and which are tried again. As of the last sweep. */
  get failing(): number {
    return this.#failing
  }

  /** Clients to which nothing is sent any more. As of the last sweep. */
  get parked(): number {
    return this.#parked
  }

  cursorOf(client: MachineClient): WebhookCursor | null {
    return client.webhook ? (this.#cursors.get(client.id) ?? cursorAt(0)) : null
  }

  /** Begins to send what is due, and waits for no receiver. To be called every few seconds. */
  async sweep(): Promise<void> {
    const clients = (await this.options.clients.list()).filter(isReceiver)
    const cursors = clients.map(client => ({ client, cursor: this.cursorOf(client) ?? cursorAt(0) }))
    this.#parked = cursors.filter(({ cursor }) => cursor.parkedAt !== null).length
    this.#failing = cursors.filter(({ cursor }) => cursor.parkedAt === null && cursor.failures > 0).length
    if (this.#closing.signal.aborted) return
    for (const { client, cursor } of cursors) if (this.#isDue(client, cursor)) this.#begin(client, cursor)
  }

  /** Resolves when everything that a sweep began has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  /**
   * Sends again to a client whose delivery is parked, from the event that failed. Nothing happens if it is not parked.
   * @throws {MachineError} MACHINE_UNKNOWN also for a client without a webhook
   */
  async resume(id: string, by: string): Promise<MachineClient> {
    const { store, journal, clients, clock } = this.options
    const client = clients.active(id)
    const cursor = client && this.cursorOf(client)
    if (!client || !cursor) {
      throw new MachineError(
        { code: 'MACHINE_UNKNOWN', machine: id },
        'There is no active machine client with a webhook and that id. See `dojang machine list`.',
      )
    }
    if (cursor.parkedAt === null) return client
    await store.commit([
      this.#cursors.put(id, cursorAt(cursor.next)),
      journal.append({ at: clock(), event: 'machine.webhook-resumed', machine: id, next: cursor.next, by }),
    ])
    return client
  }

  /** Ends what is being sent; the next start sends it again. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.settled()
  }

  #isDue({ id }: Receiver, { parkedAt, notBefore }: WebhookCursor): boolean {
    return parkedAt === null && notBefore <= this.options.clock() && !this.#running.has(id)
  }

  #begin(client: Receiver, cursor: WebhookCursor): void {
    const run = this.#deliver(client, cursor)
      .catch(error => this.options.warn({ machine: client.id, error: String(error) }, 'a webhook is sent again'))
      .finally(() => this.#running.delete(client.id))
    this.#running.set(client.id, run)
  }

  /** Sends the events from the cursor on, one by one, until there is none or one fails. */
  async #deliver(client: Receiver, cursor: WebhookCursor): Promise<void> {
    const { store, journal, clients } = this.options
    const { signal } = this.#closing
    let stored = cursor
    let next = Math.max(cursor.next, this.#skippedTo.get(client.id) ?? 0)
    while (!signal.aborted && clients.active(client.id)) {
      const entry = journal.get(next)
      if (!entry) break
      const event = webhookEvent(next, entry)
      if (event) {
        const failure = await deliver(client.webhook, client.id, event, this.options, signal)
        // What was cut off by closing is no failure of the receiver.
        if (failure !== undefined && signal.aborted) break
        if (failure !== undefined) return this.#failed(client, stored.next === next ? stored : cursorAt(next), failure)
      }
      next++
      if (event || next - stored.next >= ENTRIES_PER_COMMIT) {
        stored = cursorAt(next)
        await store.commit([this.#cursors.put(client.id, stored)])
      }
    }
    this.#skippedTo.set(client.id, next)
  }

  async #failed({ id }: Receiver, before: WebhookCursor, reason: string): Promise<void> {
    const { store, journal, clock, warn } = this.options
    const at = clock()
    const failures = before.failures + 1
    const cursor = { ...before, failures, notBefore: at + pauseAfter(failures, FIRST_PAUSE, LONGEST_PAUSE) }
    if (failures < MAX_FAILURES) {
      await store.commit([this.#cursors.put(id, cursor)])
      return warn({ machine: id, entry: cursor.next, failures, reason }, 'a webhook could not be delivered')
    }
    await store.commit([
      this.#cursors.put(id, { ...cursor, parkedAt: at }),
      journal.append({ at, event: 'machine.webhook-parked', machine: id, next: cursor.next }),
    ])
    warn({ machine: id, entry: cursor.next, reason }, 'webhooks are parked: see `dojang machine list`')
  }
}

const isReceiver = (client: MachineClient): client is Receiver =>
  client.stoppedAt === null && client.webhook !== undefined
