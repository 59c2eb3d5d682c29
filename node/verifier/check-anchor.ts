import { verifyReceipt } from '../credential/anchor.ts'
import type { Credential } from '../credential/credential.ts'
import { CredentialError } from '../credential/errors.ts'
import type { Receipt } from '../credential/receipt.ts'
import { judgeByTime, type ReceiptLookup, type ShownAnchor, type TimeJudgement } from '../credential/time-rule.ts'
import type { Hex } from '../lib/bytes.ts'
import { ParseError } from '../lib/parse-error.ts'
import { DAY, type UnixSeconds } from '../lib/time.ts'
import { contains } from '../proof/registries/interval.ts'
import type { KeyRecord } from '../proof/registries/records.ts'
import type { CheckContext, EvidenceDraft } from './context.ts'
import type { Recorder } from './recorder.ts'
import type { Accreditation } from './view.ts'

/**
 * A card is anchored within about a day of its `iat`: a card issued in advance waits until midnight at most. An older
 * view may lack its batch, which then proves nothing.
 * Why: docs/decisions/061.
 */
const ANCHORED_WITHIN = 2 * DAY

/**
 * Checks the receipt, whether the key was trusted at that time, and whether its owner was accredited
 * (credential/time-rule.ts).
 */
export async function checkAnchor(
  credential: Credential,
  registered: Accreditation | null,
  at: CheckContext,
  recorder: Recorder,
  evidence: EvidenceDraft,
): Promise<void> {
  let receipt: Receipt | null
  try {
    receipt = verifyReceipt(credential)
  } catch (error) {
    if (!(error instanceof CredentialError || error instanceof ParseError)) throw error
    // A receipt of a later version may be genuine. This verifier is too old for it.
    const later = error.code === 'CREDENTIAL_UNSUPPORTED'
    if (later) recorder.fail('anchor', { outcome: 'unreadable', reason: 'unsupported' }, { found: false })
    else recorder.fail('anchor', { outcome: 'forged', reason: 'anchor_mismatch' }, { found: false })
    return
  }
  if (!receipt && at.policy.anchor === 'always' && !credential.anchorPending) {
    recorder.fail('anchor', { outcome: 'retry', reason: 'claims_missing' }, { shown: false })
    return
  }
  const key = registered?.key
  if (!key) return
  const profile = { chainId: at.profile.chainId, log: at.profile.contracts.anchorLog.address as Hex }
  const anchor: ShownAnchor = receipt
    ? { shown: true, receipt, lookup: await lookUp(receipt, key, credential.iat, at, evidence) }
    : { shown: false }
  const { iat, anchorPending } = credential
  const judgement = judgeByTime({ anchor, key, iat, anchorPending, policy: at.policy.anchor, profile })
  record(judgement, receipt, recorder)
  checkAccreditation(judgement, registered, credential.iat, at, recorder)
}

async function lookUp(
  receipt: Receipt,
  key: KeyRecord,
  iat: UnixSeconds,
  { ledger, fresh, profile }: CheckContext,
  evidence: EvidenceDraft,
): Promise<ReceiptLookup> {
  const ours = receipt.chainId === profile.chainId && receipt.log === profile.contracts.anchorLog.address.toLowerCase()
  // The time rule judges this receipt as forged in any case, so no endpoint is asked.
  if (!ours || receipt.org !== key.org) return { found: 'unknown' }
  const answer = await ledger.anchor(receipt.org, receipt.purpose, receipt.root)
  if (!answer.known) return { found: 'unknown' }
  if (!answer.value) {
    const complete = ((ledger.current || answer.current) && fresh) || answer.asOf.time >= iat + ANCHORED_WITHIN
    return { found: complete ? 'no' : 'unknown' }
  }
  const { time, batch, count, disowned } = answer.value
  evidence.receipt = { purpose: receipt.purpose, root: receipt.root, time, batch }
  return { found: 'yes', time, count, disowned }
}

function record(judgement: TimeJudgement, receipt: Receipt | null, recorder: Recorder): void {
  const facts = { shown: receipt !== null }
  switch (judgement.outcome) {
    case 'valid':
      if (receipt) recorder.pass('anchor', { ...facts, time: judgement.at })
      else recorder.skip('anchor', facts)
      recorder.pass('time_rule', { by: judgement.by, at: judgement.at })
      return
    case 'untrusted':
      if (judgement.reason === 'disowned') recorder.fail('anchor', judgement, facts)
      else {
        recorder.pass('anchor', facts)
        recorder.fail('time_rule', judgement, { reason: judgement.reason })
      }
      return
    case 'unknown':
      recorder.skip('anchor', facts)
      recorder.skip('time_rule', { reason: judgement.reason }, judgement)
      return
    case 'forged':
    case 'retry':
      recorder.fail('anchor', judgement, facts)
  }
}

/**
 * A receipt proves the accreditation: the ledger accepts it only from an active organisation with a valid grant.
 * Without a receipt, the grant must still be valid, or an issuer that lost it could sign cards with an earlier date.
 * Why: docs/decisions/065.
 */
function checkAccreditation(
  judgement: TimeJudgement,
  { grant, organisation }: Accreditation,
  iat: UnixSeconds,
  { now, fresh }: CheckContext,
  recorder: Recorder,
): void {
  if (judgement.outcome === 'valid' && judgement.by === 'anchor') {
    recorder.pass('accreditation', { by: 'receipt' })
  } else if (!grant) {
    if (fresh) recorder.fail('accreditation', { outcome: 'untrusted', reason: 'not_accredited' }, { granted: false })
    else recorder.skip('accreditation', { why: 'view_stale' })
  } else if (judgement.outcome === 'valid') {
    const stands = contains(grant, now) && contains(grant, iat) && organisation && contains(organisation, now)
    if (stands) recorder.pass('accreditation', { by: 'registry', until: grant.until })
    else recorder.skip('accreditation', { until: grant.until }, { outcome: 'unknown', reason: 'anchor_needed' })
  }
}
