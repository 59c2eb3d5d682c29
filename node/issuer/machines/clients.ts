/**
 * Machine clients: systems of the authority that call routes without a person. An administrator registers the public keys
 * of a client and what it may do (its scopes).
 * Why: docs/decisions/110.
 */
import { toBase64url } from '../../lib/bytes.ts'
import type { P256Jwk } from '../../lib/crypto.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import type { Journal } from '../journal.ts'
import { MachineError } from './errors.ts'
import { requireWebhook, type Webhook } from './webhook-address.ts'
import { cursorsTable, firstCursor } from './webhook-cursors.ts'

/**
 * `offers`: makes offers. `states`: reads the states of applications and credentials. `personalisation`: reads and answers
 * the jobs of plastic cards. `webhooks`: is told what happens (webhooks.ts). `loss-reports`: reports lost phones of its customers
 * (loss/telecom-reports.ts).
 */
export const SCOPES = ['offers', 'states', 'personalisation', 'webhooks', 'loss-reports'] as const
export type Scope = (typeof SCOPES)[number]

export interface MachineClient {
  readonly id: string
  /** What system it is. No personal data. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Several while a key is replaced. */
  readonly keys: readonly P256Jwk[]
  /** With the scope `webhooks`, and only then. */
  readonly webhook?: Webhook
  /** With the scope `loss-reports`, and only then: the telecom, as an organisation of the trust registry. */
  readonly organisation?: number
  readonly registeredAt: UnixSeconds
  readonly stoppedAt: UnixSeconds | null
}

export interface MachineClientsOptions {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
  /** Whether webhooks may go to this host: never in production. */
  readonly loopback: boolean
}

type NewClient = Pick<MachineClient, 'name' | 'scopes' | 'keys' | 'webhook' | 'organisation'>

export class MachineClients {
  readonly #clients: Table<string, MachineClient>

  constructor(private readonly options: MachineClientsOptions) {
    this.#clients = new Table(options.store, Bucket.machineClient, textCodec, jsonCodec())
  }

  /** The client with this id, unless it was stopped. */
  active(id: string): MachineClient | undefined {
    const found = this.#clients.get(id)
    return found?.stoppedAt === null ? found : undefined
  }

  async list(): Promise<MachineClient[]> {
    const all: MachineClient[] = []
    for await (const [, client] of this.#clients.entries()) all.push(client)
    return all.sort((a, b) => a.registeredAt - b.registeredAt)
  }

  /**
   * @param by who registers it, for the journal
   * @throws {MachineError} MACHINE_WEBHOOK_REFUSED
   */
  async register(given: NewClient, by: string): Promise<MachineClient> {
    const { store, journal, clock, random, loopback } = this.options
    if (given.webhook) requireWebhook(given.webhook, loopback)
    const at = clock()
    const client: MachineClient = { id: toBase64url(random(16)), ...given, registeredAt: at, stoppedAt: null }
    await store.commit([
      this.#clients.put(client.id, client),
      ...(client.webhook ? [cursorsTable(store).put(client.id, firstCursor(store))] : []),
      journal.append({ at, event: 'machine.registered', machine: client.id, scopes: client.scopes.join(' '), by }),
    ])
    return client
  }

  /** Its access tokens end at once. Nothing happens if it was stopped before. @throws {MachineError} MACHINE_UNKNOWN */
  async stop(id: string, by: string): Promise<MachineClient> {
    const { store, journal, clock } = this.options
    const found = this.#clients.get(id)
    if (!found) {
      throw new MachineError(
        { code: 'MACHINE_UNKNOWN', machine: id },
        'There is no machine client with that id. See `dojang machine list`.',
      )
    }
    if (found.stoppedAt !== null) return found
    const at = clock()
    const stopped = { ...found, stoppedAt: at }
    await store.commit([
      this.#clients.put(id, stopped),
      journal.append({ at, event: 'machine.stopped', machine: id, by }),
    ])
    return stopped
  }
}
