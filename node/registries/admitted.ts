/** Whether the organisation of a key is admitted for a purpose now: to attest wallets, to sign chips, to compare faces. */
import { type Hex, parseQuantity } from '../lib/bytes.ts'
import type { Clock, UnixSeconds } from '../lib/time.ts'
import { contains, type Interval } from '../proof/registries/interval.ts'
import type { KeyRecord } from '../proof/registries/records.ts'
import type { Registries } from './contracts.ts'
import { readGrant, readKey, readOrganisation } from './reads.ts'

/** What a key must be registered for, and what its organisation must be granted. */
export interface AdmittedFor {
  /** One bit of `KeyUse`. */
  readonly use: number
  /** Hash of the purpose. */
  readonly purpose: Hex
}

export interface AdmittedKey {
  readonly org: number
  /** When the key may be used. */
  readonly term: Interval
}

/** What the trust registry has about a key; null for what is not registered. */
export interface AdmissionRecords {
  readonly key: KeyRecord | null
  readonly organisation: Interval | null
  readonly grant: Interval | null
}

/**
 * Asks the trust registry at its newest block each time, so that a key is refused as soon as the block is there that ends
 * its term, the grant or the organisation. A key that is distrusted at any time is refused.
 * @throws {LedgerError} if the ledger does not answer
 */
export async function readAdmitted(
  registries: Registries,
  keyId: Hex,
  { use, purpose }: AdmittedFor,
  clock: Clock,
): Promise<AdmittedKey | null> {
  const { ledger } = registries
  const head = (await ledger.request('eth_getBlockByNumber', ['latest', false])) as Record<string, unknown> | null
  const block = parseQuantity(head?.number, 'block')
  // A block may be dated later than this clock. What it ended has ended.
  const now = Math.max(clock(), parseQuantity(head?.timestamp, 'block time'))
  const key = await readKey(registries, keyId, block)
  if (!key) return null
  const [organisation, grant] = await Promise.all([
    readOrganisation(registries, key.org, block),
    readGrant(registries, key.org, purpose, block),
  ])
  return admittedKey({ key, organisation, grant }, use, now)
}

/** The rule itself, for records of any source. @param use one bit of `KeyUse` */
export function admittedKey(
  { key, organisation, grant }: AdmissionRecords,
  use: number,
  now: UnixSeconds,
): AdmittedKey | null {
  if (!key || !contains(key, now) || key.distrustedFrom !== null || (key.uses & use) === 0) return null
  const live = organisation && grant && contains(organisation, now) && contains(grant, now)
  return live ? { org: key.org, term: { from: key.from, until: key.until } } : null
}
