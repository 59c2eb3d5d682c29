/**
 * The proposals of the council and their states, read from Governance's events, so that everybody sees the same. Also the
 * calls that propose, execute and cancel.
 *   propose ─▶ waiting ──delay──▶ ready ──execute──▶ executed
 *                 └──────cancel─────┴──────a week──────▶ cancelled | expired
 */

import { keccak256 } from '#crypto'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Hex } from '../../lib/bytes.ts'
import { fromHex, toHex } from '../../lib/bytes.ts'
import { logsSince } from '../../lib/logs.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { accessManagerEvents } from '../../proof/registries/events/access-manager.ts'
import { trustRegistryEvents } from '../../proof/registries/events/trust-registry.ts'
import { parseLog } from '../../proof/registries/log.ts'
import { shownText } from '../../proof/registries/text.ts'
import { call } from '../call.ts'
import { accessManager, type Registries } from '../contracts.ts'
import { type Act, decodeAct } from './acts.ts'

export type ProposalState = 'waiting' | 'ready' | 'expired' | 'executed' | 'cancelled'

export interface Proposal {
  /** keccak256 of proposer, target and data. The same act has the same value each time it is proposed. */
  readonly operation: Hex
  /** How often the act was proposed. */
  readonly nonce: number
  readonly proposer: Hex
  readonly target: Hex
  readonly data: Hex
  /** Null if it is not an act on these registries. */
  readonly act: Act | null
  readonly proposedIn: number
  /** The time from which it can be executed. */
  readonly readyAt: UnixSeconds
  /** The time from which it can no longer be executed. */
  readonly expiresAt: UnixSeconds
  readonly state: ProposalState
  /** The block in which it was executed or cancelled. */
  readonly endedIn: number | null
}

export const isPending = ({ state }: Proposal): boolean => state === 'waiting' || state === 'ready'

/**
 * Checks that each contract of the profile has the code that the profile names, because signed transactions will be
 * sent to it.
 * @throws {LedgerError} LEDGER_NO_CONTRACT
 */
export async function checkContracts(ledger: Ledger, { contracts }: LedgerProfile): Promise<void> {
  for (const { address, codeHash } of Object.values(contracts)) {
    const code = (await ledger.request('eth_getCode', [address, 'latest'])) as Hex
    if (toHex(keccak256(fromHex(code))) !== codeHash) {
      throw new LedgerError(
        { code: 'LEDGER_NO_CONTRACT', address, block: 'latest' },
        `The contract at ${address} is not the one the profile names. Check that profile and ledger belong together.`,
      )
    }
  }
}

/**
 * All proposals, oldest first. @param now decides whether a proposal is ready or expired; the head's time is used if it
 * is later
 */
export async function readProposals(
  registries: Registries,
  fromBlock: number,
  now: UnixSeconds,
): Promise<readonly Proposal[]> {
  const { ledger, addresses } = registries
  const [week] = await call(
    ledger,
    addresses.accessManager,
    accessManager,
    accessManager.getFunction('expiration'),
    [],
    'latest',
  )
  const head = (await ledger.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: Hex }
  const time = Math.max(now, Number(head.timestamp))
  const found = new Map<string, Proposal>()
  for (const { topics, data, blockNumber } of await logsOf(registries, fromBlock)) {
    const event = accessManagerEvents.decode(parseLog({ topics, data }))
    if (event?.type === 'OperationScheduled') {
      const { operationId: operation, nonce, schedule: readyAt, caller: proposer, target } = event
      const expiresAt = readyAt + Number(week)
      const data = toHex(event.data)
      found.set(`${operation} ${nonce}`, {
        ...{ operation, nonce, proposer, target, data, readyAt, expiresAt },
        act: decodeAct(addresses, target, data),
        proposedIn: Number(blockNumber),
        state: time < readyAt ? 'waiting' : time < expiresAt ? 'ready' : 'expired',
        endedIn: null,
      })
    } else if (event?.type === 'OperationExecuted' || event?.type === 'OperationCanceled') {
      const id = `${event.operationId} ${event.nonce}`
      const proposal = found.get(id)
      const state = event.type === 'OperationExecuted' ? 'executed' : 'cancelled'
      if (proposal) found.set(id, { ...proposal, state, endedIn: Number(blockNumber) })
    }
  }
  return [...found.values()]
}

/** The names of the organisations, by number. */
export async function readNames(registries: Registries, fromBlock: number): Promise<ReadonlyMap<number, string>> {
  const { ledger, addresses } = registries
  const types = ['OrganisationRegistered', 'OrganisationDescribed'] as const
  const topics = [types.map(type => trustRegistryEvents.topic(type))]
  const names = new Map<number, string>()
  for (const log of await logsSince<LogEntry>(ledger, { address: addresses.trustRegistry, topics }, fromBlock)) {
    const event = trustRegistryEvents.decode(parseLog(log))
    if (event?.type === 'OrganisationRegistered' || event?.type === 'OrganisationDescribed') {
      names.set(event.org, shownText(event.name))
    }
  }
  return names
}

export const encodeSchedule = (target: Hex, data: Hex): Hex =>
  accessManager.encodeFunctionData('schedule', [target, data, 0]) as Hex

export const encodeExecute = ({ target, data }: Pick<Proposal, 'target' | 'data'>): Hex =>
  accessManager.encodeFunctionData('execute', [target, data]) as Hex

export const encodeCancel = ({ proposer, target, data }: Pick<Proposal, 'proposer' | 'target' | 'data'>): Hex =>
  accessManager.encodeFunctionData('cancel', [proposer, target, data]) as Hex

interface LogEntry {
  readonly topics: readonly string[]
  readonly data: string
  readonly blockNumber: Hex
}

function logsOf({ ledger, addresses }: Registries, fromBlock: number): Promise<readonly LogEntry[]> {
  const types = ['OperationScheduled', 'OperationExecuted', 'OperationCanceled'] as const
  const topics = [types.map(type => accessManagerEvents.topic(type))]
  return logsSince<LogEntry>(ledger, { address: addresses.accessManager, topics }, fromBlock)
}
