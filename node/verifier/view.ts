import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { Interval } from '../proof/registries/interval.ts'
import type { AnchorRecord, KeyRecord } from '../proof/registries/records.ts'
import type { StatusName } from '../proof/registries/status.ts'

/** `rpc`: a node's word. `proven`: its answer with a proof under a sealed header. `replica`: local, and proved. */
export type ViewKind = 'rpc' | 'proven' | 'replica'

/** The block an answer is true at. */
export interface AsOf {
  readonly block: number
  readonly time: UnixSeconds
}

/** Why a view cannot tell. It never guesses: not knowing and knowing that there is nothing are two answers. */
export type UnknownReason =
  | 'unreachable' //   no answer from where the view asks
  | 'wrong_chain' //   an answer, but from another ledger than the profile's
  | 'not_covered' //   outside what this view holds (a list not loaded, a batch before its window)
  | 'not_proven' //    an answer, whose proof does not hold

export type Answer<T> =
  | {
      readonly known: true
      readonly value: T
      readonly asOf: AsOf
      readonly how: ViewKind
      /** The newest block was asked for to answer this, whatever the rest of the view was read at. */
      readonly current?: boolean
    }
  | { readonly known: false; readonly why: UnknownReason }

export interface RegisteredOrganisation extends Interval {
  readonly id: number
  /** From the event that its description hash commits to; `null` if the view could not find it. */
  readonly name: string | null
  /** keccak-256 of its issuer URL. */
  readonly issuerHash: Hex
}

/** Everything the registry says of a key and a purpose; `null` for what is not registered. */
export interface Accreditation {
  readonly key: KeyRecord | null
  readonly organisation: RegisteredOrganisation | null
  readonly grant: Interval | null
}

/** `null` value: the ledger has no such list, or no such index in it. */
export interface StatusEntry {
  /** The organisation that opened the list. */
  readonly org: number
  readonly status: StatusName
}

/**
 * ViewKind a verifier knows what the ledger says. Where the answers come from is the view's business; a check only reads
 * what is answered, and how old it is.
 */
export interface LedgerView {
  /**
   * Fixes one block for the whole of a check, so that its answers agree with one another. Rejects only for a fault of
   * its own, never because an endpoint does not answer.
   */
  pin(): Promise<PinnedView>
}

/** Every method answers or says why it cannot. One rejects only for a fault of its own. */
export interface PinnedView {
  readonly how: ViewKind
  /** `null`: there is no block to answer from. */
  readonly asOf: AsOf | null
  /** When the view last knew this block to be the newest: at least `asOf.time`. What age is counted from. */
  readonly currentAt: UnixSeconds | null
  /** Whether `asOf` was the newest block when asked just now: only then does an absence prove anything. */
  readonly current: boolean
  /** Why there is no newer block, or none: the code of what was refused. For the record; no verdict hangs on it. */
  readonly refusal?: string | null
  accreditation(keyId: Hex, purpose: Hex): Promise<Answer<Accreditation>>
  /** `null`: never anchored. */
  anchor(org: number, purpose: Hex, root: Hex): Promise<Answer<AnchorRecord | null>>
  status(list: bigint, index: number): Promise<Answer<StatusEntry | null>>
}
