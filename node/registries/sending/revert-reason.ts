/**
 * Why a transaction reverted, by standard JSON-RPC alone. A receipt does not say it, so the call is repeated on a state
 * that is known to be the one in which it failed. Every change of the registries has an event, so the logs of the block
 * say which state that is:
 *
 *   parent ──events before it──▶ the state in which it failed ──events after it──▶ block
 *
 * Without events after it the state of the block is the right one, and without events before it the parent's. With both,
 * neither is. What a change of status failed on then follows from the events before it.
 * Why: docs/decisions/082.
 */
import { Transaction } from 'ethers'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { fromHex, type Hex, toQuantity } from '../../lib/bytes.ts'
import { statusRegistryEvents } from '../../proof/registries/events/status-registry.ts'
import { parseLog } from '../../proof/registries/log.ts'
import type { CredentialStatus } from '../../proof/registries/status.ts'
import { parseStatusOps, type StatusOp } from '../../proof/registries/status-ops.ts'
import { decodeRevert, describeRevert, statusRegistry } from '../contracts.ts'

/** A transaction in a block. */
export interface Included {
  readonly raw: Hex
  readonly block: number
  /** Its place in the block. */
  readonly index: number
}

interface RpcLog {
  readonly address: string
  readonly transactionIndex: Hex
}

const UNREADABLE = 'reverted without a reason that can be read again'

/** @throws {LedgerError} */
export async function revertReason(ledger: Ledger, { raw, block, index }: Included): Promise<string> {
  const { from, to, data } = Transaction.from(raw)
  const call = { from, ...(to !== null && { to }), data }
  const logs = await logsOf(ledger, block)
  const before = logs.filter(({ transactionIndex }) => Number(transactionIndex) < index)
  const after = logs.filter(({ transactionIndex }) => Number(transactionIndex) > index)
  const [parent, own] = [block - 1, block]
  const repeated = async (states: readonly number[]): Promise<Hex | undefined> => {
    for (const state of states) {
      const revert = await revertOf(ledger, call, state)
      if (revert !== undefined) return revert
    }
  }
  if (after.length === 0) return described(await repeated([own, parent]))
  if (before.length === 0) return described(await repeated([parent, own]))
  const refused = firstRefused(to, data as Hex, before, await revertOf(ledger, call, parent))
  return described(refused ?? (await repeated([own, parent])))
}

const described = (revert: Hex | undefined): string => (revert === undefined ? UNREADABLE : describeRevert(revert))

/**
 * The first change of status that the contract refused: one whose entry was changed earlier in the block, or the one that
 * it would have refused on the parent's state.
 */
function firstRefused(
  to: string | null,
  data: Hex,
  before: readonly RpcLog[],
  onParent: Hex | undefined,
): Hex | undefined {
  const set = opsOf(data)
  if (!set) return onParent
  const parent = onParent && decodeRevert(onParent)
  // The contract looks at the account and the list first.
  if (parent && parent.name !== 'StatusDiffers') return onParent
  const changed = changedStatuses(to, set.list, before)
  for (const { idx, from } of set.ops) {
    const actual = changed.get(idx)
    if (actual === undefined) {
      if (parent && Number(parent.args.index) === idx) return onParent
    } else if (actual !== from) {
      return statusRegistry.encodeErrorResult('StatusDiffers', [set.list, idx, actual, from]) as Hex
    }
  }
  return undefined
}

/** The statuses of a list that transactions earlier in the block left behind. */
function changedStatuses(
  registry: string | null,
  list: bigint,
  before: readonly RpcLog[],
): Map<number, CredentialStatus> {
  const changed = new Map<number, CredentialStatus>()
  for (const log of before) {
    if (log.address.toLowerCase() !== registry?.toLowerCase()) continue
    const event = statusRegistryEvents.decode(parseLog(log))
    if (event?.type !== 'StatusesSet' || event.list !== list) continue
    for (const { idx, to } of parseStatusOps(event.ops)) changed.set(idx, to)
  }
  return changed
}

/** Null if the call is no change of statuses. */
function opsOf(data: Hex): { readonly list: bigint; readonly ops: readonly StatusOp[] } | null {
  if (data.slice(0, 10) !== statusRegistry.getFunction('set').selector) return null
  const [list, ops] = statusRegistry.decodeFunctionData('set', data)
  return { list, ops: [...parseStatusOps(fromHex(ops))] }
}

/** The revert data of the call on the state after that block; undefined if it succeeds there. */
async function revertOf(ledger: Ledger, call: object, block: number): Promise<Hex | undefined> {
  try {
    await ledger.request('eth_call', [call, toQuantity(block)])
    return undefined
  } catch (error) {
    if (!(error instanceof LedgerError) || error.detail.code !== 'LEDGER_RPC') throw error
    return error.detail.data as Hex | undefined
  }
}

async function logsOf(ledger: Ledger, block: number): Promise<readonly RpcLog[]> {
  const range = { fromBlock: toQuantity(block), toBlock: toQuantity(block) }
  const logs = await ledger.request('eth_getLogs', [range])
  return Array.isArray(logs) ? (logs as RpcLog[]) : []
}
