/**
 * The ledger's status words, held in memory and on disk: the published status lists are made of them. The registry's
 * events keep them up to date with every head. The words on disk let the lists be served while the ledger is out of
 * reach, and are never taken to be newer than the block they were read at.
 */

import { setStatus, statusAt } from '../credential/status-list.ts'
import type { Ledger, LedgerHead } from '../ledger/ledger.ts'
import { concat, equalBytes, type Hex, readU32be, readU64be, toQuantity, u32be, u64be } from '../lib/bytes.ts'
import { Lock } from '../lib/lock.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { statusRegistryEvents } from '../proof/registries/events/status-registry.ts'
import { parseLog } from '../proof/registries/log.ts'
import { type CredentialStatus, STATUS_BITS, WORD_BYTES, wordOfIndex } from '../proof/registries/status.ts'
import { parseStatusOps } from '../proof/registries/status-ops.ts'
import { readStatusWords } from '../registries/reads.ts'
import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, textCodec } from '../store/store.ts'

export interface MirroredList {
  /** The words, concatenated: the list's bytes as the Token Status List wants them. */
  readonly bytes: Uint8Array
  /** Rises with every change. */
  readonly version: number
}

interface Position {
  readonly block: number
  readonly time: UnixSeconds
}

/** On disk: the words of these lists are those of that block. Any other list has to be read whole. */
interface Kept extends Position {
  readonly lists: readonly string[]
}

/** Words read in one call: 32 kB, well under every engine's answer limit. */
const READ = 1024
/** Blocks whose events are asked for: some engines refuse more. After a longer gap all words are read again. */
const NEAR = 1000
const POSITION = 'status mirror'

const wordKey: Codec<{ list: bigint; word: number }> = {
  encode: ({ list, word }) => concat(u64be(list), u32be(word)),
  decode: bytes => ({ list: readU64be(bytes), word: readU32be(bytes, 8) }),
}

export class StatusMirror {
  readonly #words: Table<{ list: bigint; word: number }, Uint8Array>
  readonly #meta: Table<string, Kept>
  readonly #lists = new Map<bigint, { bytes: Uint8Array; version: number }>()
  /** Lists whose words are not known yet. They are not served. */
  readonly #unread = new Set<bigint>()
  /** Words that differ from those on disk. */
  readonly #dirty = new Map<bigint, Set<number>>()
  readonly #lock = new Lock()
  #position: Position | undefined
  #stop: (() => void) | undefined
  #closed = false

  constructor(
    private readonly store: Store,
    private readonly ledger: Ledger,
    private readonly registry: Hex,
    private readonly warn: Warn,
  ) {
    this.#words = new Table(store, Bucket.statusWord, wordKey, bytesCodec)
    this.#meta = new Table(store, Bucket.meta, textCodec, jsonCodec())
  }

  /**
   * Loads what is on disk, then follows the ledger. A ledger that is out of reach is followed from its next head on.
   */
  async open(lists: readonly { id: bigint; capacity: number }[]): Promise<void> {
    const kept = this.#meta.get(POSITION)
    this.#position = kept && { block: kept.block, time: kept.time }
    for (const { id, capacity } of lists) {
      this.#lists.set(id, { bytes: new Uint8Array(capacity / 4), version: 0 })
      if (!kept?.lists.includes(String(id))) this.#unread.add(id)
    }
    for await (const [{ list, word }, value] of this.#words.entries())
      this.#lists.get(list)?.bytes.set(value, word * WORD_BYTES)
    // A block that could not be followed is caught up with at the next head.
    const failed = (error: unknown) => this.warn({ error: String(error) }, 'the status words could not be followed')
    this.#stop = this.ledger.onHead(head => void this.#follow(head).catch(failed))
    await this.catchUp().catch(failed)
  }

  /** Adds a list opened since. Resolves when its words are known; until then it is not served. */
  async add(list: bigint, capacity: number): Promise<void> {
    if (!this.#lists.has(list)) {
      this.#lists.set(list, { bytes: new Uint8Array(capacity / 4), version: 0 })
      this.#unread.add(list)
    }
    await this.catchUp()
  }

  /** Undefined for a list that is not ours, or whose words are not known yet. */
  get(list: bigint): MirroredList | undefined {
    return this.#unread.has(list) ? undefined : this.#lists.get(list)
  }

  statusAt(list: bigint, idx: number): CredentialStatus | undefined {
    const bytes = this.get(list)?.bytes
    return bytes && (statusAt(bytes, STATUS_BITS, idx) as CredentialStatus)
  }

  /** The block up to which the words are known; undefined before the ledger was ever reached. */
  get asOf(): Position | undefined {
    return this.#position
  }

  /**
   * Resolves when the words are known up to `block`: after a change of our own, so that we never serve the old word.
   * @throws {LedgerError} and as `catchUp` does
   */
  async reach(block: number): Promise<void> {
    if ((this.#position?.block ?? -1) < block) await this.catchUp()
  }

  /**
   * Resolves when the words are known up to the ledger's newest block.
   * @throws {LedgerError} when it is out of reach
   * @throws {StoreError} STORE_IO
   */
  async catchUp(): Promise<void> {
    const block = (await this.ledger.request('eth_getBlockByNumber', ['latest', false])) as {
      number: Hex
      timestamp: Hex
    }
    await this.#follow({ number: Number(block.number), timestamp: Number(block.timestamp) })
  }

  /** Resolves when it asks the ledger and writes no more. */
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
      const near = from !== undefined && to.block - from.block <= NEAR
      if (near && to.block > from.block) await this.#applyEvents(from.block + 1, to.block)
      for (const list of near ? [...this.#unread] : this.#lists.keys()) await this.#read(list, to.block)
      this.#position = to
      await this.#keep()
    })
  }

  async #applyEvents(from: number, to: number): Promise<void> {
    const topic = statusRegistryEvents.topic('StatusesSet')
    const logs = (await this.ledger.request('eth_getLogs', [
      { address: this.registry, topics: [topic], fromBlock: toQuantity(from), toBlock: toQuantity(to) },
    ])) as { topics: string[]; data: string }[]
    for (const log of logs) {
      const event = statusRegistryEvents.decode(parseLog(log))
      if (event?.type !== 'StatusesSet') continue
      const { list, ops } = event
      const mirrored = this.#lists.get(list)
      if (!mirrored) continue
      // All are read before the first is applied: a log that is refused changes nothing.
      for (const { idx, to } of [...parseStatusOps(ops)]) {
        setStatus(mirrored.bytes, idx, to)
        this.#changed(list, wordOfIndex(idx))
      }
      mirrored.version++
    }
  }

  /** Reads the list's words, all of them, as they are after that block. */
  async #read(list: bigint, block: number): Promise<void> {
    const mirrored = this.#lists.get(list) as { bytes: Uint8Array; version: number }
    const words = mirrored.bytes.length / WORD_BYTES
    const registry = { ledger: this.ledger, addresses: { statusRegistry: this.registry } }
    for (let from = 0; from < words; from += READ) {
      const count = Math.min(READ, words - from)
      const read = await readStatusWords(registry, list, from, count, block)
      for (let word = from; word < from + count; word++) {
        if (!equalBytes(wordOf(mirrored.bytes, word), wordOf(read, word - from))) this.#changed(list, word)
      }
      mirrored.bytes.set(read, from * WORD_BYTES)
    }
    mirrored.version++
    // An entry for the list, if only an empty one: that its words are known has to reach the disk.
    if (this.#unread.delete(list) && !this.#dirty.has(list)) this.#dirty.set(list, new Set())
  }

  #changed(list: bigint, word: number): void {
    const words = this.#dirty.get(list) ?? new Set()
    this.#dirty.set(list, words.add(word))
  }

  /** A block without changes writes nothing: the position on disk may lag behind, and the events make up for it. */
  async #keep(): Promise<void> {
    if (this.#dirty.size === 0) return
    const lists = [...this.#lists.keys()].filter(list => !this.#unread.has(list)).map(String)
    const ops = [this.#meta.put(POSITION, { ...(this.#position as Position), lists })]
    for (const [list, words] of this.#dirty) {
      const { bytes } = this.#lists.get(list) as MirroredList
      for (const word of words) ops.push(this.#words.put({ list, word }, wordOf(bytes, word)))
    }
    await this.store.commit(ops)
    // Only now: a word whose commit failed must go with the next, or a later position would vouch for the old one.
    this.#dirty.clear()
  }
}

const wordOf = (bytes: Uint8Array, word: number) => bytes.slice(word * WORD_BYTES, (word + 1) * WORD_BYTES)
