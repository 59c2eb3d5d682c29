/**
 * Checks one credential of a presentation: first its signature, its holder and its times, then what the ledger says
 * about it.
 */
import { importP256, keccak256 } from '#crypto'
import { type Credential, verifyCredential } from '../credential/credential.ts'
import { CredentialError } from '../credential/errors.ts'
import { parseSdJwt, type SdJwt } from '../credential/sd-jwt/parse.ts'
import { toHex, utf8 } from '../lib/bytes.ts'
import type { P256PublicKey } from '../lib/crypto.ts'
import { ParseError } from '../lib/parse-error.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { issuePurpose } from '../proof/registries/purpose.ts'
import { KeyUse } from '../proof/registries/records.ts'
import { checkAnchor } from './check-anchor.ts'
import { checkKeyBinding } from './check-key-binding.ts'
import { checkStatus } from './check-status.ts'
import type { CheckContext, EvidenceDraft } from './context.ts'
import { guarded } from './fault.ts'
import type { IssuerKey, IssuerKeys } from './issuer-keys.ts'
import { CREDENTIAL_CHECKS, Recorder } from './recorder.ts'
import type { CheckName, CredentialVerdict } from './verdict.ts'
import type { Accreditation } from './view.ts'

export interface CheckedCredential {
  readonly verdict: CredentialVerdict
  /** Null unless its signature and all disclosures are valid. */
  readonly credential: Credential | null
}

/** Runs one step; undefined after an internal fault. */
type Step = <T>(name: CheckName, run: () => T | Promise<T>) => Promise<T | undefined>

/** The difference between clocks that is tolerated, in seconds. */
const LEEWAY = 60

export async function checkCredential(
  text: string,
  query: string | null,
  at: CheckContext,
): Promise<CheckedCredential> {
  const recorder = new Recorder(CREDENTIAL_CHECKS)
  const evidence: EvidenceDraft = { vct: null, iss: null, keyId: null, organisation: null, receipt: null, status: null }
  const step: Step = (name, run) => guarded(name, recorder, at.warn, run)
  const read = await step('readable', () => readCredential(text, recorder, at.keys))
  if (read) {
    const { credential, issuer, holder } = read
    evidence.vct = credential.vct
    evidence.iss = credential.iss
    evidence.keyId = issuer.keyId
    const { expected, now } = at
    if (expected) {
      await step('key_binding', () => checkKeyBinding(credential.sdJwt, holder, expected, now, recorder))
    }
    await step('validity', () => checkValidity(credential, now, recorder))
    const registered = await step('issuer', () => checkRegistered(credential, issuer, at, recorder, evidence))
    // Both ask the ledger, so they run at the same time.
    await Promise.all([
      step('anchor', () => checkAnchor(credential, registered ?? null, at, recorder, evidence)),
      step('status', () => checkStatus(credential, issuer, registered?.key ?? null, at, recorder, evidence)),
    ])
  }
  const { outcome, reason } = recorder.finding
  const verdict = { query, outcome, reason, checks: recorder.checks, evidence }
  return { verdict, credential: read?.credential ?? null }
}

function readCredential(
  text: string,
  recorder: Recorder,
  keys: IssuerKeys,
): { credential: Credential; issuer: IssuerKey; holder: P256PublicKey } | undefined {
  let sdJwt: SdJwt
  let issuer: IssuerKey
  try {
    sdJwt = parseSdJwt(text)
    issuer = keys.of(sdJwt.x5c[0] ?? '')
  } catch (error) {
    refuse(error, recorder)
    return undefined
  }
  try {
    const credential = verifyCredential(sdJwt, issuer.key)
    const holder = importP256(credential.holder)
    recorder.pass('readable')
    recorder.pass('issuer_signature', { keyId: issuer.keyId })
    recorder.pass('disclosures', { shown: sdJwt.disclosures.length })
    return { credential, issuer, holder }
  } catch (error) {
    refuse(error, recorder, issuer)
    return undefined
  }
}

/** Records why the text is refused. @throws errors that do not concern the text */
function refuse(error: unknown, recorder: Recorder, issuer?: IssuerKey): void {
  const code = error instanceof CredentialError ? error.code : undefined
  if (code === 'CREDENTIAL_BAD_SIGNATURE') {
    recorder.pass('readable')
    recorder.fail('issuer_signature', { outcome: 'forged', reason: 'bad_signature' }, { keyId: issuer?.keyId ?? null })
  } else if (code === 'CREDENTIAL_BAD_DISCLOSURE') {
    recorder.pass('readable')
    if (issuer) recorder.pass('issuer_signature', { keyId: issuer.keyId })
    recorder.fail('disclosures', { outcome: 'forged', reason: 'bad_disclosure' })
  } else if (code === 'CREDENTIAL_UNSUPPORTED') {
    recorder.fail('readable', { outcome: 'unreadable', reason: 'unsupported' })
  } else if (code === 'CREDENTIAL_MALFORMED' || error instanceof ParseError) {
    recorder.fail('readable', { outcome: 'unreadable', reason: 'malformed' })
  } else throw error
}

function checkValidity({ iat, nbf, exp }: Credential, now: UnixSeconds, recorder: Recorder): void {
  const facts = { iat, nbf, exp }
  if (now >= exp) recorder.fail('validity', { outcome: 'expired', reason: null }, facts)
  else if (Math.max(iat, nbf ?? 0) > now + LEEWAY) {
    recorder.fail('validity', { outcome: 'not_yet_valid', reason: null }, facts)
  } else recorder.pass('validity', facts)
}

/** The registry's records of the key that signed; null if the view cannot tell. */
async function checkRegistered(
  credential: Credential,
  issuer: IssuerKey,
  at: CheckContext,
  recorder: Recorder,
  evidence: EvidenceDraft,
): Promise<Accreditation | null> {
  const answer = await at.ledger.accreditation(issuer.keyId, issuePurpose(credential.vct))
  const registered = answer.known ? answer.value : null
  if (!answer.known) recorder.skip('issuer', { why: answer.why }, { outcome: 'unknown', reason: 'view_stale' })
  else checkIssuer(answer.value, at, recorder)
  if (registered?.organisation) {
    evidence.organisation = { id: registered.organisation.id, name: registered.organisation.name }
    const named = registered.organisation.issuerHash === toHex(keccak256(utf8(credential.iss)))
    if (named) recorder.pass('issuer_name')
    else recorder.fail('issuer_name', { outcome: 'untrusted', reason: 'name_mismatch' }, { part: 'iss' })
  }
  return registered
}

/** A missing key proves something only if the view is recent: issuers are registered long before they issue. */
function checkIssuer({ key, organisation }: Accreditation, { fresh }: CheckContext, recorder: Recorder): void {
  if (!key || !organisation) {
    if (fresh) recorder.fail('issuer', { outcome: 'untrusted', reason: 'issuer_unknown' })
    else recorder.skip('issuer', { why: 'view_stale' })
  } else if ((key.uses & KeyUse.CREDENTIAL) === 0) {
    recorder.fail('issuer', { outcome: 'untrusted', reason: 'not_accredited' }, { org: key.org, uses: key.uses })
  } else recorder.pass('issuer', { org: key.org })
}
