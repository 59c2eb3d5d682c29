/**
 * Finds what the ledger lacks of a plan. An older version registered less than the present one, and a registration may
 * have ended. Each missing item is an act that the council can propose (docs/council.md).
 */
import type { UnixSeconds } from '../../lib/time.ts'
import { NEVER } from '../../proof/registries/interval.ts'
import { purposeHash } from '../../proof/registries/purpose.ts'
import { Capability, KeyUse } from '../../proof/registries/records.ts'
import type { Registries } from '../contracts.ts'
import { readAccount, readGrant, readKey, readOrganisation } from '../reads.ts'
import type { OrganisationPlan } from './plan.ts'

export interface LackingAct {
  readonly act: 'renewOrganisation' | 'grant' | 'registerKey' | 'registerAccount'
  /** By name, in the form that the command line accepts. */
  readonly args: Readonly<Record<string, string>>
  /** Whether the ledger had it before. It expired, or somebody withdrew or stopped it, perhaps for a reason. */
  readonly ended: boolean
}

/**
 * A registered key whose term has ended is not listed: a key can be registered only once, so a new key must replace it.
 * For the same reason a registered key never gets another use.
 */
export async function lackingOnLedger(
  registries: Registries,
  org: number,
  { purposes, keys, accounts }: Pick<OrganisationPlan, 'purposes' | 'keys' | 'accounts'>,
  now: UnixSeconds,
): Promise<readonly LackingAct[]> {
  const lacking: LackingAct[] = []
  const add = (act: LackingAct['act'], args: LackingAct['args'], ended: boolean) =>
    lacking.push({ act, args: { org: String(org), ...args }, ended })

  const organisation = await readOrganisation(registries, org)
  if (organisation && organisation.until <= now) add('renewOrganisation', { until: 'never' }, true)
  for (const purpose of purposes) {
    const grant = await readGrant(registries, org, purposeHash(purpose))
    if (!grant || grant.until <= now) add('grant', { purpose, until: 'never' }, grant !== null)
  }
  for (const { keyId, uses, until } of keys) {
    if (await readKey(registries, keyId)) continue
    add('registerKey', { keyId, until: until === NEVER ? 'never' : String(until), uses: namesOf(uses, KeyUse) }, false)
  }
  for (const { address, capabilities } of accounts) {
    const present = await readAccount(registries, address)
    const has = present?.capabilities ?? 0
    if ((has & capabilities) === capabilities) continue
    const args = { account: address, capabilities: namesOf(has | capabilities, Capability) }
    add('registerAccount', args, present?.capabilities === 0)
  }
  return lacking
}

const namesOf = (bits: number, names: Readonly<Record<string, number>>): string =>
  Object.entries(names)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name)
    .join(',')
