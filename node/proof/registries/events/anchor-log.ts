/** The events of contracts/interfaces/IAnchorLog.sol. The whole state of the contract can be rebuilt from them. */
import { address, bytes32, counter64, indexed, uint32 } from './abi.ts'
import { ContractEvents, type EventOf } from './contract-events.ts'

export const anchorLogEvents = new ContractEvents({
  /** The contract that governs this one was set. */
  AuthorityUpdated: { authority: address },
  Anchored: {
    org: indexed(uint32),
    purpose: indexed(bytes32),
    root: indexed(bytes32),
    /** The number of the batch within its organisation, from 1. */
    batch: counter64,
    /** Leaves of its tree, including padding. */
    count: uint32,
    manifest: bytes32,
    /** The running hash of the organisation, including this event. */
    chain: bytes32,
  },
  Disowned: {
    org: indexed(uint32),
    purpose: indexed(bytes32),
    root: indexed(bytes32),
    batch: counter64,
    chain: bytes32,
  },
})

export type AnchorLogEvent = EventOf<typeof anchorLogEvents>
