/** The events of contracts/interfaces/IStatusRegistry.sol. The whole state of the contract can be rebuilt from them. */
import { address, bytes, bytes32, indexed, uint32, uint64 } from './abi.ts'
import { ContractEvents, type EventOf } from './contract-events.ts'

export const statusRegistryEvents = new ContractEvents({
  /** The contract that governs this one was set. */
  AuthorityUpdated: { authority: address },
  ListOpened: { list: indexed(uint64), org: indexed(uint32), capacity: uint32, dailyLimit: uint32 },
  StatusesSet: {
    list: indexed(uint64),
    /** The custodian whose account made the changes. */
    org: indexed(uint32),
    /** The salted hash of the reason. The reason is not on the ledger. */
    cause: bytes32,
    /** The changes: status-ops.ts. */
    ops: bytes,
    /** The running hash of the list, including this event. */
    chain: bytes32,
  },
  DailyLimitChanged: { list: indexed(uint64), previous: uint32, dailyLimit: uint32 },
  CustodianChanged: { list: indexed(uint64), previous: indexed(uint32), custodian: indexed(uint32) },
})

export type StatusRegistryEvent = EventOf<typeof statusRegistryEvents>
export type StatusesSet = Extract<StatusRegistryEvent, { type: 'StatusesSet' }>
