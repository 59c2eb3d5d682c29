/** The anchors part of a replica: every batch ever anchored. */
import { fromHex, type Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { malformed } from '../../proof/errors.ts'
import type { AnchorLogEvent } from '../../proof/registries/events/anchor-log.ts'
import { JOURNAL_PURPOSE } from '../../proof/registries/purpose.ts'
import type { AnchorHeadRecord, AnchorRecord } from '../../proof/registries/records.ts'
import { anchorSlot, headSlot, slotAfter } from '../../proof/registries/slots.ts'
import { packAnchor, packHead } from '../../proof/registries/words.ts'
import { Storage } from './storage.ts'
import type { UndoLog } from './undo-log.ts'

export interface ReplicaBatch extends AnchorRecord {
  readonly purpose: Hex
  readonly root: Hex
}

const batchKey = (org: number, purpose: Hex, root: Hex): string => `${org}/${purpose}/${root}`

export class AnchorsPart {
  /** Their running hashes cannot be recomputed without all manifests; the storage proof covers them. */
  readonly heads = new Map<number, AnchorHeadRecord>()
  readonly #batches = new Map<string, ReplicaBatch>()
  /** Keys of `#batches` by organisation, in the order of the batches' numbers. */
  readonly #order = new Map<number, string[]>()
  readonly #storage: Storage

  constructor(private readonly undoLog: UndoLog) {
    this.#storage = new Storage(undoLog)
  }

  get root(): Hex {
    return this.#storage.root
  }

  get authority(): Hex {
    return this.#storage.authority
  }

  /** How many batches of cards there are, and how many days of journals. */
  get counts(): { readonly cards: number; readonly journalDays: number } {
    let journalDays = 0
    for (const { purpose } of this.all()) if (purpose === JOURNAL_PURPOSE) journalDays++
    return { cards: this.#batches.size - journalDays, journalDays }
  }

  find(org: number, purpose: Hex, root: Hex): AnchorRecord | undefined {
    return this.#batches.get(batchKey(org, purpose, root))
  }

  all(): Iterable<ReplicaBatch> {
    return this.#batches.values()
  }

  /** In the order of the batch numbers. */
  of(org: number): readonly ReplicaBatch[] {
    return (this.#order.get(org) ?? []).map(key => this.#batches.get(key) as ReplicaBatch)
  }

  /** @throws {ProofError} PROOF_MALFORMED for an event that is impossible in this state */
  apply(event: AnchorLogEvent, time: UnixSeconds): void {
    switch (event.type) {
      case 'AuthorityUpdated':
        this.setAuthority(event.authority)
        return
      case 'Anchored': {
        const { org, purpose, root, batch, count, chain } = event
        const leaves = (this.heads.get(org)?.leaves ?? 0n) + BigInt(count)
        this.add(org, { purpose, root, time, batch, count, disowned: false })
        this.setHead(org, { chain, leaves, batches: batch })
        return
      }
      case 'Disowned': {
        const { org, purpose, root, chain } = event
        const found = this.#batches.get(batchKey(org, purpose, root))
        const head = this.heads.get(org)
        if (!found || !head) throw malformed('log', 'it disowns a batch that does not exist')
        this.#put(org, { ...found, disowned: true })
        this.setHead(org, { ...head, chain })
        return
      }
    }
  }

  setAuthority(authority: Hex): void {
    this.#storage.setAuthority(authority)
  }

  setHead(org: number, head: AnchorHeadRecord): void {
    this.undoLog.put(this.heads, org, head)
    const slot = headSlot(org)
    this.#storage.write(slot, packHead(head))
    this.#storage.write(slotAfter(slot, 1), fromHex(head.chain))
  }

  /** @throws {ProofError} PROOF_MALFORMED unless it is the next batch of the organisation */
  add(org: number, batch: ReplicaBatch): void {
    const key = batchKey(org, batch.purpose, batch.root)
    const keys = this.#order.get(org) ?? []
    if (batch.batch !== keys.length + 1 || this.#batches.has(key)) throw malformed('anchors', 'batches count from 1')
    this.#order.set(org, keys)
    keys.push(key)
    this.undoLog.note(() => keys.pop())
    this.#put(org, batch)
  }

  #put(org: number, batch: ReplicaBatch): void {
    this.undoLog.put(this.#batches, batchKey(org, batch.purpose, batch.root), batch)
    this.#storage.write(anchorSlot(org, batch.purpose, batch.root), packAnchor(batch))
  }
}
