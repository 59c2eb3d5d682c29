/** As contracts/interfaces/IAnchorLog.sol declares them. Every state of the log can be rebuilt from them. */
import { address, bytes32, counter64, indexed, uint32 } from './abi.ts'
import { ContractEvents, type EventOf } from './contract-events.ts'

export const anchorLogEvents = new ContractEvents({
  /** The contract that governs this one was named. */
  AuthorityUpdated: { authority: address },
  Anchored: {
    org: indexed(uint32),
    purpose: indexed(bytes32),
    root: indexed(bytes32),
    /** The batch's number in its organisation, from 1. */
    batch: counter64,
    /** Leaves of its tree, padding included. */
    count: uint32,
    manifest: bytes32,
    /** The organisation's running hash, this event included. */
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
