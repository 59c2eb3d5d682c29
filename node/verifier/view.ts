import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { Interval } from '../proof/registries/interval.ts'
import type { AnchorRecord, KeyRecord } from '../proof/registries/records.ts'
import type { StatusName } from '../proof/registries/status.ts'

/**
 * `rpc`: the answer of a trusted node. `proven`: an answer with a proof under a sealed header. `replica`: local data,
 * proved as a whole.
 */
export type ViewKind = 'rpc' | 'proven' | 'replica'

/** The block for which an answer is true. */
export interface AsOf {
  readonly block: number
  readonly time: UnixSeconds
}

/** Why a view cannot answer. That a record does not exist is an answer, and different from not knowing. */
export type UnknownReason =
  | 'unreachable' //   the endpoint does not answer
  | 'wrong_chain' //   the endpoint serves another ledger than the profile's
  | 'not_covered' //   the view does not contain this data (a list not loaded, a batch before its window)
  | 'not_proven' //    the proof of the answer is invalid

export type Answer<T> =
  | {
      readonly known: true
      readonly value: T
      readonly asOf: AsOf
      readonly how: ViewKind
      /** This answer is from the newest block, even if the rest of the view is older. */
      readonly current?: boolean
    }
  | { readonly known: false; readonly why: UnknownReason }

export interface RegisteredOrganisation extends Interval {
  readonly id: number
  /** From the event with the description hash; `null` if the view did not find it. */
  readonly name: string | null
  /** keccak256 of its issuer URL. */
  readonly issuerHash: Hex
}

/** The registry's records for a key and a purpose; `null` for what is not registered. */
export interface Accreditation {
  readonly key: KeyRecord | null
  readonly organisation: RegisteredOrganisation | null
  readonly grant: Interval | null
}

/** The status at an index of a list. A view answers `null` if the ledger has no such list or no such index. */
export interface StatusEntry {
  /** The organisation that opened the list. */
  readonly org: number
  readonly status: StatusName
}

/** Answers questions about the ledger. A check needs only the answers and their age, whatever the source. */
export interface LedgerView {
  /**
   * Fixes one block for the whole check, so that all answers are consistent. Rejects only for an internal fault, never
   * because an endpoint does not answer.
   */
  pin(): Promise<PinnedView>
}

/** Every method answers, or gives the reason why it cannot. A method rejects only for an internal fault. */
export interface PinnedView {
  readonly how: ViewKind
  /** `null` if no block can be read. */
  readonly asOf: AsOf | null
  /**
   * The latest time at which this block was known to be the newest: at least `asOf.time`. The age is counted from it.
   */
  readonly currentAt: UnixSeconds | null
  /** Whether `asOf` was the newest block at the time of pinning. Only then does a missing record prove something. */
  readonly current: boolean
  /**
   * The code of the error because of which there is no newer block, or none at all. For the record only; no verdict
   * depends on it.
   */
  readonly refusal?: string | null
  accreditation(keyId: Hex, purpose: Hex): Promise<Answer<Accreditation>>
  /** `null` if the root was never anchored. */
  anchor(org: number, purpose: Hex, root: Hex): Promise<Answer<AnchorRecord | null>>
  status(list: bigint, index: number): Promise<Answer<StatusEntry | null>>
}
