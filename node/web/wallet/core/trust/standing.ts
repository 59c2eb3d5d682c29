import { equalBytes, fromUtf8, type Hex, utf8 } from '../../../../lib/bytes.ts'
import { ParseError } from '../../../../lib/parse-error.ts'
import { HOUR, type UnixSeconds } from '../../../../lib/time.ts'
import { contains } from '../../../../proof/registries/interval.ts'
import { issuePurpose } from '../../../../proof/registries/purpose.ts'
import { KeyUse } from '../../../../proof/registries/records.ts'
import type { IssuerStanding } from '../offer.ts'
import type { LedgerCopy } from './ledger-copy.ts'

/** The oldest copy of the ledger, in seconds, on which an issuer counts: there is a network, since an offer was fetched. */
const MAX_AGE = HOUR

/**
 * Whether the ledger has this key among those that sign cards of the issuer with this URL. Null: that cannot be known now.
 * Without seals no registry can be asked, as for cards (`standingOf`): any key is taken.
 */
export function signsCardsOf(copy: LedgerCopy, issuer: string, keyId: Hex, now: UnixSeconds): boolean | null {
  if (copy.profile?.seals === 'none') return true
  const { replica } = copy
  if (!replica?.proved || now - replica.head.time > MAX_AGE) return null
  const at = Math.max(now, replica.head.time)
  const { trust } = replica.state
  const key = trust.keys.get(keyId)
  if (!key || !contains(key, at) || key.distrustedFrom !== null || (key.uses & KeyUse.CREDENTIAL) === 0) return false
  const organisation = trust.organisations.get(key.org)
  return organisation !== undefined && contains(organisation, at) && equalBytes(organisation.issuer, utf8(issuer))
}

/** What the ledger says about an issuer's URL and the card that it offers. */
export function standingOf(copy: LedgerCopy, issuer: string, vct: string, now: UnixSeconds): IssuerStanding {
  if (copy.profile?.seals === 'none') return { state: 'unknown', reason: 'no_seals' }
  const { replica } = copy
  if (!replica?.proved) return { state: 'unknown', reason: 'unreachable' }
  const { time } = replica.head
  if (now - time > MAX_AGE) return { state: 'unknown', reason: 'stale' }
  const at = Math.max(now, time)
  const { trust } = replica.state
  const known = [...trust.organisations].filter(([, each]) => equalBytes(each.issuer, utf8(issuer)))
  if (known.length === 0) return { state: 'not_accredited', reason: 'issuer_unknown' }
  const live = known.filter(([, each]) => contains(each, at))
  if (live.length === 0) return { state: 'not_accredited', reason: 'ended' }
  for (const [id, { name }] of live) {
    const grant = trust.grant(id, issuePurpose(vct))
    if (!grant || !contains(grant, at)) continue
    return { state: 'accredited', organisation: { id, name: nameOf(name, id) }, age: Math.max(0, now - time) }
  }
  return { state: 'not_accredited', reason: 'card_not_granted' }
}

/** The registry does not check that a name is UTF-8. */
export function nameOf(name: Uint8Array, id: number): string {
  try {
    return fromUtf8(name)
  } catch (error) {
    if (error instanceof ParseError) return `#${id}`
    throw error
  }
}
