/**
 * Judges who asks: whether the key of a request, and the policy in it, are registered on the ledger, and what the request
 * asks for beyond the policy. For a wallet, before it shows the request to the holder. It has to have verified the request
 * object itself before: its signature by the key of the first certificate, the client identifier, the time and the audience.
 *
 *   x5c = [registered key]            asker = the organisation that the council registered the key for
 *   x5c = [till, registered key]      the same, by a till that the registered key certified
 *
 * No other chain is accepted, and of the registered key's certificate only the key counts.
 */
import { sha256 } from '#crypto'
import { certificateKey } from '../../credential/certificate.ts'
import { fromBase64 } from '../../lib/base64.ts'
import { toHex } from '../../lib/bytes.ts'
import type { P256PublicKey } from '../../lib/crypto.ts'
import { isJsonObject, type JsonValue } from '../../lib/json.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { DAY, MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { contains, type Interval, NEVER } from '../../proof/registries/interval.ts'
import { purposeHash } from '../../proof/registries/purpose.ts'
import { type KeyRecord, KeyUse } from '../../proof/registries/records.ts'
import type { CardQuery } from '../dcql/query.ts'
import type { Accreditation, AsOf, PinnedView } from '../view.ts'
import { type AskedClaim, askedBeyond } from './asked.ts'
import { POLICY_FORMAT, parsePolicy, policyPurpose, type RequestPolicy } from './policy.ts'
import { shownName } from './shown-text.ts'
import { verifyTillCertificate } from './till-certificate.ts'

/** The members of a verified request object. */
export interface AskerRequest {
  /** DER in base64, leaf first (RFC 7515 §4.1.6). */
  readonly x5c: readonly string[]
  /** `verifier_info` as it was received; undefined if the request has none. */
  readonly verifierInfo: JsonValue | undefined
  /** Accepted by `checkQuery`. */
  readonly query: CardQuery
}

/** What the judgement reads of the ledger. A replica without statuses and anchors suffices. */
export type TrustView = Pick<PinnedView, 'asOf' | 'currentAt' | 'accreditation'>

export interface AskerQuestion {
  readonly requestObject: AskerRequest
  readonly trust: TrustView
  readonly now: UnixSeconds
  /** The oldest view, in seconds, on which a registration counts. */
  readonly maxAge?: number
}

/**
 * A registration that was withdrawn still counts for so long on a phone without a network. In return, holders can identify
 * themselves while networks or data centres are down for days.
 */
export const TRUST_AGE_LIMIT = 7 * DAY

export type UnregisteredReason =
  | 'no_policy' //            the request has no policy
  | 'policy_malformed' //     it cannot be read, or there are several
  | 'chain' //                the certificates are not the registered key's, or the registered key's and a till's
  | 'till_not_yet_valid' //   the phone's clock may be slow
  | 'till_expired'
  | 'key_unknown' //          no organisation has this key for requests
  | 'key_ended' //            expired, retired or distrusted
  | 'organisation_ended'
  | 'grant_missing' //        the council never granted this policy, byte by byte, to this organisation
  | 'grant_ended'

export interface RegisteredAsker {
  readonly state: 'registered'
  /** The name in the registry: what the holder sees. Null if the view does not know it. */
  readonly organisation: { readonly id: number; readonly name: string | null }
  readonly policy: RequestPolicy
  /** What is asked for beyond the policy. The holder must see it marked. */
  readonly beyond: readonly AskedClaim[]
  readonly certificate: 'own' | 'till'
  /** The first end of the registrations and of the till's certificate; null if none of them ends. */
  readonly until: UnixSeconds | null
  readonly asOf: AsOf
  /** Seconds since the registration was known to be so. */
  readonly age: number
}

export interface UnregisteredAsker {
  readonly state: 'unregistered'
  readonly reason: UnregisteredReason
  /** Null for what depends on the request alone, and if the ledger cannot be read. */
  readonly asOf: AsOf | null
}

export interface UnknownAsker {
  readonly state: 'unknown'
  /** `stale`: the copy of the ledger is too old to say so. `unreachable`: there is none. */
  readonly reason: 'stale' | 'unreachable'
  readonly asOf: AsOf | null
}

export type AskerJudgement = RegisteredAsker | UnregisteredAsker | UnknownAsker

/** Never rejects because of the request. */
export async function judgeAsker({
  requestObject: { x5c, verifierInfo, query },
  trust,
  now,
  maxAge = TRUST_AGE_LIMIT,
}: AskerQuestion): Promise<AskerJudgement> {
  const unregistered = (reason: UnregisteredReason, asOf: AsOf | null = null) =>
    ({ state: 'unregistered', reason, asOf }) as const
  // A phone's clock may be slow, but no time before the newest known block is the present.
  const time = Math.max(now, trust.currentAt ?? 0)

  const chain = verifyChain(x5c, time)
  if (typeof chain === 'string') return unregistered(chain)
  const found = findPolicy(verifierInfo)
  if (typeof found === 'string') return unregistered(found)

  const answer = await trust.accreditation(toHex(sha256(chain.registered.spki)), purposeHash(policyPurpose(found.text)))
  if (!answer.known) return { state: 'unknown', reason: 'unreachable', asOf: trust.asOf }
  const { value, asOf } = answer
  const age = Math.max(0, now - (trust.currentAt ?? asOf.time))
  const finding = findingOn(value, time)
  // What has ended for ever is certain on every view. Anything else may be different by now.
  if (age > maxAge && finding !== 'key_ended') return { state: 'unknown', reason: 'stale', asOf }
  if (typeof finding === 'string') return unregistered(finding, asOf)
  const { organisation, intervals } = finding
  const until = Math.min(...intervals.map(each => each.until), chain.until)
  return {
    state: 'registered',
    organisation: { id: organisation.id, name: organisation.name && shownName(organisation.name, NAME_LIMIT) },
    policy: found.policy,
    beyond: askedBeyond(query, found.policy),
    certificate: chain.certificate,
    until: until === NEVER ? null : until,
    asOf,
    age,
  }
}

interface Chain {
  readonly certificate: RegisteredAsker['certificate']
  readonly registered: P256PublicKey
  readonly until: UnixSeconds
}

const NAME_LIMIT = 100

/** How far the clock of a till may be ahead of the phone's, in seconds. */
const CLOCK_TOLERANCE = 10 * MINUTE

function verifyChain(x5c: readonly string[], now: UnixSeconds): Chain | UnregisteredReason {
  const [leaf, second] = x5c
  if (leaf === undefined || x5c.length > 2) return 'chain'
  try {
    if (second === undefined) return { certificate: 'own', registered: certificateKey(fromBase64(leaf)), until: NEVER }
    const registered = certificateKey(fromBase64(second))
    const { notBefore, notAfter } = verifyTillCertificate(fromBase64(leaf), registered)
    if (now > notAfter) return 'till_expired'
    if (now < notBefore - CLOCK_TOLERANCE) return 'till_not_yet_valid'
    return { certificate: 'till', registered, until: notAfter + 1 }
  } catch (error) {
    if (error instanceof ParseError) return 'chain'
    throw error
  }
}

/** Entries of other formats are for other wallets. */
function findPolicy(info: JsonValue | undefined): { text: string; policy: RequestPolicy } | UnregisteredReason {
  const entries = Array.isArray(info) ? info : []
  const [entry, another] = entries.filter(each => isJsonObject(each) && each.format === POLICY_FORMAT)
  if (entry === undefined) return 'no_policy'
  if (another !== undefined || typeof entry.data !== 'string') return 'policy_malformed'
  try {
    return { text: entry.data, policy: parsePolicy(entry.data) }
  } catch (error) {
    if (error instanceof ParseError) return 'policy_malformed'
    throw error
  }
}

function findingOn({ key, organisation, grant }: Accreditation, now: UnixSeconds) {
  if (!key || !organisation || (key.uses & KeyUse.REQUEST) === 0) return 'key_unknown' as const
  if (!isLive(key, now)) return 'key_ended' as const
  if (!contains(organisation, now)) return 'organisation_ended' as const
  if (!grant) return 'grant_missing' as const
  if (!contains(grant, now)) return 'grant_ended' as const
  const intervals: readonly Interval[] = [key, organisation, grant]
  return { organisation, intervals }
}

const isLive = (key: KeyRecord, now: UnixSeconds): boolean => key.distrustedFrom === null && contains(key, now)
