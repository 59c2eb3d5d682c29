/**
 * The issuing core on a real ledger and a real disk: contracts deployed once on an embedded ledger, the rest composed
 * anew as often as a test wants to restart it.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Footing, standOn } from '../../node/authority/bootstrap.ts'
import type { Config } from '../../node/config/config.ts'
import { allCards } from '../../node/credential/cards/all.ts'
import { Batches } from '../../node/issuer/anchoring/batches.ts'
import { AnchoringPipeline } from '../../node/issuer/anchoring/pipeline.ts'
import { Preparer } from '../../node/issuer/anchoring/preparer.ts'
import { Credentials } from '../../node/issuer/credentials.ts'
import { Journal, type JournalEntry } from '../../node/issuer/journal.ts'
import type { IssueOrder } from '../../node/issuer/order.ts'
import { type Custody, openCustody } from '../../node/keys/custody.ts'
import { type EmbeddedLedger, openEmbeddedLedger } from '../../node/ledger/embedded/ledger.ts'
import { LedgerError } from '../../node/ledger/errors.ts'
import type { Ledger, LedgerHead } from '../../node/ledger/ledger.ts'
import { type Hex, toBase64url } from '../../node/lib/bytes.ts'
import type { P256Jwk } from '../../node/lib/crypto.ts'
import type { Random } from '../../node/lib/random.ts'
import { systemClock, type UnixSeconds } from '../../node/lib/time.ts'
import { addressesOf, type ContractAddresses } from '../../node/registries/contracts.ts'
import { readKey } from '../../node/registries/reads.ts'
import { Lane } from '../../node/registries/sending/outbox.ts'
import { FictitiousNumbers } from '../../node/residents/population/numbers.ts'
import { StoredRegister } from '../../node/residents/stored.ts'
import { StatusAllocator } from '../../node/status/allocator.ts'
import { StatusListKeeper } from '../../node/status/keeper.ts'
import { StatusLists } from '../../node/status/lists.ts'
import { StatusMirror } from '../../node/status/mirror.ts'
import { LevelStore } from '../../node/store/level.ts'
import type { Store } from '../../node/store/store.ts'
import { Vault } from '../../node/store/vault.ts'
import { hong } from '../node/credential/support.ts'
import { FaultyStore } from './faulty-store.ts'
import { scratchDirectory } from './scratch.ts'

export const random: Random = length => new Uint8Array(randomBytes(length))
export const [resident, driver, veteran] = allCards as [
  (typeof allCards)[0],
  (typeof allCards)[0],
  (typeof allCards)[0],
]

export function holderKey(): P256Jwk {
  const { kty, crv, x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  return { kty, crv, x, y } as P256Jwk
}

/** The ledger as the node sees it; tests can cut it off, and let time pass so that no block has to be waited for. */
export class TestLedger implements Ledger {
  /** No transaction waits for its second. */
  hurried = true
  cut = false
  readonly asked: string[] = []
  #offset = 0

  constructor(readonly inner: EmbeddedLedger) {}

  get offset(): number {
    return this.#offset
  }

  async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
    this.asked.push(method)
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

  /** Seconds go by for ledger and issuer alike. */
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

export class World {
  readonly warnings: { facts: Record<string, unknown>; message: string }[] = []
  readonly people: Uint8Array[] = []
  #core: Core | undefined
  #store: LevelStore | undefined

  private constructor(
    readonly directory: string,
    readonly config: Config,
    readonly custody: Custody,
    readonly ledger: TestLedger,
    readonly footing: Footing,
  ) {}

  /** @param people how many residents there are; all of them adults with every entitlement */
  static async make(people = 30): Promise<World> {
    const directory = scratchDirectory('world')
    const config: Config = {
      schema: 1,
      mode: 'local',
      publicUrl: 'http://localhost:4100',
      host: '127.0.0.1',
      port: 4100,
      tls: null,
      rpcPort: 4101,
      chainId: 424242,
      ledgerUrl: null,
      heartbeat: 3600,
      witnesses: { quorum: 0, members: [] },
      authority: { ko: '시험 발급기관', en: 'Test authority' },
      data: directory,
    }
    const now = systemClock()
    const custody = await openCustody(join(directory, 'keys'), { name: 'Test', url: config.publicUrl }, now)
    const embedded = await openEmbeddedLedger({
      path: join(directory, 'ledger'),
      chainId: config.chainId,
      validatorKey: Buffer.from(custody.accounts.validator.privateKey.slice(2), 'hex'),
      allow: Object.values(custody.accounts).map(({ address }) => address as Hex),
      heartbeat: config.heartbeat,
    })
    const ledger = new TestLedger(embedded)
    const footing = await standOn(ledger, config, custody, () => undefined)
    const world = new World(directory, config, custody, ledger, footing)
    const { residents } = await world.open()
    await world.#populate(residents, people)
    return world
  }

  readonly clock = (): UnixSeconds => systemClock() + this.ledger.offset

  get addresses(): ContractAddresses {
    return addressesOf(this.footing.profileFile.profile)
  }

  /** Starts the core on what is on disk, as the authority does. */
  async open(): Promise<Core> {
    await this.close()
    this.#store = await LevelStore.open(join(this.directory, 'authority'))
    this.#core = await Core.compose(this, new FaultyStore(this.#store))
    return this.#core
  }

  async close(): Promise<void> {
    await this.#core?.close()
    await this.#store?.close()
    this.#core = undefined
    this.#store = undefined
  }

  async dispose(): Promise<void> {
    await this.close()
    await this.ledger.inner.close()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Drawing portraits for hundreds would take longer than all the rest. */
  async #populate(register: StoredRegister, count: number): Promise<void> {
    const numbers = new FictitiousNumbers()
    const facts = Array.from({ length: count }, (_, i) => {
      const birthdate = new Date(Date.UTC(1980, 0, 1 + i)).toISOString().slice(0, 10)
      return { ...hong, birthdate, personalNumber: numbers.next(birthdate, hong.sex) as string }
    })
    await register.store(facts)
    for (const { personalNumber } of facts) {
      const found = await register.findByNumber(personalNumber)
      if (found) this.people.push(found.person)
    }
    if (this.people.length !== count) throw new Error('not all of them are in the register')
  }
}

export class Core {
  private constructor(
    readonly world: World,
    readonly store: FaultyStore,
    readonly vault: Vault,
    readonly journal: Journal,
    readonly residents: StoredRegister,
    readonly allocator: StatusAllocator,
    readonly mirror: StatusMirror,
    readonly lists: StatusLists,
    readonly keeper: StatusListKeeper,
    readonly lane: Lane,
    readonly statusLane: Lane,
    readonly credentials: Credentials,
    readonly batches: Batches,
    readonly pipeline: AnchoringPipeline,
    /** Resolves when what was under way has its outcome. */
    readonly recovered: Promise<unknown>,
  ) {}

  static async compose(world: World, store: FaultyStore): Promise<Core> {
    const { custody, config, ledger, footing, addresses, clock } = world
    const warn = (facts: Record<string, unknown>, message: string) => void world.warnings.push({ facts, message })
    const vault = new Vault(store, custody.master, random)
    const journal = await Journal.open(store)
    const residents = new StoredRegister(store, vault)
    const allocator = await StatusAllocator.open(store, vault, random)
    const mirror = new StatusMirror(store, ledger, addresses.statusRegistry, warn)
    const { chainId } = config
    const { org } = footing
    const keeper = new StatusListKeeper({ registries: { ledger, addresses }, org, allocator, mirror, warn })
    await keeper.open()
    const lists = new StatusLists(config.publicUrl, mirror, custody.credential, clock)
    const open = (account: Custody['accounts']['issuing']) => Lane.open({ ledger, store, account, chainId, warn })
    const [lane, statusLane] = [await open(custody.accounts.issuing), await open(custody.accounts.status)]
    const shared = { store, vault, clock, random }
    const registry = addresses.statusRegistry
    const credentials = new Credentials({ ...shared, ledger, registry, mirror, journal })
    const batches = new Batches(store, ledger, addresses.anchorLog, journal, clock)
    const key = await readKey({ ledger, addresses }, custody.credential.keyId)
    const preparer = new Preparer({
      ...shared,
      issuer: config.publicUrl,
      issuingAuthority: config.authority.ko,
      signer: custody.credential,
      keyFrom: key?.from ?? 0,
      ...{ residents, allocator, lists },
    })
    const pipeline = new AnchoringPipeline({
      ...shared,
      ...{ lane, batches, credentials, preparer, chainId, org, warn },
      signer: custody.credential,
      auditor: custody.auditor,
      anchorLog: addresses.anchorLog,
    })
    const list = () => []
    const handlers = { anchor: pipeline.onAnchored, status: credentials.onOutcome, list }
    const recovered = Promise.all([lane.start(handlers), statusLane.start(handlers)])
    recovered.catch(() => undefined)
    const rooms = [vault, journal, residents, allocator, mirror, lists, keeper, lane, statusLane, credentials] as const
    return new Core(world, store, ...rooms, batches, pipeline, recovered)
  }

  order(person: Uint8Array, changes: Partial<IssueOrder> = {}): IssueOrder {
    return {
      application: toBase64url(random(16)),
      person,
      card: resident,
      holderKey: holderKey(),
      keyStorage: 'software',
      walletProvider: null,
      ops: [],
      ...changes,
    }
  }

  async entries(): Promise<JournalEntry[]> {
    const all: JournalEntry[] = []
    for await (const [, entry] of this.journal.entries()) all.push(entry)
    return all
  }

  status(credentialId: string): string {
    return this.credentials.statusOf(this.credentials.get(credentialId))
  }

  async close(): Promise<void> {
    await Promise.all([this.pipeline.close(), this.lane.close(), this.statusLane.close()])
    await this.mirror.close()
  }
}

export type { Store }
