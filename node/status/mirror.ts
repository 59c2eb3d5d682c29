/**
 * A copy of the ledger's status words, in memory and on disk, from which the Token Status Lists are made. The events of
 * StatusRegistry update the copy with each new head. The words on disk allow the lists to be served while the ledger is
 * unreachable. The copy never claims to be newer than the block it was read at.
 */
import { setStatus, statusAt } from '../credential/status-list.ts'
import type { Ledger, LedgerHead } from '../ledger/ledger.ts'
import { concat, equalBytes, type Hex, readU32be, readU64be, u32be, u64be } from '../lib/bytes.ts'
import { Lock } from '../lib/lock.ts'
import { logsInRange } from '../lib/logs.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { statusRegistryEvents } from '../proof/registries/events/status-registry.ts'
import { parseLog } from '../proof/registries/log.ts'
import { CredentialStatus, STATUS_BITS, WORD_BYTES, wordOfIndex } from '../proof/registries/status.ts'
import { parseStatusOps } from '../proof/registries/status-ops.ts'
import { readStatusWords } from '../registries/reads.ts'
import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, textCodec, type WriteOp } from '../store/store.ts'
import type { HeldSuspensions } from './held.ts'

export interface MirroredList {
  /** The words, concatenated: the byte array of the Token Status List. */
  readonly bytes: Uint8Array
  /** Increases with every change. */
  readonly version: number
}

interface Position {
  readonly block: number
  readonly time: UnixSeconds
}

/** On disk: the stored words of `lists` are those of this block. All words of any other list must be read. */
interface StoredPosition extends Position {
  readonly lists: readonly string[]
}

/** Words in one call: 32 kB, well below the response limit of every engine. */
const WORDS_PER_READ = 1024
/** Some engines refuse events of a longer range of blocks. After a longer gap all words are read again. */
const MAX_EVENT_RANGE = 1000
const POSITION = 'status mirror'

const wordKey: Codec<{ list: bigint; word: number }> = {
  encode: ({ list, word }) => concat(u64be(list), u32be(word)),
  decode: bytes => ({ list: readU64be(bytes), word: readU32be(bytes, 8) }),
}

export class StatusMirror {
  readonly #words: Table<{ list: bigint; word: number }, Uint8Array>
  readonly #meta: Table<string, StoredPosition>
  readonly #lists = new Map<bigint, { bytes: Uint8Array; version: number }>()
  /** Lists whose words were not read yet. They are not served. */
  readonly #unread = new Set<bigint>()
  /** By list: the words that differ from those on disk. */
  readonly #dirty = new Map<bigint, Set<number>>()
  /** End the holds that the ledger has caught up with. Committed with the words. */
  readonly #settled: WriteOp[] = []
  readonly #lock = new Lock()
  #position: Position | undefined
  #stop: (() => void) | undefined
  #closed = false

  constructor(
    private readonly store: Store,
    private readonly ledger: Ledger,
    private readonly registry: Hex,
    private readonly warn: Warn,
    private readonly held?: Pick<HeldSuspensions, 'of' | 'settle'>,
  ) {
    this.#words = new Table(store, Bucket.statusWord, wordKey, bytesCodec)
    this.#meta = new Table(store, Bucket.meta, textCodec, jsonCodec())
  }

  /** Loads the words on disk, then follows the ledger. Does not fail if the ledger is unreachable: the next head is awaited. */
  async open(lists: readonly { id: bigint; capacity: number }[]): Promise<void> {
    const stored = this.#meta.get(POSITION)
    this.#position = stored && { block: stored.block, time: stored.time }
    for (const { id, capacity } of lists) {
      this.#lists.set(id, { bytes: new Uint8Array(capacity / 4), version: 0 })
      if (!stored?.lists.includes(String(id))) this.#unread.add(id)
    }
    for await (const [{ list, word }, value] of this.#words.entries())
      this.#lists.get(list)?.bytes.set(value, word * WORD_BYTES)
    // The next head makes up for a block that failed.
    const failed = (error: unknown) =>
      this.warn(
        { error: String(error) },
        'the copy of the status words could not be updated; it is tried again at the next block',
      )
    this.#stop = this.ledger.onHead(head => void this.#follow(head).catch(failed))
    await this.catchUp().catch(failed)
  }

  /** Adds a list that was opened later. Resolves when its words are read; until then it is not served. */
  async add(list: bigint, capacity: number): Promise<void> {
    if (!this.#lists.has(list)) {
      this.#lists.set(list, { bytes: new Uint8Array(capacity / 4), version: 0 })
      this.#unread.add(list)
    }
    await this.catchUp()
  }

  /** @returns undefined for a list that is not mirrored, or whose words were not read yet */
  get(list: bigint): MirroredList | undefined {
    return this.#unread.has(list) ? undefined : this.#lists.get(list)
  }

  statusAt(list: bigint, idx: number): CredentialStatus | undefined {
    const bytes = this.get(list)?.bytes
    return bytes && (statusAt(bytes, STATUS_BITS, idx) as CredentialStatus)
  }

  /** All indexes with this status; undefined for a list that is not mirrored, or whose words were not read yet. */
  indexesOf(list: bigint, status: CredentialStatus): number[] | undefined {
    const bytes = this.get(list)?.bytes
    if (!bytes) return undefined
    const all = Array.from({ length: (bytes.length * 8) / STATUS_BITS }, (_, idx) => idx)
    return all.filter(idx => statusAt(bytes, STATUS_BITS, idx) === status)
  }

  /** The block up to which the words are known; undefined if the ledger was never reached. */
  get asOf(): Position | undefined {
    return this.#position
  }

  /**
   * Resolves when the words are known up to `block`. Called after a change of our own, so that the old status is not
   * served any more.
   * @throws as `catchUp`
   */
  async reach(block: number): Promise<void> {
    if ((this.#position?.block ?? -1) < block) await this.catchUp()
  }

  /**
   * Resolves when the words are known up to the ledger's newest block.
   * @throws {LedgerError} if the ledger is unreachable
   * @throws {StoreError} STORE_IO
   */
  async catchUp(): Promise<void> {
    const block = (await this.ledger.request('eth_getBlockByNumber', ['latest', false])) as {
      number: Hex
      timestamp: Hex
    }
    await this.#follow({ number: Number(block.number), timestamp: Number(block.timestamp) })
  }

  /** Stops. Resolves when the mirror has ended its last update. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stop?.()
    await this.#lock.run(async () => undefined)
  }

  #follow({ number, timestamp }: Pick<LedgerHead, 'number' | 'timestamp'>): Promise<void> {
    return this.#lock.run(async () => {
      const from = this.#position
      if (this.#closed || (from && number <= from.block && this.#unread.size === 0)) return
      const to = from && from.block > number ? from : { block: number, time: timestamp }
      const byEvents = from !== undefined && to.block - from.block <= MAX_EVENT_RANGE
      if (byEvents && to.block > from.block) await this.#applyEvents(from.block + 1, to.block)
      for (const list of byEvents ? [...this.#unread] : this.#lists.keys()) await this.#read(list, to.block)
      this.#position = to
      await this.#store()
    })
  }

  async #applyEvents(from: number, to: number): Promise<void> {
    const topic = statusRegistryEvents.topic('StatusesSet')
    for (const log of await logsInRange(this.ledger, { address: this.registry, topics: [topic] }, from, to)) {
      const event = statusRegistryEvents.decode(parseLog(log))
      if (event?.type !== 'StatusesSet') continue
      const { list, ops } = event
      const mirrored = this.#lists.get(list)
      if (!mirrored) continue
      // All are read before the first is applied: a log that is refused changes nothing.
      for (const { idx, to } of [...parseStatusOps(ops)]) {
        setStatus(mirrored.bytes, idx, to)
        this.#markDirty(list, wordOfIndex(idx))
        this.#settle(list, idx, to)
      }
      mirrored.version++
    }
  }

  /** Reads all words of the list as of `block`. */
  async #read(list: bigint, block: number): Promise<void> {
    const mirrored = this.#lists.get(list) as { bytes: Uint8Array; version: number }
    const words = mirrored.bytes.length / WORD_BYTES
    const registry = { ledger: this.ledger, addresses: { statusRegistry: this.registry } }
    for (let from = 0; from < words; from += WORDS_PER_READ) {
      const count = Math.min(WORDS_PER_READ, words - from)
      const read = await readStatusWords(registry, list, from, count, block)
      for (let word = from; word < from + count; word++) {
        if (!equalBytes(wordOf(mirrored.bytes, word), wordOf(read, word - from))) this.#markDirty(list, word)
      }
      mirrored.bytes.set(read, from * WORD_BYTES)
    }
    for (const idx of this.held?.of(list).indexes ?? []) {
      this.#settle(list, idx, statusAt(mirrored.bytes, STATUS_BITS, idx) as CredentialStatus)
    }
    mirrored.version++
    // Also if no word changed: the list must be added to the stored position.
    if (this.#unread.delete(list) && !this.#dirty.has(list)) this.#dirty.set(list, new Set())
  }

  /** Only by a change: a word that was SUSPENDED before the hold may be about to become VALID. */
  #settle(list: bigint, idx: number, to: CredentialStatus): void {
    if (to !== CredentialStatus.VALID && this.held) this.#settled.push(...this.held.settle({ list, idx }))
  }

  #markDirty(list: bigint, word: number): void {
    const words = this.#dirty.get(list) ?? new Set()
    this.#dirty.set(list, words.add(word))
  }

  /** A block without changes stores nothing. The stored position may be old: the events since then are applied again. */
  async #store(): Promise<void> {
    if (this.#dirty.size === 0 && this.#settled.length === 0) return
    const lists = [...this.#lists.keys()].filter(list => !this.#unread.has(list)).map(String)
    const ops = [this.#meta.put(POSITION, { ...(this.#position as Position), lists })]
    for (const [list, words] of this.#dirty) {
      const { bytes } = this.#lists.get(list) as MirroredList
      for (const word of words) ops.push(this.#words.put({ list, word }, wordOf(bytes, word)))
    }
    ops.push(...this.#settled)
    await this.store.commit(ops)
    // Only after the commit: if it failed, the next commit must contain these words, too. Otherwise the stored position
    // would be newer than the stored words.
    this.#dirty.clear()
    this.#settled.length = 0
  }
}

const wordOf = (bytes: Uint8Array, word: number) => bytes.slice(word * WORD_BYTES, (word + 1) * WORD_BYTES)
