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

/**
 * `offers`: makes offers. `states`: reads the states of applications and credentials. `personalisation`: reads and answers
 * the jobs of plastic cards.
 */
export const SCOPES = ['offers', 'states', 'personalisation'] as const
export type Scope = (typeof SCOPES)[number]

export interface MachineClient {
  readonly id: string
  /** What system it is. No personal data. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Several while a key is replaced. */
  readonly keys: readonly P256Jwk[]
  readonly registeredAt: UnixSeconds
  readonly stoppedAt: UnixSeconds | null
}

export interface MachineClientsOptions {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
}

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

  /** @param by who registers it, for the journal */
  async register(given: Pick<MachineClient, 'name' | 'scopes' | 'keys'>, by: string): Promise<MachineClient> {
    const { store, journal, clock, random } = this.options
    const at = clock()
    const client: MachineClient = { id: toBase64url(random(16)), ...given, registeredAt: at, stoppedAt: null }
    await store.commit([
      this.#clients.put(client.id, client),
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
