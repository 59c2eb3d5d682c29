import type { CardDefinition } from '../../credential/card.ts'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { atMost, type Clock, type Timer } from '../../lib/time.ts'
import { GasLimit } from '../../registries/calls.ts'
import { nameOfRevert, revertReasonIn } from '../../registries/contracts.ts'
import type { CauseOf, LaneRequest, Submitter } from '../../registries/sending/lane.ts'
import type { TransactionReceipt } from '../../registries/sending/transaction-receipt.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Codec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import { cardInUse } from '../cards-in-use.ts'
import { IssuerError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Batch, BatchRecord } from './batch.ts'

interface AnchorCause {
  readonly root: Hex
}

/** The cause of a transaction that anchors a batch. */
export interface AnchorCauses {
  readonly anchor: AnchorCause
}

export interface BatchesOptions {
  readonly store: Store
  readonly ledger: Ledger
  readonly anchorLog: Hex
  /** The lane of the account that anchors. */
  readonly lane: Submitter<AnchorCauses>
  readonly journal: Journal
  readonly clock: Clock
  readonly timer: Timer
}

/**
 * Milliseconds for which a repeated request waits for the outcome of a batch that an earlier process sent: longer than it
 * takes to notice that the ledger stands still (ledger/reach.ts).
 */
const OUTCOME_TIMEOUT_MS = 20_000

const rootKey: Codec<Hex> = { encode: fromHex, decode: toHex }

/** All batches of this authority, with their manifests. */
export class Batches {
  readonly #records: Table<Hex, BatchRecord>
  readonly #leaves: Table<Hex, Uint8Array>
  readonly #entries: Table<Hex, Uint8Array>

  constructor(private readonly options: BatchesOptions) {
    const { store } = options
    this.#records = new Table(store, Bucket.batch, rootKey, jsonCodec())
    this.#leaves = new Table(store, Bucket.leaves, rootKey, bytesCodec)
    this.#entries = new Table(store, Bucket.entries, rootKey, bytesCodec)
  }

  get(root: Hex): BatchRecord | undefined {
    return this.#records.get(root)
  }

  all(): AsyncIterable<[Hex, BatchRecord]> {
    return this.#records.entries()
  }

  /** The public part of a batch's manifest. */
  leaves(root: Hex): Uint8Array | undefined {
    return this.#leaves.get(root)
  }

  /** The part for auditors: a JWE. */
  entries(root: Hex): Uint8Array | undefined {
    return this.#entries.get(root)
  }

  /**
   * Calls the contract before the batch is committed, so that an authority without accreditation gets an error and leaves
   * no refused batch.
   * @throws {IssuerError} ISSUER_ANCHOR_REFUSED
   */
  async check(batch: Batch): Promise<void> {
    const { ledger, lane, anchorLog } = this.options
    try {
      await ledger.request('eth_call', [{ from: lane.account, to: anchorLog, data: batch.call }, 'latest'])
    } catch (error) {
      const reason = revertReasonIn(error)
      throw reason === undefined ? error : this.refused(reason)
    }
  }

  refused(reason: string): IssuerError {
    return new IssuerError(
      { code: 'ISSUER_ANCHOR_REFUSED', reason },
      `AnchorLog refuses to anchor for this authority: ${nameOfRevert(reason)}. Ask the council to check its accreditation.`,
    )
  }

  request(
    card: CardDefinition,
    batch: Batch,
    credentials: readonly string[],
    applications: readonly string[],
    records: readonly WriteOp[],
  ): LaneRequest<CauseOf<AnchorCauses>> {
    const record: BatchRecord = {
      card: card.id,
      purpose: batch.purpose,
      count: batch.tree.size,
      credentials,
      applications,
      manifest: batch.manifest,
      state: 'pending',
    }
    return {
      to: this.options.anchorLog,
      data: batch.call,
      gasLimit: GasLimit.anchor,
      cause: { kind: 'anchor', root: batch.root },
      ops: [
        ...records,
        ...cardInUse(this.options.store, card),
        this.#records.put(batch.root, record),
        this.#leaves.put(batch.root, batch.leaves),
        this.#entries.put(batch.root, batch.entries),
      ],
    }
  }

  /** @param credentialOps the operations for the credentials of the batch */
  onAnchored(
    { root }: AnchorCause,
    outcome: TransactionReceipt,
    credentialOps: (record: BatchRecord, anchored: boolean) => readonly WriteOp[],
  ): WriteOp[] {
    const { journal, clock } = this.options
    const record = this.#records.get(root) as BatchRecord
    const { transaction, block, time, revert } = outcome
    const anchored = revert === undefined
    const next: BatchRecord = { ...record, state: anchored ? 'anchored' : 'refused', transaction, block, time }
    const event = anchored ? 'batch.anchored' : 'batch.refused'
    return [
      this.#records.put(root, next),
      ...credentialOps(record, anchored),
      journal.append({ at: clock(), event, root, transaction, block, time, revert: revert ?? null }),
    ]
  }

  /**
   * Resolves when the batch is anchored.
   * @throws {IssuerError} ISSUER_ANCHOR_REFUSED
   * @throws {LedgerError} LEDGER_UNREACHABLE if that takes too long
   */
  async whenAnchored(root: Hex): Promise<void> {
    const { lane, timer } = this.options
    const state = () => this.#records.get(root)?.state
    if (state() === 'pending') {
      // The error is ignored: if the delivery failed, the batch is still pending.
      const outcome = lane.outcomeOf('anchor', cause => cause.root === root)
      await atMost(timer, OUTCOME_TIMEOUT_MS, Promise.allSettled([outcome]))
    }
    if (state() === 'anchored') return
    if (state() !== 'pending') throw this.refused('the batch was refused')
    throw new LedgerError(
      { code: 'LEDGER_UNREACHABLE', method: 'eth_sendRawTransaction' },
      'The batch of this card is not on the ledger yet. The card is stored: try again in a moment.',
    )
  }
}
