import type { Ledger } from '../../ledger/ledger.ts'
import type { Hex } from '../../lib/bytes.ts'
import { logsInRange } from '../../lib/logs.ts'
import { decodeEvent, type RegistryEvent } from '../../proof/registries/events.ts'
import { parseLog, REGISTRIES, type RegistryName } from '../../proof/registries/log.ts'
import type { ContractAddresses } from '../../registries/contracts.ts'

export interface FoundEvent {
  readonly event: RegistryEvent
  readonly transaction: Hex
  readonly block: number
  /** Its index in the block. */
  readonly log: number
}

interface RpcLog {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
  readonly blockNumber: Hex
  readonly transactionHash: Hex
  readonly logIndex: Hex
}

/**
 * The events of the three registries, in the order of the ledger.
 * @throws {LedgerError}
 * @throws {ParseError | ProofError} for a log that a registry does not emit
 */
export async function readEvents(
  ledger: Ledger,
  addresses: ContractAddresses,
  from: number,
  to: number,
): Promise<FoundEvent[]> {
  const registries = new Map<string, RegistryName>(REGISTRIES.map(name => [addresses[name].toLowerCase(), name]))
  const logs = await logsInRange<RpcLog>(ledger, { address: [...registries.keys()] }, from, to)
  return logs.flatMap(log => {
    const registry = registries.get(log.address.toLowerCase())
    const event = registry && decodeEvent({ registry, ...parseLog(log) })
    if (!event) return []
    const transaction = log.transactionHash.toLowerCase() as Hex
    return [{ event, transaction, block: Number(log.blockNumber), log: Number(log.logIndex) }]
  })
}

/** The account that sent the transaction; null if the ledger does not say. */
export async function senderOf(ledger: Ledger, transaction: Hex): Promise<Hex | null> {
  const found = (await ledger.request('eth_getTransactionByHash', [transaction])) as { from?: string } | null
  return (found?.from?.toLowerCase() as Hex | undefined) ?? null
}

/** What an event says, for people. Texts are left out, and changes of status are counted. */
export function factsOf({
  type: _type,
  registry: _registry,
  ...fields
}: RegistryEvent): Record<string, string | number> {
  const facts: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (name === 'chain') continue
    if (typeof value === 'bigint') facts[name] = `${value >> 32n}/${value & 0xffff_ffffn}`
    else if (typeof value === 'string' || typeof value === 'number') facts[name] = value
    else if (name === 'ops') facts.changes = (value as Uint8Array).length / 4
  }
  return facts
}
