/** The status part of a replica: the words of every list, in memory in the form of a Token Status List. */
import { fromHex, type Hex } from '../../lib/bytes.ts'
import { type UnixSeconds, utcDay } from '../../lib/time.ts'
import { malformed } from '../../proof/errors.ts'
import type { StatusesSet, StatusRegistryEvent } from '../../proof/registries/events/status-registry.ts'
import type { ListRecord } from '../../proof/registries/records.ts'
import { initialChain, nextListChain } from '../../proof/registries/running-hash.ts'
import {
  listCountSlot,
  listSlot,
  listWordsSlot,
  type Slot,
  slotAfter,
  statusWordSlot,
} from '../../proof/registries/slots.ts'
import {
  CredentialStatus,
  MAX_CAPACITY,
  STATUSES,
  STATUSES_PER_WORD,
  type StatusName,
  wordOfIndex,
} from '../../proof/registries/status.ts'
import { parseStatusOps } from '../../proof/registries/status-ops.ts'
import { packList } from '../../proof/registries/words.ts'
import { StatusWords } from './status-words.ts'
import { Storage } from './storage.ts'
import type { UndoLog } from './undo-log.ts'

export interface ReplicaList {
  readonly record: ListRecord
  /** Changed in place. */
  readonly words: StatusWords
  readonly slot: Slot
  readonly wordsSlot: Slot
}

/** The ledger and the address of the registry, with which its running hashes begin. */
export interface StatusRegistryId {
  readonly chainId: number
  readonly address: Hex
}

export class StatusPart {
  readonly lists = new Map<bigint, ReplicaList>()
  readonly #storage: Storage

  constructor(
    private readonly undoLog: UndoLog,
    private readonly registry: StatusRegistryId,
  ) {
    this.#storage = new Storage(undoLog)
  }

  get root(): Hex {
    return this.#storage.root
  }

  get authority(): Hex {
    return this.#storage.authority
  }

  /** Undefined outside the lists, and where the two bits are not a status. */
  at(list: bigint, index: number): { readonly org: number; readonly status: StatusName } | undefined {
    const found = this.lists.get(list)
    if (!found || index >= found.record.capacity) return undefined
    const status = STATUSES[found.words.at(index)]
    return status && { org: found.record.org, status }
  }

  /** @throws {ProofError} PROOF_MALFORMED for an event that is impossible in this state */
  apply(event: StatusRegistryEvent, time: UnixSeconds): void {
    switch (event.type) {
      case 'AuthorityUpdated':
        this.setAuthority(event.authority)
        return
      case 'ListOpened': {
        const { list, org, capacity, dailyLimit } = event
        const chain = initialChain('StatusRegistry', this.registry, list)
        this.open(list, { org, custodian: org, capacity, limit: dailyLimit, day: 0, used: 0, chain })
        return
      }
      case 'StatusesSet':
        this.#set(event, time)
        return
      case 'DailyLimitChanged':
        this.#change(event.list, { limit: event.dailyLimit })
        return
      case 'CustodianChanged':
        this.#change(event.list, { custodian: event.custodian })
        return
    }
  }

  setAuthority(authority: Hex): void {
    this.#storage.setAuthority(authority)
  }

  /** Adds a list whose statuses are all VALID. @throws {ProofError} PROOF_MALFORMED */
  open(list: bigint, record: ListRecord): ReplicaList {
    const { capacity, org } = record
    if (capacity === 0 || capacity > MAX_CAPACITY || capacity % STATUSES_PER_WORD !== 0) {
      throw malformed('list', 'no list has this capacity')
    }
    const n = Number(list & 0xffffffffn)
    if (org === 0 || list >> 32n !== BigInt(org)) throw malformed('list', 'its id names another organisation')
    if (this.lists.has(list) || (n !== 1 && !this.lists.has(list - 1n))) throw malformed('list', 'ids count from 1')
    const opened = {
      record,
      words: new StatusWords(),
      slot: listSlot(list),
      wordsSlot: listWordsSlot(list),
    }
    this.#put(list, opened)
    this.#storage.write(listCountSlot(org), BigInt(n))
    return opened
  }

  /** Writes the words with these numbers to storage, after they changed. */
  writeWords(list: bigint, numbers: Iterable<number>): void {
    const { words, wordsSlot } = this.#listOf(list)
    for (const number of numbers) {
      this.#storage.write(statusWordSlot(wordsSlot, number), words.word(number))
    }
  }

  #set(event: StatusesSet, time: UnixSeconds): void {
    const { words, record } = this.#listOf(event.list)
    const touched = new Set<number>()
    let revoked = 0
    for (const { idx, to } of parseStatusOps(event.ops)) {
      if (idx >= record.capacity) throw malformed('log', 'a change of status beyond the end of its list')
      if (to === CredentialStatus.INVALID) revoked += 1
      const before = words.at(idx)
      this.undoLog.note(() => words.set(idx, before))
      words.set(idx, to)
      touched.add(wordOfIndex(idx))
    }
    this.writeWords(event.list, touched)
    const day = utcDay(time)
    const spent = revoked === 0 ? {} : { day, used: (record.day === day ? record.used : 0) + revoked }
    this.#change(event.list, { ...spent, chain: nextListChain(record.chain, event, time) })
  }

  #listOf(list: bigint): ReplicaList {
    const found = this.lists.get(list)
    if (!found) throw malformed('log', 'it changes a list that does not exist')
    return found
  }

  #change(list: bigint, change: Partial<ListRecord>): void {
    const found = this.#listOf(list)
    this.#put(list, { ...found, record: { ...found.record, ...change } })
  }

  #put(list: bigint, changed: ReplicaList): void {
    this.undoLog.put(this.lists, list, changed)
    this.#storage.write(changed.slot, packList(changed.record))
    this.#storage.write(slotAfter(changed.slot, 1), fromHex(changed.record.chain))
  }
}
