import type { Credential } from '../credential/credential.ts'
import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { contains } from '../proof/registries/interval.ts'
import { issuePurpose } from '../proof/registries/purpose.ts'
import { type KeyRecord, KeyUse } from '../proof/registries/records.ts'
import type { CheckContext, EvidenceDraft } from './context.ts'
import { guarded } from './fault.ts'
import type { IssuerKey } from './issuer-keys.ts'
import type { Recorder } from './recorder.ts'
import { type StatusAnswer, stricter } from './status/combine.ts'
import { ledgerListOf, listOwner } from './status/reference.ts'
import { type Finding, worst } from './verdict.ts'
import type { PinnedView } from './view.ts'

const REVOKED: Finding = { outcome: 'revoked', reason: null }

/** Whether the card is revoked or suspended, by the stricter of the ledger and the issuer's signed list. */
export async function checkStatus(
  { iss, vct, status: { uri, idx } }: Credential,
  issuer: IssuerKey,
  key: KeyRecord | null,
  at: CheckContext,
  recorder: Recorder,
  evidence: EvidenceDraft,
): Promise<void> {
  const list = ledgerListOf(uri, iss)
  // An issuer that named a list of another organisation could keep its cards from being revoked.
  if (list === undefined || (key && listOwner(list) !== key.org)) {
    recorder.fail('issuer_name', { outcome: 'untrusted', reason: 'name_mismatch' }, { part: 'status_list' })
    return
  }
  evidence.status = { list: list.toString(), index: idx }
  const words = [await onLedger(at.ledger, list, idx, key)]
  // Fetched from a registered issuer only: otherwise any card could make the verifier request an address of its choice.
  // Not fetched if a worse finding exists already, since the list could not change the verdict
  // (draft-ietf-oauth-status-list §8.3).
  const matters = worst([REVOKED, recorder.finding]) === REVOKED
  if (at.statusLists && key && recorder.passed('issuer_name') && matters) {
    const { statusLists, now, warn } = at
    const trusts = async (keyId: Hex, signedAt: UnixSeconds) => {
      const signer = keyId === issuer.keyId ? key : await registeredKey(at.ledger, keyId, issuePurpose(vct))
      return signer !== null && signer.org === key.org && maySignLists(signer, signedAt)
    }
    // A fault here must not hide the status on the ledger.
    const word = await guarded('status', recorder, warn, () =>
      statusLists.statusOf({ uri, index: idx, key: issuer, trusts, now }),
    )
    if (word) words.push(word)
  }
  const found = stricter(words)
  // The ledger has no such index, so nobody could revoke the card. The issuer's list does not count.
  if (found?.status === 'VALID' && words.some(word => !word.known && word.why === 'no_such_entry')) {
    recorder.skip('status', { why: 'ledger: no_such_entry' }, { outcome: 'unknown', reason: 'list_unreachable' })
    return
  }
  if (!found) {
    const why = words.map(word => (word.known ? '' : `${word.source}: ${word.why}`)).join(', ')
    recorder.skip('status', { why }, { outcome: 'unknown', reason: 'list_unreachable' })
    return
  }
  const facts = { status: found.status, source: found.source }
  // A bad status counts at any age, a good one only within the policy's age. The age of the ledger is judged with the
  // view.
  const age = found.time === undefined ? 0 : at.now - found.time
  const onLedgerToo = words.some(word => word.known && word.source === 'ledger')
  if (found.status === 'VALID' && !onLedgerToo && !(age <= at.policy.maxAge)) {
    recorder.skip('status', { ...facts, why: 'list: stale', age }, { outcome: 'unknown', reason: 'list_unreachable' })
    return
  }
  switch (found.status) {
    case 'INVALID':
      recorder.fail('status', REVOKED, facts)
      return
    case 'SUSPENDED':
      recorder.fail('status', { outcome: 'suspended', reason: null }, facts)
      return
    case 'VALID':
      recorder.pass('status', facts)
  }
}

/** Null also if the view cannot tell. */
async function registeredKey(ledger: PinnedView, keyId: Hex, purpose: Hex): Promise<KeyRecord | null> {
  const answer = await ledger.accreditation(keyId, purpose)
  return answer.known ? answer.value.key : null
}

/**
 * A distrusted key signs no list at any time, because a thief could give a list any time, and revoke every card. The
 * issuer signs its lists with its next key then.
 */
function maySignLists(key: KeyRecord, signedAt: UnixSeconds): boolean {
  return (key.uses & KeyUse.STATUS_LIST) !== 0 && key.distrustedFrom === null && contains(key, signedAt)
}

async function onLedger(ledger: PinnedView, list: bigint, index: number, key: KeyRecord | null): Promise<StatusAnswer> {
  const unknown = (why: string): StatusAnswer => ({ known: false, why, source: 'ledger' })
  const answer = await ledger.status(list, index)
  if (!answer.known) return unknown(answer.why)
  // Nobody can revoke at an index outside the list, so it does not count as VALID.
  if (!answer.value) return unknown('no_such_entry')
  if (key && answer.value.org !== key.org) return unknown('list_of_another')
  return { known: true, status: answer.value.status, source: 'ledger' }
}
