/**
 * The result of a check: an outcome and a reason. If there are several findings, the first in a fixed order counts. The
 * verdict lists every check, the source of its data, and the age of that data. It is safe to store and to log: it
 * contains no claim value, key or token. "Could not check" is `unknown`, never `revoked`. A bad status counts at any
 * age, a good one only within the policy's age.
 */
import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { AsOf, ViewKind } from './view.ts'

/**
 * Worst first. The order is part of the API: of all findings about a presentation, the verdict has the first in this
 * list.
 */
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

/** An outcome with its reason; `null` for outcomes without one. */
export type Finding = (typeof FINDINGS)[number]
export type Outcome = Finding['outcome']
export type Reason = Finding['reason']

/** The key of sentences, tables and counters, such as `forged/bad_signature` or `valid`. */
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

/** The first of the findings in the order of `FINDINGS`; `valid` if there are none. */
export function worst(findings: readonly Finding[]): Finding {
  const rank = (finding: Finding) =>
    FINDINGS.findIndex(({ outcome, reason }) => outcome === finding.outcome && reason === finding.reason)
  return findings.reduce((found, next) => (rank(next) < rank(found) ? next : found), VALID)
}

/** In the order in which they run. */
export const CHECKS = [
  'response', //           the answer has the protocol's shape
  'readable', //           the presentation is an SD-JWT VC of a kind known here
  'issuer_signature', //   of the key in the credential's certificate
  'disclosures', //        each disclosed claim is one the issuer signed
  'key_binding', //        the holder key signed exactly what is shown
  'audience', //           made for this verifier
  'nonce', //              made for this request
  'freshness', //          made just now
  'view', //               the view of the ledger is recent enough
  'issuer', //             the key belongs to an organisation and may sign credentials
  'accreditation', //      the organisation may issue this card
  'issuer_name', //        the issuer's URL is the one in the registry
  'anchor', //             the receipt belongs to this credential and to a batch on the ledger
  'time_rule', //          the key was trusted when it signed
  'validity', //           exp, nbf
  'status', //             not revoked, not suspended
  'claims', //             all requested claims are present
  'condition', //          the claims meet the conditions
] as const
export type CheckName = (typeof CHECKS)[number]

export interface Check {
  readonly name: CheckName
  readonly result: 'passed' | 'failed' | 'not_checked'
  /** Numbers, times, codes and names from the ledger; never a claim value. */
  readonly facts: Facts
}
export type Facts = Readonly<Record<string, string | number | boolean | null>>

/** The facts on which the decision about one credential is based, for later lookup. */
export interface Evidence {
  readonly vct: string | null
  readonly iss: string | null
  readonly keyId: Hex | null
  /** The name from the registry, never the one in the credential. */
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
  /** The id of the answered query; `null` outside a request. */
  readonly query: string | null
  readonly outcome: Outcome
  readonly reason: Reason
  readonly checks: readonly Check[]
  readonly evidence: Evidence
}

/** A text in both languages of the clerk's screen. */
export interface Sentences {
  readonly ko: string
  readonly en: string
}

export interface Verdict {
  readonly outcome: Outcome
  readonly reason: Reason
  /** For the clerk: the meaning of the verdict, and the next step. */
  readonly sentence: Sentences
  readonly nextStep: Sentences
  /** Checks of the presentation as a whole. Those of each credential are in `credentials`. */
  readonly checks: readonly Check[]
  readonly credentials: readonly CredentialVerdict[]
  /** The block of all answers; `null` if no ledger was read. */
  readonly asOf: AsOf | null
  /** Seconds from that block to `checkedAt`. */
  readonly age: number | null
  /** `rpc`: the answers of a trusted node. `proven`, `replica`: all answers were proved. */
  readonly how: ViewKind | null
  readonly checkedAt: UnixSeconds
}
