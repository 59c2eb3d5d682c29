import { logsInRange } from '../../lib/logs.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import type { Description } from '../../proof/registries/description.ts'
import { trustRegistryEvents } from '../../proof/registries/events/trust-registry.ts'
import { parseLog } from '../../proof/registries/log.ts'
import type { RpcPort } from '../replica/ledger-heads.ts'

/**
 * All descriptions of an organisation up to a block. The caller compares the hash of each with the ledger's before use.
 */
export async function descriptionsOf(
  ledger: RpcPort,
  { contracts }: Pick<LedgerProfile, 'contracts'>,
  org: number,
  height: number,
): Promise<readonly Description[]> {
  const { address, block } = contracts.trustRegistry
  const topics = [null, `0x${org.toString(16).padStart(64, '0')}`]
  const logs = await logsInRange<{ topics: string[]; data: string }>(ledger, { address, topics }, block, height)
  return logs.flatMap(log => {
    const event = trustRegistryEvents.decode(parseLog(log))
    if (event?.type !== 'OrganisationRegistered' && event?.type !== 'OrganisationDescribed') return []
    return [{ name: event.name, info: event.info }]
  })
}
