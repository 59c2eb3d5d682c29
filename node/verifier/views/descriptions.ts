import { fromHex } from '../../lib/bytes.ts'
import { logsInRange } from '../../lib/logs.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import type { RpcPort } from '../replica/ledger-heads.ts'
import { EventReader } from '../replica/logs.ts'
import type { Description } from './slots.ts'

/** What an organisation was ever described as, up to a block: candidates, each to be hashed before it is believed. */
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
    const event = new EventReader({
      registry: 'trustRegistry',
      topics: log.topics.map(fromHex),
      data: fromHex(log.data),
    })
    if (event.name === 'OrganisationRegistered') return [{ name: event.bytes(2), info: event.bytes(4) }]
    return event.name === 'OrganisationDescribed' ? [{ name: event.bytes(0), info: event.bytes(1) }] : []
  })
}
