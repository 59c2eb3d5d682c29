/** A history of the contracts' events, as an honest ledger would have it. A test plants faults in it. */
import type { Interface } from 'ethers'
import type { AuditedBlock, AuditedLog } from '../../../node/audit/history.ts'
import { fromHex, type Hex, toHex } from '../../../node/lib/bytes.ts'
import type { ContractName, LedgerProfile } from '../../../node/proof/profile.ts'
import { issuePurpose, purposeHash } from '../../../node/proof/registries/purpose.ts'
import { initialChain, nextListChain, nextOrganisationChain } from '../../../node/proof/registries/running-hash.ts'
import { encodeStatusOps, type StatusOp } from '../../../node/proof/registries/status-ops.ts'
import { factories } from '../../../node/registries/contracts.ts'

const address = (n: number): Hex => `0x${n.toString(16).padStart(40, '0')}`
const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`

export const START = 1_800_000_000
export const ORG = 1
export const LIST = (1n << 32n) | 1n
export const VCT = 'urn:dojang:kr:resident:1'
export const PURPOSE = issuePurpose(VCT)
export const COUNCIL = address(0xc0)
export const DELAY = 300
const deployed = (n: number) => ({ address: address(n), codeHash: hash(n), block: 1 })

export const profile = {
  chainId: 4242,
  heartbeat: 60,
  contracts: {
    accessManager: deployed(1),
    trustRegistry: deployed(2),
    anchorLog: deployed(3),
    statusRegistry: deployed(4),
  },
} as const satisfies Pick<LedgerProfile, 'chainId' | 'heartbeat' | 'contracts'>

export interface HistoryBlock extends AuditedBlock {
  readonly logs: AuditedLog[]
  number: number
  time: number
}

/** Writes blocks with events that follow one another. */
export class HonestHistory {
  readonly blocks: HistoryBlock[] = [{ number: 0, time: 0, logs: [] }]
  organisationChain: Hex = initialChain('AnchorLog', { chainId: 4242, address: address(3) }, ORG)
  listChain: Hex = initialChain('StatusRegistry', { chainId: 4242, address: address(4) }, LIST)
  batch = 0
  #transactions = 0
  #operations = 0

  constructor() {
    this.block(0)
    this.emit('accessManager', 'RoleGranted', [1, COUNCIL, DELAY, START, true])
    const authority = [address(1)]
    for (const contract of ['trustRegistry', 'anchorLog', 'statusRegistry'] as const) {
      this.emit(contract, 'AuthorityUpdated', authority)
    }
    this.emit('trustRegistry', 'OrganisationRegistered', [
      ...[ORG, address(0xad), START, 2 ** 40 - 1],
      ...['기관', 'https://id.example.kr', '{}'],
    ])
    this.emit('trustRegistry', 'Granted', [ORG, PURPOSE, `issue:${VCT}`, START, 2 ** 40 - 1])
    this.emit('trustRegistry', 'KeyRegistered', [hash(7), ORG, START, START + 1000, 1])
    this.emit('trustRegistry', 'AccountChanged', [address(0xacc), ORG, 0, 3])
    this.emit('statusRegistry', 'ListOpened', [LIST, ORG, 256, 2])
    this.emit('accessManager', 'RoleRevoked', [0, address(0xde)])
  }

  get newest(): HistoryBlock {
    return this.blocks.at(-1) as HistoryBlock
  }

  /** @param after seconds since the block before */
  block(after = 1): HistoryBlock {
    const { number, time } = this.newest
    const next = { number: number + 1, time: number === 0 ? START : time + after, logs: [] }
    this.blocks.push(next)
    this.#transactions += 1
    return next
  }

  /** In the newest block, in a transaction of its own unless `same`. */
  emit(contract: ContractName, name: string, values: readonly unknown[], same = true): void {
    if (!same) this.#transactions += 1
    const abi = factories[contract].createInterface() as Interface
    const { topics, data } = abi.encodeEventLog(name, values)
    const topicBytes = topics.map(topic => fromHex(topic as Hex))
    const transaction = hash(0xffff + this.#transactions)
    this.newest.logs.push({
      address: address(ADDRESSES[contract]),
      topics: topicBytes,
      data: fromHex(data as Hex),
      transaction,
    })
  }

  anchor(root: Hex, { count = 16, manifest = hash(0), purpose = PURPOSE, org = ORG } = {}): void {
    this.batch += 1
    const event = { type: 'Anchored', org, purpose, root, batch: this.batch, count, manifest } as const
    this.organisationChain = nextOrganisationChain(this.organisationChain, event, this.newest.time)
    this.emit('anchorLog', 'Anchored', [org, purpose, root, this.batch, count, manifest, this.organisationChain])
  }

  disown(root: Hex): void {
    const event = { type: 'Disowned', org: ORG, purpose: PURPOSE, root, batch: this.batch } as const
    this.organisationChain = nextOrganisationChain(this.organisationChain, event, this.newest.time)
    this.emit('anchorLog', 'Disowned', [ORG, PURPOSE, root, this.batch, this.organisationChain])
  }

  set(ops: readonly StatusOp[], { org = ORG, list = LIST } = {}): void {
    this.setBytes(encodeStatusOps(ops), { org, list })
  }

  setBytes(ops: Uint8Array, { org = ORG, list = LIST } = {}): void {
    const event = { type: 'StatusesSet', list, org, cause: hash(9), ops } as const
    this.listChain = nextListChain(this.listChain, event, this.newest.time)
    this.emit('statusRegistry', 'StatusesSet', [list, org, hash(9), toHex(ops), this.listChain])
  }

  /** The council announces an act and executes it in a later block. */
  council(act: () => void, { wait = DELAY, delay = DELAY } = {}): void {
    const operation = hash(0xabc0 + ++this.#operations)
    this.block()
    const schedule = this.newest.time + delay
    this.emit('accessManager', 'OperationScheduled', [operation, 1, schedule, COUNCIL, address(2), '0x'])
    this.wait(wait)
    this.emit('accessManager', 'OperationExecuted', [operation, 1])
    act()
  }

  /** Heartbeats, and a block at the end. */
  wait(seconds: number): void {
    for (let left = seconds; left > 0; left -= 60) this.block(Math.min(60, left))
  }
}

const ADDRESSES: Readonly<Record<ContractName, number>> = {
  accessManager: 1,
  trustRegistry: 2,
  anchorLog: 3,
  statusRegistry: 4,
}

export const grantOf = (purpose: string): readonly unknown[] => [ORG, purposeHash(purpose), purpose, START, 2 ** 40 - 1]
export const rootHash = (n: number): Hex => toHex(new Uint8Array(32).fill(n))
