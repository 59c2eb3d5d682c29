/**
 * The result of a check: one outcome and one stable reason, the first that applies in a fixed order, with every check
 * listed, what it was read from, and how old that is. A verdict is safe to keep and to log: it holds no claim value, no
 * key and no token.
 * "Could not check" is `unknown`, never `revoked`; a bad fact counts at any age, a good one only within the policy's.
 */
import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { AsOf, ViewKind } from './view.ts'

/** Worst first. The order is the contract: of all that is wrong with a presentation, the first is told. */
export const FINDINGS = [
  { outcome: 'unreadable', reason: 'malformed' },
  { outcome: 'unreadable', reason: 'unsupported' },
  { outcome: 'forged', reason: 'bad_signature' },
  { outcome: 'forged', reason: 'bad_disclosure' },
  { outcome: 'forged', reason: 'anchor_mismatch' },
  { outcome: 'replayed', reason: null },
  { outcome: 'wrong_holder', reason: null },
  { outcome: 'retry', reason: 'stale_presentation' },
  { outcome: 'retry', reason: 'wrong_audience' },
  { outcome: 'retry', reason: 'declined' },
  { outcome: 'retry', reason: 'timed_out' },
  { outcome: 'retry', reason: 'claims_missing' },
  { outcome: 'retry', reason: 'clock' },
  { outcome: 'untrusted', reason: 'issuer_unknown' },
  { outcome: 'untrusted', reason: 'not_accredited' },
  { outcome: 'untrusted', reason: 'key_distrusted' },
  { outcome: 'untrusted', reason: 'disowned' },
  { outcome: 'untrusted', reason: 'name_mismatch' },
  { outcome: 'expired', reason: null },
  { outcome: 'not_yet_valid', reason: null },
  { outcome: 'revoked', reason: null },
  { outcome: 'suspended', reason: null },
  { outcome: 'unknown', reason: 'internal_fault' },
  { outcome: 'unknown', reason: 'view_stale' },
  { outcome: 'unknown', reason: 'list_unreachable' },
  { outcome: 'unknown', reason: 'anchor_needed' },
  { outcome: 'unknown', reason: 'anchor_pending' },
  { outcome: 'not_satisfied', reason: null },
  { outcome: 'valid', reason: null },
] as const

/** An outcome with its reason; outcomes that need none have `null`. */
export type Finding = (typeof FINDINGS)[number]
export type Outcome = Finding['outcome']
export type Reason = Finding['reason']

/** `forged/bad_signature`, `valid`: the key of sentences, tables and counters. */
export type FindingKey = KeyOf<Finding>
type KeyOf<F extends Finding> = F extends { outcome: infer O extends string; reason: infer R }
  ? R extends string
    ? `${O}/${R}`
    : O
  : never

export const VALID: Finding = { outcome: 'valid', reason: null }

export function findingKey(finding: Finding): FindingKey {
  return (finding.reason === null ? finding.outcome : `${finding.outcome}/${finding.reason}`) as FindingKey
}

/** The first of the order; `valid` if there is nothing to say. */
export function worst(findings: readonly Finding[]): Finding {
  const rank = (finding: Finding) =>
    FINDINGS.findIndex(({ outcome, reason }) => outcome === finding.outcome && reason === finding.reason)
  return findings.reduce((found, next) => (rank(next) < rank(found) ? next : found), VALID)
}

/** In the order made. */
export const CHECKS = [
  'response', //           the answer has the protocol's shape
  'readable', //           the presentation is an SD-JWT VC of a kind known here
  'issuer_signature', //   made by the key in the credential's certificate
  'disclosures', //        each disclosed claim is one the issuer signed
  'key_binding', //        signed by the holder's key, over exactly what is shown
  'audience', //           made for this verifier
  'nonce', //              made for this request
  'freshness', //          made just now
  'view', //               the ledger was read, recently enough
  'issuer', //             the key is an organisation's, for credentials
  'accreditation', //      which may issue this card
  'issuer_name', //        under the name it is registered by
  'anchor', //             the receipt: this credential, in a batch the ledger knows
  'time_rule', //          the key was trusted when it signed
  'validity', //           exp, nbf
  'status', //             not revoked, not suspended
  'claims', //             everything asked for is there
  'condition', //          and says what is needed
] as const
export type CheckName = (typeof CHECKS)[number]

export interface Check {
  readonly name: CheckName
  readonly result: 'passed' | 'failed' | 'not_checked'
  /** Numbers, times, codes and ledger names; never a claim value. */
  readonly facts: Facts
}
export type Facts = Readonly<Record<string, string | number | boolean | null>>

/** What the decision about one credential rests on, for whoever wants to look it up. */
export interface Evidence {
  readonly vct: string | null
  readonly iss: string | null
  readonly keyId: Hex | null
  /** The name people are shown is the registry's, never the credential's own. */
  readonly organisation: { readonly id: number; readonly name: string | null } | null
  readonly receipt: {
    readonly purpose: Hex
    readonly root: Hex
    readonly time: UnixSeconds
    readonly batch: number
  } | null
  readonly status: { readonly list: string; readonly index: number } | null
}

export interface CredentialVerdict {
  /** Which part of the request it answers; `null` outside a request. */
  readonly query: string | null
  readonly outcome: Outcome
  readonly reason: Reason
  readonly checks: readonly Check[]
  readonly evidence: Evidence
}

/** The same in both languages of the clerk's screen. */
export interface Sentences {
  readonly ko: string
  readonly en: string
}

export interface Verdict {
  readonly outcome: Outcome
  readonly reason: Reason
  /** For the clerk: what it means, and what to do next. */
  readonly sentence: Sentences
  readonly nextStep: Sentences
  /** Checks of the presentation as a whole; those of each credential stand with it. */
  readonly checks: readonly Check[]
  readonly credentials: readonly CredentialVerdict[]
  /** The block everything was read at; `null` when no ledger was read. */
  readonly asOf: AsOf | null
  /** Seconds from then to `checkedAt`. */
  readonly age: number | null
  /** `rpc`: a node was trusted to answer. `proven`, `replica`: every answer was proved. */
  readonly how: ViewKind | null
  readonly checkedAt: UnixSeconds
}
