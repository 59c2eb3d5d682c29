/**
 * Reads a deployment back from the ledger, and checks that everything in the plan was done and nothing else, from the
 * creation of the first contract until the deployer renounced its role. Later events are acts of the officers.
 */
import type { EventFragment, Interface } from 'ethers'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { logsInRange, logsSince } from '../../lib/logs.ts'
import { quoted } from '../../lib/quoted.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { ContractName } from '../../proof/profile.ts'
import { accessManagerEvents } from '../../proof/registries/events/access-manager.ts'
import type { EventFields } from '../../proof/registries/events/contract-events.ts'
import { registryEvents } from '../../proof/registries/events.ts'
import { type Log, parseLog } from '../../proof/registries/log.ts'
import { shownText } from '../../proof/registries/text.ts'
import { accessManager, anchorLog, type Registries, statusRegistry, trustRegistry } from '../contracts.ts'
import { differencesInGovernance, Role } from '../governance/governance.ts'
import { type ExpectedEvent, expectedEvents } from './expected.ts'
import { type Plan, planDeployment } from './plan.ts'

const interfaces: Readonly<Record<ContractName, Interface>> = {
  accessManager,
  trustRegistry,
  anchorLog,
  statusRegistry,
}

interface AnyEvents {
  decode(log: Log): { readonly type: string } | null
  fields(type: string): EventFields
}

const events: Readonly<Record<ContractName, AnyEvents>> = { accessManager: accessManagerEvents, ...registryEvents }

/** The most differences that are reported. One is sufficient to refuse a deployment. */
const SHOWN = 12

interface LogEntry {
  readonly address: Hex
  readonly topics: readonly string[]
  readonly data: string
  readonly blockNumber: Hex
  readonly logIndex: Hex
}

/** The differences from the planned end of a deployment; empty if there are none. */
export async function differencesInDeployment(
  registries: Registries,
  plan: Plan,
  fromBlock: number,
): Promise<string[]> {
  const deployer = plan.deployer.address.toLowerCase() as Hex
  const found = await Promise.all([
    differencesInGovernance(registries, plan, deployer, fromBlock),
    differencesInHistory(registries, plan, deployer, fromBlock),
  ])
  const differences = found.flat()
  const more = differences.length - SHOWN
  return more > 0 ? [...differences.slice(0, SHOWN), `and ${more} more`] : differences
}

async function differencesInHistory(
  registries: Registries,
  plan: Plan,
  deployer: Hex,
  fromBlock: number,
): Promise<string[]> {
  const { addresses } = registries
  const history = await readHistory(registries, deployer, fromBlock)
  if (!history) return [`${deployer} did not renounce its role`]
  const names = new Map(Object.entries(addresses).map(([name, address]) => [address.toLowerCase(), name]))
  const left = expectedEvents(addresses, planDeployment(addresses, plan), deployer)
  const differences: string[] = []
  let inOrder = true
  for (const { log, time } of history) {
    const contract = names.get(log.address.toLowerCase()) as ContractName
    const at = left.findIndex(event => event.contract === contract && isLog(event, log, time))
    if (at === -1)
      differences.push(`not of this plan: ${describeLog(contract, log)} in block ${Number(log.blockNumber)}`)
    else left.splice(at, 1)
    inOrder &&= at === 0
  }
  differences.push(...left.map(event => `missing: ${describeExpected(event)}`))
  return inOrder || differences.length > 0 ? differences : ["the plan's steps are on the ledger in another order"]
}

/**
 * All logs of the four contracts with the times of their blocks, up to the event by which the deployer renounced its
 * role; null if it did not.
 */
async function readHistory(
  { ledger, addresses }: Registries,
  deployer: Hex,
  from: number,
): Promise<readonly { readonly log: LogEntry; readonly time: UnixSeconds }[] | null> {
  const { topics } = accessManager.encodeEventLog('RoleRevoked', [Role.ADMIN, deployer])
  const [renounced] = await logsSince<LogEntry>(ledger, { address: addresses.accessManager, topics }, from)
  if (!renounced) return null
  const [lastBlock, lastIndex] = [Number(renounced.blockNumber), Number(renounced.logIndex)]
  const logs = await logsInRange<LogEntry>(ledger, { address: Object.values(addresses) }, from, lastBlock)
  const before = logs.filter(log => Number(log.blockNumber) < lastBlock || Number(log.logIndex) <= lastIndex)
  const times = new Map<Hex, UnixSeconds>()
  for (const { blockNumber } of before) {
    if (times.has(blockNumber)) continue
    const block = (await ledger.request('eth_getBlockByNumber', [blockNumber, false])) as { timestamp: Hex }
    times.set(blockNumber, Number(block.timestamp))
  }
  return before.map(log => ({ log, time: times.get(log.blockNumber) as UnixSeconds }))
}

/** Compares bytes, since two different texts can look the same. */
function isLog({ contract, name, values }: ExpectedEvent, log: LogEntry, time: UnixSeconds): boolean {
  const abi = interfaces[contract]
  const { topics, data } = abi.encodeEventLog(abi.getEvent(name) as EventFragment, [...values(time)])
  return log.topics.join() === topics.join() && log.data === data
}

function describeLog(contract: ContractName, log: LogEntry): string {
  const event = events[contract].decode(parseLog(log))
  if (!event) return `${contract} ${log.topics.join(' ')} ${log.data}`
  const fields = Object.entries(events[contract].fields(event.type)).map(([name, { name: type }]) => {
    const value: unknown = event[name as keyof typeof event]
    if (!(value instanceof Uint8Array)) return `${name} ${shown(value)}`
    return `${name} ${type === 'string' ? shown(shownText(value)) : toHex(value)}`
  })
  return `${contract}.${event.type}(${fields.join(', ')})`
}

function describeExpected({ contract, name, values }: ExpectedEvent): string {
  const inputs = interfaces[contract].getEvent(name)?.inputs ?? []
  const parts = values("its block's time").map((value, i) => `${inputs[i]?.name} ${shown(value)}`)
  return `${contract}.${name}(${parts.join(', ')})`
}

/** Others chose these texts, so they are quoted. */
const shown = (value: unknown): string =>
  typeof value === 'string' && !/^0x[0-9a-fA-F]*$/.test(value) ? quoted(value) : String(value)
