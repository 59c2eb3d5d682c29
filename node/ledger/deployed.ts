/** Reads a finished deployment back from the ledger, field by field. */
import { keccak256 } from '#crypto'
import { type Hex, toHex, utf8 } from '../lib/bytes.ts'
import type { Registries } from './contracts.ts'
import { differencesInGovernance } from './governance.ts'
import type { OrganisationPlan, Plan } from './plan.ts'
import { purposeHash } from './purpose.ts'
import { readAccount, readGrant, readKey, readList, readOrganisation } from './reads.ts'

/** What differs from the state in which a deployment ends; empty if nothing does. */
export async function differencesInDeployment(
  registries: Registries,
  plan: Plan,
  fromBlock: number,
): Promise<string[]> {
  const deployer = plan.deployer.address as Hex
  const found = await Promise.all([
    differencesInGovernance(registries, plan, deployer, fromBlock),
    ...plan.organisations.map((organisation, i) => differencesInOrganisation(registries, i + 1, organisation)),
    ...plan.statusLists.map(async ({ capacity, dailyLimit }, i) => {
      const list = await readList(registries, (1n << 32n) | BigInt(i + 1))
      return list?.capacity === capacity && list.limit === dailyLimit ? [] : [`status list ${i + 1} is not open`]
    }),
    readAccount(registries, deployer).then(account => (account?.capabilities ? ['the deployer is not stopped'] : [])),
  ])
  return found.flat()
}

async function differencesInOrganisation(
  registries: Registries,
  org: number,
  { admin, issuer, purposes, keys, accounts }: OrganisationPlan,
): Promise<string[]> {
  const differences: string[] = []
  const check = async <T>(what: string, found: Promise<T | null>, right: (record: T) => boolean) => {
    const record = await found
    if (record === null || !right(record)) differences.push(`${what} of organisation ${org}`)
  }
  const issuerHash = toHex(keccak256(utf8(issuer)))
  await Promise.all([
    check('the record', readOrganisation(registries, org), record => {
      return record.admin === admin.toLowerCase() && record.issuerHash === issuerHash
    }),
    ...purposes.map(purpose =>
      check(`the grant ${purpose}`, readGrant(registries, org, purposeHash(purpose)), term => term.from < term.until),
    ),
    ...keys.map(({ keyId, uses }) =>
      check(`the key ${keyId}`, readKey(registries, keyId), key => key.org === org && key.uses === uses),
    ),
    ...accounts.map(({ address, capabilities }) =>
      check(`the account ${address}`, readAccount(registries, address), account => {
        return account.org === org && account.capabilities === capabilities
      }),
    ),
  ])
  return differences
}
