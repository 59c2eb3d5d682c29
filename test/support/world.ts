/**
 * An authority with a real ledger and a real disk, which a test can restart. The test can disconnect the ledger, let
 * the store fail, move the clock and run the sweeps.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../node/authority/authority.ts'
import { openOwnLedger } from '../../node/authority/ledger.ts'
import type { AuthorityPorts } from '../../node/authority/ports.ts'
import type { Config } from '../../node/config/schema.ts'
import type { JournalEntry } from '../../node/issuer/journal.ts'
import type { IssueOrder } from '../../node/issuer/order.ts'
import type { Custody } from '../../node/keys/custody.ts'
import type { EmbeddedLedger } from '../../node/ledger/embedded/ledger.ts'
import { LedgerError } from '../../node/ledger/errors.ts'
import type { Ledger, LedgerHead } from '../../node/ledger/ledger.ts'
import { toBase64url } from '../../node/lib/bytes.ts'
import type { P256Jwk } from '../../node/lib/crypto.ts'
import type { Random } from '../../node/lib/random.ts'
import { systemClock, systemTimer, type UnixSeconds } from '../../node/lib/time.ts'
import { addressesOf, type ContractAddresses } from '../../node/registries/contracts.ts'
import { FictitiousNumbers } from '../../node/residents/population/numbers.ts'
import type { Register } from '../../node/residents/register.ts'
import { LevelStore } from '../../node/store/level.ts'
import { hong } from '../node/credential/support.ts'
import { resident } from './cards.ts'
import { testConfig } from './config.ts'
import { FaultyStore } from './faulty-store.ts'
import { scratchDirectory } from './scratch.ts'

export const random: Random = length => new Uint8Array(randomBytes(length))

export function holderKey(): P256Jwk {
  const { kty, crv, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  return { kty, crv, x, y } as P256Jwk
}

/**
 * The ledger of the authority. A test can disconnect it, and can move its clock so that it need not wait for a block.
 */
export class TestLedger implements Ledger {
  /** Moves the clock before each transaction, so that none waits for the next second. */
  hurried = true
  cut = false
  #offset = 0

  constructor(readonly inner: EmbeddedLedger) {}

  get offset(): number {
    return this.#offset
  }

  async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    if (this.cut) throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, 'cut off')
    if (method !== 'eth_sendRawTransaction' || !this.hurried) return this.inner.request(method, params)
    const hurry = setInterval(() => void this.pass(1), 10)
    try {
      await this.pass(1)
      return await this.inner.request(method, params)
    } finally {
      clearInterval(hurry)
    }
  }

  /** Moves the clocks of ledger and issuer. */
  async pass(seconds: number): Promise<void> {
    this.#offset += seconds
    await this.inner.setClockOffset(this.#offset)
  }

  onHead(listener: (head: LedgerHead) => void): () => void {
    return this.inner.onHead(head => {
      if (!this.cut) listener(head)
    })
  }

  async close(): Promise<void> {}
}

export interface Warning {
  readonly facts: Record<string, unknown>
  readonly message: string
}

export class World {
  readonly directory = scratchDirectory('world')
  readonly config: Config = testConfig(this.directory)
  readonly warnings: Warning[] = []
  readonly people: Uint8Array[] = []
  #ledger: TestLedger | undefined
  #store: FaultyStore | undefined
  #core: Core | undefined

  private constructor() {}

  /**
   * @param people number of residents, all of them adults with every entitlement
   * @param prepare called before the first start, with the data directory
   */
  static async make(people = 30, prepare: (directory: string) => void = () => undefined): Promise<World> {
    const world = new World()
    prepare(world.directory)
    const { residents } = await world.open()
    world.people.push(...(await populate(residents, people)))
    return world
  }

  readonly clock = (): UnixSeconds => systemClock() + (this.#ledger?.offset ?? 0)

  get ledger(): TestLedger {
    return present(this.#ledger)
  }

  get custody(): Custody {
    return present(this.#core).custody
  }

  get addresses(): ContractAddresses {
    return addressesOf(present(this.#core).profile)
  }

  /** Starts the authority with the data on disk. The ledger has been running meanwhile. */
  async open(): Promise<Core> {
    await this.#core?.close()
    const authority = await openAuthority(this.config, this.#ports)
    this.#core = Object.assign(authority, {
      world: this,
      store: present(this.#store),
      order: orderOf,
      entries: () => all(authority.journal.entries()),
      status: (id: string) => authority.credentials.statusOf(authority.credentials.get(id)),
    })
    return this.#core
  }

  async dispose(): Promise<void> {
    await this.#core?.close()
    await this.#ledger?.inner.close()
    rmSync(this.directory, { recursive: true, force: true })
  }

  get #ports(): AuthorityPorts {
    const { clock, warnings } = this
    return {
      ...{ clock, random, timer: systemTimer },
      // Tests call the sweeps.
      every: () => () => undefined,
      log: pino({ level: 'warn' }, { write: line => void warnings.push(warningOf(line)) }),
      progress: () => undefined,
      openLedger: async (...given) => {
        this.#ledger ??= new TestLedger(await openOwnLedger(...given))
        return this.#ledger
      },
      openStore: async path => {
        this.#store = new FaultyStore(await LevelStore.open(path))
        return this.#store
      },
    }
  }
}

/**
 * Adds residents, all of them adults with every entitlement. They have no portraits, since to draw hundreds would take
 * longer than the test.
 */
export async function populate(register: Register, count: number): Promise<Uint8Array[]> {
  const numbers = new FictitiousNumbers()
  const facts = Array.from({ length: count }, (_, i) => {
    const birthdate = new Date(Date.UTC(1980, 0, 1 + i)).toISOString().slice(0, 10)
    return { ...hong, birthdate, personalNumber: numbers.next(birthdate, hong.sex) as string }
  })
  await register.store(facts)
  const found = await Promise.all(facts.map(({ personalNumber }) => register.findByNumber(personalNumber)))
  return found.map(resident => present(resident).person)
}

/** A running authority, with the functions that tests use. */
export interface Core extends Authority {
  readonly world: World
  readonly store: FaultyStore
  /** An order for a resident card, with a new key. */
  order(person: Uint8Array, changes?: Partial<IssueOrder>): IssueOrder
  entries(): Promise<JournalEntry[]>
  status(credentialId: string): string
}

/** An order for a resident card, with a new key. */
export function orderOf(person: Uint8Array, changes: Partial<IssueOrder> = {}): IssueOrder {
  return {
    application: toBase64url(random(16)),
    person,
    card: resident,
    holderKey: holderKey(),
    keyStorage: 'software',
    walletProvider: null,
    dpopKey: toBase64url(random(32)),
    lineTag: null,
    ops: [],
    ...changes,
  }
}

async function all(entries: AsyncIterable<[unknown, JournalEntry]>): Promise<JournalEntry[]> {
  const found: JournalEntry[] = []
  for await (const [, entry] of entries) found.push(entry)
  return found
}

function warningOf(line: string): Warning {
  const { msg: message, level, time, pid, hostname, ...facts } = JSON.parse(line)
  return { facts, message }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the world is not open')
  return value
}
