/** The status part of a replica: the words of every list, in memory as they are published. */
import { statusAt } from '../../credential/status-list.ts'
import { type ByteReader, ByteWriter } from '../../lib/binary.ts'
import { fromHex, type Hex, readU32be, toHex } from '../../lib/bytes.ts'
import { DAY, type UnixSeconds } from '../../lib/time.ts'
import { malformed } from '../../proof/errors.ts'
import {
  AUTHORITY_SLOT,
  listCountSlot,
  listSlot,
  listWordsSlot,
  type Slot,
  slotAfter,
  statusWordSlot,
} from '../../proof/slots.ts'
import { type ListWord, packList } from '../../proof/words.ts'
import { initialChain, setChain } from './chains.ts'
import type { Journal } from './journal.ts'
import { addressIn, type EventReader, wideIn } from './logs.ts'
import { ascending } from './order.ts'
import { Storage } from './storage.ts'

export const STATUSES_PER_WORD = 128
const WORD = 32
const INVALID = 1
/** As the contract has it. */
const MAX_CAPACITY = 1 << 24
/** Of all lists together, when loading: 2^30 cards are 256 MB, and a few bytes of a file must not ask for more. */
const MAX_TOTAL = 2 ** 30

export interface ReplicaList {
  readonly word: ListWord
  readonly chain: Uint8Array
  /** capacity / 4 bytes, Token Status List order; changed in place. */
  readonly bytes: Uint8Array
  readonly slot: Slot
  readonly wordsSlot: Slot
}

export interface Place {
  readonly chainId: number
  readonly address: Hex
}

export class StatusPart {
  readonly lists = new Map<bigint, ReplicaList>()
  readonly #authority = new Map<'authority', Hex>()
  readonly #storage: Storage
  #room = 0

  constructor(
    private readonly journal: Journal,
    private readonly place: Place,
  ) {
    this.#storage = new Storage(journal)
  }

  get root(): Hex {
    return this.#storage.root
  }

  /** The two bits at `index`; undefined outside every list. */
  at(list: bigint, index: number): { readonly org: number; readonly value: number } | undefined {
    const found = this.lists.get(list)
    if (!found || index >= found.word.capacity) return undefined
    return { org: found.word.org, value: statusAt(found.bytes, 2, index) }
  }

  /** @throws {ProofError} PROOF_MALFORMED for an event that cannot follow what came before */
  apply(event: EventReader, time: UnixSeconds): void {
    switch (event.name) {
      case 'AuthorityUpdated':
        this.#setAuthority(addressIn(event.word(0)))
        return
      case 'ListOpened': {
        const list = wideIn(event.indexed(0))
        const [org, capacity, limit] = [event.indexedNumber(1), event.number(0), event.number(1)]
        const word = { org, custodian: org, capacity, limit, day: 0, used: 0 }
        this.#open(list, word, initialChain('StatusRegistry', this.place, list))
        return
      }
      case 'StatusesSet':
        this.#set(event, time)
        return
      case 'DailyLimitChanged': {
        const found = this.#known(event)
        this.#change(event, { ...found, word: { ...found.word, limit: event.number(1) } })
        return
      }
      case 'CustodianChanged': {
        const found = this.#known(event)
        this.#change(event, { ...found, word: { ...found.word, custodian: event.indexedNumber(2) } })
        return
      }
      default:
        throw malformed('log', `the status registry emits no ${event.name}`)
    }
  }

  /** docs/snapshot-format.md, status part. */
  encode(): Uint8Array {
    const out = new ByteWriter().put(fromHex(this.#authority.get('authority') ?? `0x${'0'.repeat(40)}`))
    out.u32(this.lists.size)
    for (const [list, { word, chain, bytes }] of [...this.lists].sort(([a], [b]) => (a < b ? -1 : 1))) {
      out.u64(list).u32(word.custodian).u32(word.capacity).u32(word.limit).u32(word.day).u32(word.used).put(chain)
      out.putAll(sparse(bytes))
    }
    return out.bytes()
  }

  /** Into an empty part. @throws {ParseError | ProofError} PROOF_MALFORMED */
  decode(input: ByteReader): void {
    this.#setAuthority(toHex(input.take(20)))
    const order = ascending('lists', (a: bigint, b) => (a < b ? -1 : 1))
    for (let left = input.count(61); left > 0; left--) {
      const list = order(input.u64())
      const [custodian, capacity, limit, day, used] = [input.u32(), input.u32(), input.u32(), input.u32(), input.u32()]
      const chain = input.take(32)
      const word = { org: Number(list >> 32n), custodian, capacity, limit, day, used }
      this.#open(list, word, chain)
      const { bytes, wordsSlot } = this.lists.get(list) as ReplicaList
      for (const number of fill(bytes, input)) this.#writeWord(wordsSlot, bytes, number)
    }
  }

  #open(list: bigint, word: ListWord, chain: Uint8Array): void {
    const { capacity, org } = word
    if (capacity === 0 || capacity > MAX_CAPACITY || capacity % STATUSES_PER_WORD !== 0) {
      throw malformed('list', 'no list has this capacity')
    }
    this.#room += capacity
    this.journal.note(() => {
      this.#room -= capacity
    })
    if (this.#room > MAX_TOTAL) throw malformed('lists', 'more room for cards than this version takes')
    const n = Number(list & 0xffffffffn)
    if (org === 0 || list >> 32n !== BigInt(org)) throw malformed('list', 'its id names another organisation')
    if (this.lists.has(list) || (n !== 1 && !this.lists.has(list - 1n))) throw malformed('list', 'ids count from 1')
    const [slot, wordsSlot] = [listSlot(list), listWordsSlot(list)]
    this.journal.put(this.lists, list, { word, chain, bytes: new Uint8Array(capacity / 4), slot, wordsSlot })
    this.#storage.write(slot, packList(word))
    this.#storage.write(slotAfter(slot, 1), chain)
    this.#storage.write(listCountSlot(org), BigInt(n))
  }

  #set(event: EventReader, time: UnixSeconds): void {
    const found = this.#known(event)
    const { bytes, word, wordsSlot } = found
    const ops = event.bytes(1)
    if (ops.length === 0 || ops.length % 4 !== 0) throw malformed('log', 'changes of status come in fours of bytes')
    const touched = new Set<number>()
    let revoked = 0
    for (let i = 0; i < ops.length; i += 4) {
      const op = readU32be(ops, i)
      const [index, to] = [op >>> 8, op & 15]
      if (index >= word.capacity || to > 2) throw malformed('log', 'a change of status that no list takes')
      if (to === INVALID) revoked += 1
      const [at, shift] = [index >> 2, (index & 3) * 2]
      const before = bytes[at] as number
      this.journal.note(() => {
        bytes[at] = before
      })
      bytes[at] = (before & ~(3 << shift)) | (to << shift)
      touched.add(Math.floor(index / STATUSES_PER_WORD))
    }
    for (const number of touched) this.#writeWord(wordsSlot, bytes, number)
    const day = Math.floor(time / DAY)
    const spent = revoked === 0 ? word : { ...word, day, used: (word.day === day ? word.used : 0) + revoked }
    this.#change(event, { ...found, word: spent, chain: setChain(found.chain, event, ops, time) })
  }

  #known(event: EventReader): ReplicaList {
    const found = this.lists.get(wideIn(event.indexed(0)))
    if (!found) throw malformed('log', 'it changes a list that is not there')
    return found
  }

  #change(event: EventReader, list: ReplicaList): void {
    this.journal.put(this.lists, wideIn(event.indexed(0)), list)
    this.#storage.write(list.slot, packList(list.word))
    this.#storage.write(slotAfter(list.slot, 1), list.chain)
  }

  #writeWord(wordsSlot: Slot, bytes: Uint8Array, number: number): void {
    this.#storage.write(statusWordSlot(wordsSlot, number), bytes.slice(WORD * number, WORD * (number + 1)))
  }

  #setAuthority(authority: Hex): void {
    this.journal.put(this.#authority, 'authority', authority)
    this.#storage.write(AUTHORITY_SLOT, BigInt(authority))
  }
}

/** A bit for each word, most significant first, then the words that are not zero. */
function sparse(bytes: Uint8Array): Uint8Array[] {
  const words = bytes.length / WORD
  const bitmap = new Uint8Array(Math.ceil(words / 8))
  const written: Uint8Array[] = [bitmap]
  for (let number = 0; number < words; number++) {
    const word = bytes.subarray(WORD * number, WORD * (number + 1))
    if (word.every(byte => byte === 0)) continue
    bitmap[number >> 3] = (bitmap[number >> 3] as number) | (0x80 >> (number & 7))
    written.push(word)
  }
  return written
}

/** @returns the numbers of the words that were filled */
function* fill(bytes: Uint8Array, input: ByteReader): Generator<number> {
  const words = bytes.length / WORD
  const bitmap = input.take(Math.ceil(words / 8))
  for (let number = 0; number < bitmap.length * 8; number++) {
    if (((bitmap[number >> 3] as number) & (0x80 >> (number & 7))) === 0) continue
    if (number >= words) throw malformed('list', 'a word beyond its end')
    const word = input.take(WORD)
    if (word.every(byte => byte === 0)) throw malformed('list', 'a word of zeros')
    bytes.set(word, WORD * number)
    yield number
  }
}
