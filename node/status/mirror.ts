/**
 * The ledger's status words, held in memory and on disk: what the published status lists are made of. Follows every
 * head by the registry's events; the words on disk let the lists be served while the ledger is out of reach, and are
 * never taken for newer than the block they were read at.
 */

import { statusRegistry } from '../ledger/contracts.ts'
import type { Ledger, LedgerHead } from '../ledger/ledger.ts'
import { concat, fromHex, type Hex, readU32be, readU64be, u32be, u64be } from '../lib/bytes.ts'
import { Lock } from '../lib/lock.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { Bucket } from '../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, textCodec, type WriteOp } from '../store/store.ts'
import { decodeStatusOps, type StatusValue } from './ops.ts'

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

const WORD = 32
/** Words read in one call: 32 kB, well under every engine's answer limit. */
const READ = 1024
const POSITION = 'status mirror'

const wordKey: Codec<{ list: bigint; word: number }> = {
  encode: ({ list, word }) => concat(u64be(list), u32be(word)),
  decode: bytes => ({ list: readU64be(bytes), word: readU32be(bytes, 8) }),
}

export class StatusMirror {
  readonly #words: Table<{ list: bigint; word: number }, Uint8Array>
  readonly #meta: Table<string, Position>
  readonly #lists = new Map<bigint, { bytes: Uint8Array; version: number }>()
  readonly #lock = new Lock()
  #position: Position | undefined
  #stop: (() => void) | undefined

  constructor(
    private readonly store: Store,
    private readonly ledger: Ledger,
    private readonly registry: Hex,
    private readonly warn: (facts: Record<string, unknown>, message: string) => void,
  ) {
    this.#words = new Table(store, Bucket.statusWord, wordKey, bytesCodec)
    this.#meta = new Table(store, Bucket.meta, textCodec, jsonCodec())
  }

  /** Loads what the disk has, then follows the ledger. A ledger out of reach is taken up when its next head comes. */
  async open(lists: readonly { id: bigint; capacity: number }[]): Promise<void> {
    for (const { id, capacity } of lists) this.#lists.set(id, { bytes: new Uint8Array(capacity / 4), version: 0 })
    this.#position = this.#meta.get(POSITION)
    for await (const [{ list, word }, value] of this.#words.entries())
      this.#lists.get(list)?.bytes.set(value, word * WORD)
    this.#stop = this.ledger.onHead(head => void this.#follow(head))
    const head = await this.#head().catch(() => undefined)
    if (head) await this.#follow(head)
  }

  /** A list opened since. It starts all VALID, as the contract has it. */
  add(list: bigint, capacity: number): void {
    if (!this.#lists.has(list)) this.#lists.set(list, { bytes: new Uint8Array(capacity / 4), version: 0 })
  }

  get(list: bigint): MirroredList | undefined {
    return this.#lists.get(list)
  }

  statusAt(list: bigint, idx: number): StatusValue | undefined {
    const byte = this.#lists.get(list)?.bytes[idx >> 2]
    return byte === undefined ? undefined : (((byte >> ((idx & 3) * 2)) & 3) as StatusValue)
  }

  /** The block up to which the words are known; undefined before the ledger was ever reached. */
  get asOf(): Position | undefined {
    return this.#position
  }

  /** Resolves when the words are known up to `block`: after a change of our own, so that we never serve the old word. */
  async reach(block: number): Promise<void> {
    if ((this.#position?.block ?? -1) < block) await this.catchUp()
  }

  /** Resolves when the words are known up to the ledger's newest block. */
  async catchUp(): Promise<void> {
    await this.#follow(await this.#head())
  }

  close(): void {
    this.#stop?.()
  }

  #follow(head: LedgerHead): Promise<void> {
    return this.#lock.run(async () => {
      if (this.#position && head.number <= this.#position.block) return
      try {
        const ops = this.#position ? await this.#applyEvents(this.#position.block + 1, head) : await this.#readAll(head)
        this.#position = { block: head.number, time: head.timestamp }
        // A heartbeat changes no word: the position on disk may lag behind, and is caught up from the events.
        if (ops.length > 0) await this.store.commit([...ops, this.#meta.put(POSITION, this.#position)])
      } catch (error) {
        this.warn({ block: head.number, error: String(error) }, 'the status words could not be followed to this block')
      }
    })
  }

  async #applyEvents(from: number, head: LedgerHead): Promise<WriteOp[]> {
    const topic = statusRegistry.getEvent('StatusesSet').topicHash
    const logs = (await this.ledger.request('eth_getLogs', [
      { address: this.registry, topics: [topic], fromBlock: quantity(from), toBlock: quantity(head.number) },
    ])) as { topics: string[]; data: string }[]
    const ops: WriteOp[] = []
    for (const log of logs) {
      const event = statusRegistry.decodeEventLog('StatusesSet', log.data, log.topics)
      const list = event.list as bigint
      const mirrored = this.#lists.get(list)
      if (!mirrored) continue
      const touched = new Set<number>()
      for (const { idx, to } of decodeStatusOps(fromHex(event.ops as string))) {
        const at = idx >> 2
        const shift = (idx & 3) * 2
        mirrored.bytes[at] = ((mirrored.bytes[at] as number) & ~(3 << shift)) | (to << shift)
        touched.add(at >> 5)
      }
      mirrored.version++
      for (const word of touched) ops.push(this.#words.put({ list, word }, wordOf(mirrored.bytes, word)))
    }
    return ops
  }

  async #readAll(head: LedgerHead): Promise<WriteOp[]> {
    const ops: WriteOp[] = []
    for (const [list, mirrored] of this.#lists) {
      const words = mirrored.bytes.length / WORD
      for (let from = 0; from < words; from += READ) {
        const count = Math.min(READ, words - from)
        const data = statusRegistry.encodeFunctionData('wordsOf', [list, from, count])
        const answer = await this.ledger.request('eth_call', [{ to: this.registry, data }, quantity(head.number)])
        const [bytes] = statusRegistry.decodeFunctionResult('wordsOf', answer as string) as unknown as [string]
        mirrored.bytes.set(fromHex(bytes), from * WORD)
      }
      mirrored.version++
      for (let word = 0; word < words; word++) {
        const value = wordOf(mirrored.bytes, word)
        if (value.some(byte => byte !== 0)) ops.push(this.#words.put({ list, word }, value))
      }
    }
    return [...ops, this.#meta.put(POSITION, { block: head.number, time: head.timestamp })]
  }

  async #head(): Promise<LedgerHead> {
    const block = (await this.ledger.request('eth_getBlockByNumber', ['latest', false])) as {
      number: Hex
      hash: Hex
      timestamp: Hex
    }
    return { number: Number(block.number), hash: block.hash, timestamp: Number(block.timestamp) }
  }
}

const wordOf = (bytes: Uint8Array, word: number) => bytes.slice(word * WORD, (word + 1) * WORD)
const quantity = (value: number): Hex => `0x${value.toString(16)}`
