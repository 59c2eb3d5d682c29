/**
 * The time rule decides whether the signature of a credential counts (docs/decisions/035 lists the special cases).
 * `iat` is a statement of the issuer's key, so a thief of the key can choose it. The ledger's time of the receipt is
 * stronger evidence: a thief cannot anchor in the past. All verifiers and views use this function.
 */
import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { contains } from '../proof/registries/interval.ts'
import type { AnchorRecord, KeyRecord } from '../proof/registries/records.ts'
import type { Receipt } from './receipt.ts'

/** What a view answers about the anchor record of a root. `no` only if the view knows every anchor record. */
export type ReceiptLookup =
  | ({ readonly found: 'yes' } & Pick<AnchorRecord, 'time' | 'count' | 'disowned'>)
  | { readonly found: 'no' }
  | { readonly found: 'unknown' }

export type ShownAnchor =
  | { readonly shown: false }
  | { readonly shown: true; readonly receipt: Receipt; readonly lookup: ReceiptLookup }

export type SigningKey = Omit<KeyRecord, 'uses'>

export interface TimeQuestion {
  readonly anchor: ShownAnchor
  readonly key: SigningKey
  readonly iat: UnixSeconds
  /** The credential states that it is not anchored yet. */
  readonly anchorPending: boolean
  readonly policy: 'always' | 'if_distrusted'
  readonly profile: { readonly chainId: number; readonly log: Hex }
}

export type TimeJudgement =
  /** `at`: the time of signing, by the ledger or by the `iat` of the credential. */
  | { readonly outcome: 'valid'; readonly at: UnixSeconds; readonly by: 'anchor' | 'iat' }
  | { readonly outcome: 'forged'; readonly reason: 'anchor_mismatch' }
  | { readonly outcome: 'retry'; readonly reason: 'claims_missing' }
  | { readonly outcome: 'untrusted'; readonly reason: 'disowned' | 'key_distrusted' | 'not_accredited' }
  | { readonly outcome: 'unknown'; readonly reason: 'anchor_needed' | 'anchor_pending' }

export function judgeByTime(question: TimeQuestion): TimeJudgement {
  const { anchor } = question
  return anchor.shown ? judgeAnchor(anchor.receipt, anchor.lookup, question) : judgeWithoutAnchor(question)
}

function judgeAnchor(receipt: Receipt, lookup: ReceiptLookup, { key, profile }: TimeQuestion): TimeJudgement {
  const mismatch = { outcome: 'forged', reason: 'anchor_mismatch' } as const
  if (receipt.chainId !== profile.chainId || receipt.log !== profile.log.toLowerCase()) return mismatch
  if (receipt.org !== key.org || receipt.index >= receipt.size) return mismatch
  switch (lookup.found) {
    case 'no':
      return mismatch
    case 'unknown':
      return { outcome: 'unknown', reason: 'anchor_needed' }
    case 'yes': {
      if (lookup.count !== receipt.size) return mismatch
      if (!contains(key, lookup.time)) return { outcome: 'untrusted', reason: 'not_accredited' }
      if (key.distrustedFrom !== null && lookup.time >= key.distrustedFrom) {
        return { outcome: 'untrusted', reason: 'key_distrusted' }
      }
      if (lookup.disowned) return { outcome: 'untrusted', reason: 'disowned' }
      return { outcome: 'valid', at: lookup.time, by: 'anchor' }
    }
  }
}

function judgeWithoutAnchor({ key, iat, anchorPending, policy }: TimeQuestion): TimeJudgement {
  const byIat = policy === 'if_distrusted' && key.distrustedFrom === null && contains(key, iat)
  if (byIat) return { outcome: 'valid', at: iat, by: 'iat' }
  // There is no anchor to show yet, so asking the holder again would not help.
  if (anchorPending) return { outcome: 'unknown', reason: 'anchor_pending' }
  return policy === 'always'
    ? { outcome: 'retry', reason: 'claims_missing' }
    : { outcome: 'unknown', reason: 'anchor_needed' }
}
