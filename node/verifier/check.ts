/**
 * Judges a presentation. All surfaces use this one function. It has no I/O but the view: time, ledger and expectations
 * are parameters. It runs in a browser.
 *
 * Claims are returned only with the verdict `valid`.
 */
import type { Credential } from '../credential/credential.ts'
import { isJsonObject, type JsonObject } from '../lib/json.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import { checkCredential } from './check-credential.ts'
import type { Expectation } from './check-key-binding.ts'
import type { TrustProfile } from './context.ts'
import { matchQuery } from './dcql/match.ts'
import { requestedClaims, selected } from './dcql/select.ts'
import { guarded } from './fault.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import type { Policy } from './policy.ts'
import { PRESENTATION_CHECKS, Recorder } from './recorder.ts'
import { differingClaim } from './same-person.ts'
import { adviceOn } from './sentences.ts'
import type { StatusListSource } from './status/source.ts'
import { type CredentialVerdict, type Finding, type Verdict, worst } from './verdict.ts'
import type { LedgerView, PinnedView } from './view.ts'

export interface CheckInput {
  /** One presentation, or the presentations of a VP token by the id of their query (OpenID4VP 1.0 §8.1). */
  readonly presentation: string | Readonly<Record<string, readonly string[]>>
  readonly expected: Expectation
  readonly policy: Policy
  readonly profile: TrustProfile
  readonly view: LedgerView
  readonly keys: IssuerKeys
  readonly statusLists: StatusListSource | null
  readonly now: UnixSeconds
  readonly warn: Warn
}

/**
 * The disclosed claims of one card that the query of the policy requests, with the values that the issuer signed.
 * Without a query, all disclosed claims.
 */
export interface Disclosed {
  readonly query: string | null
  readonly vct: string
  readonly claims: JsonObject
}

export interface Checked {
  readonly verdict: Verdict
  /** `null` unless the verdict is `valid`. */
  readonly disclosed: readonly Disclosed[] | null
}

/** More credentials than any request needs. */
const MAX_CREDENTIALS = 8
/** Seconds that a head may be ahead of our clock. Beyond that, the clock is probably wrong. */
const MAX_AHEAD = 60

export async function check(input: CheckInput): Promise<Checked> {
  const { policy, now, warn } = input
  const recorder = new Recorder(PRESENTATION_CHECKS)
  const ledger = await guarded('view', recorder, warn, () => input.view.pin())
  if (!ledger) return { verdict: verdictOf(recorder, [], null, now), disclosed: null }
  const shown = presentedCredentials(input.presentation)
  if (shown === null) {
    recorder.fail('response', MALFORMED)
    return { verdict: verdictOf(recorder, [], ledger, now), disclosed: null }
  }
  if (shown.length === 0 || shown.length > MAX_CREDENTIALS) {
    const finding = shown.length === 0 ? ({ outcome: 'retry', reason: 'claims_missing' } as const) : MALFORMED
    recorder.fail('response', finding, { credentials: shown.length })
    return { verdict: verdictOf(recorder, [], ledger, now), disclosed: null }
  }
  recorder.pass('response', { credentials: shown.length })
  const fresh = (await guarded('view', recorder, warn, () => checkView(ledger, policy, now, recorder))) ?? false
  const context = { ...input, ledger, fresh }
  // One after the other, since a presentation rarely contains more than one.
  const credentials: CredentialVerdict[] = []
  const genuine: { query: string | null; credential: Credential }[] = []
  for (const { query, text } of shown) {
    const { verdict, credential } = await checkCredential(text, query, context)
    credentials.push(verdict)
    if (credential) genuine.push({ query, credential })
  }
  const disclosed = await guarded('claims', recorder, warn, () => {
    if (genuine.length !== shown.length) return null
    const answers = genuine.map(({ query, credential }) => ({
      credential,
      query: query ?? queryFor(credential, policy),
    }))
    checkClaims(answers, policy, recorder)
    return answers.map(answer => minimalDisclosure(answer, policy))
  })
  const verdict = verdictOf(recorder, credentials, ledger, now)
  return { verdict, disclosed: verdict.outcome === 'valid' ? (disclosed ?? null) : null }
}

/** The verdict on a request without a presentation: declined, expired, or unreadable. */
export function verdictWithout(finding: Finding, now: UnixSeconds): Verdict {
  const recorder = new Recorder(PRESENTATION_CHECKS)
  recorder.fail('response', finding)
  return verdictOf(recorder, [], null, now)
}

/** The verdict if no trusted view of the ledger exists. @param refusal the code of the error */
export function verdictUnchecked(refusal: string, now: UnixSeconds): Verdict {
  const recorder = new Recorder(PRESENTATION_CHECKS)
  recorder.skip('view', { refusal }, { outcome: 'unknown', reason: 'view_stale' })
  return verdictOf(recorder, [], null, now)
}

const MALFORMED: Finding = { outcome: 'unreadable', reason: 'malformed' }

/**
 * The presentations as a list; null if the value is neither a text nor a VP token of texts. Callers may pass on
 * whatever a wallet sent, and objects that throw when they are read.
 */
function presentedCredentials(presentation: unknown): { query: string | null; text: string }[] | null {
  if (typeof presentation === 'string') return [{ query: null, text: presentation }]
  try {
    return presentedTexts(presentation)
  } catch {
    return null
  }
}

function presentedTexts(presentation: unknown): { query: string; text: string }[] | null {
  if (typeof presentation !== 'object' || presentation === null || Array.isArray(presentation)) return null
  const shown: { query: string; text: string }[] = []
  for (const [query, texts] of Object.entries(presentation)) {
    if (!Array.isArray(texts)) return null
    for (const text of texts as readonly unknown[]) {
      if (typeof text !== 'string') return null
      shown.push({ query, text })
    }
  }
  return shown
}

/** Checks the view. @returns whether it is recent enough that a missing record proves something */
export function checkView(ledger: PinnedView, policy: Policy, now: UnixSeconds, recorder: Recorder): boolean {
  const { asOf, currentAt, how, refusal } = ledger
  const refused = refusal ? { refusal } : {}
  if (!asOf || currentAt === null) {
    recorder.skip('view', { how, ...refused }, { outcome: 'unknown', reason: 'view_stale' })
    return false
  }
  const facts = { how, block: asOf.block, time: asOf.time, age: now - currentAt, maxAge: policy.maxAge, ...refused }
  if (asOf.time > now + MAX_AHEAD) {
    recorder.fail('view', { outcome: 'retry', reason: 'clock' }, facts)
    return false
  }
  if (!(now - currentAt <= policy.maxAge)) {
    recorder.skip('view', facts, { outcome: 'unknown', reason: 'view_stale' })
    return false
  }
  recorder.pass('view', facts)
  return true
}

/** A verified credential, and the id of the query that it answers. */
interface Answer {
  readonly credential: Credential
  readonly query: string | null
}

/** The query that a presentation without a query id answers: the first one that asks for such a card. */
function queryFor({ vct }: Credential, { query }: Policy): string | null {
  const asked = query?.credentials.find(({ format, meta }) => format === 'dc+sd-jwt' && meta.vct_values.includes(vct))
  return asked?.id ?? null
}

/**
 * Without claims that the query does not request, the anchor, which is not personal, and objects without a disclosed
 * member.
 */
function minimalDisclosure({ credential, query }: Answer, policy: Policy): Disclosed {
  const { vct, claims, payload } = credential
  const requested = policy.query ? requestedClaims(policy.query, query, payload) : undefined
  const shown = Object.entries(requested ?? claims).filter(([name, value]) => {
    return name !== 'anchor' && !(isJsonObject(value) && Object.keys(value).length === 0)
  })
  return { query, vct, claims: Object.fromEntries(shown) }
}

function checkClaims(answers: readonly Answer[], { query, conditions }: Policy, recorder: Recorder): void {
  const claim = differingClaim(answers.map(({ credential }) => credential.payload))
  if (claim !== undefined) {
    recorder.fail('claims', { outcome: 'wrong_holder', reason: null }, { claim })
    return
  }
  if (query) {
    const { satisfied, lacking } = matchQuery(
      query,
      answers.map(({ credential: { vct, payload, sdJwt }, query: id }) => {
        return { query: id, vct, claims: payload, x5c: sdJwt.x5c }
      }),
    )
    if (!satisfied) {
      recorder.fail('claims', { outcome: 'retry', reason: 'claims_missing' }, { lacking: lacking.join(' ') })
      return
    }
    recorder.pass('claims')
  }
  for (const condition of conditions) {
    for (const { credential, query: id } of answers) {
      if (condition.query !== null && condition.query !== id) continue
      const facts = { claim: condition.path.join('/') }
      const [value] = selected(credential.payload, condition.path)
      if (value === undefined) recorder.fail('claims', { outcome: 'retry', reason: 'claims_missing' }, facts)
      else if (value !== condition.equals) recorder.fail('condition', { outcome: 'not_satisfied', reason: null }, facts)
      else if (!recorder.failed('condition')) recorder.pass('condition', facts)
    }
  }
}

export function verdictOf(
  recorder: Recorder,
  credentials: readonly CredentialVerdict[],
  ledger: PinnedView | null,
  now: UnixSeconds,
): Verdict {
  const finding = worst([
    recorder.finding,
    ...credentials.map(({ outcome, reason }) => ({ outcome, reason }) as Finding),
  ])
  const currentAt = ledger?.currentAt ?? null
  return {
    ...finding,
    ...adviceOn(finding),
    checks: recorder.checks,
    credentials,
    asOf: ledger?.asOf ?? null,
    age: currentAt === null ? null : Math.max(0, now - currentAt),
    how: ledger?.how ?? null,
    checkedAt: now,
  }
}
