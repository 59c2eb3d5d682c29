/** The events of contracts/interfaces/ITrustRegistry.sol. The whole state of the contract can be rebuilt from them. */
import { address, bytes32, indexed, text, uint8, uint32, uint40 } from './abi.ts'
import { ContractEvents, type EventOf } from './contract-events.ts'

export const trustRegistryEvents = new ContractEvents({
  /** The contract that governs this one was set. */
  AuthorityUpdated: { authority: address },
  OrganisationRegistered: {
    org: indexed(uint32),
    admin: indexed(address),
    from: uint40,
    until: uint40,
    /** The name that people see. */
    name: text,
    /** The `iss` of its credentials: a URL. */
    issuer: text,
    /** JSON. */
    info: text,
  },
  OrganisationDescribed: { org: indexed(uint32), name: text, info: text },
  OrganisationTermChanged: {
    org: indexed(uint32),
    previousFrom: uint40,
    previousUntil: uint40,
    from: uint40,
    until: uint40,
  },
  AdminChanged: { org: indexed(uint32), previous: indexed(address), admin: indexed(address) },
  Granted: { org: indexed(uint32), purpose: indexed(bytes32), text, from: uint40, until: uint40 },
  Withdrawn: { org: indexed(uint32), purpose: indexed(bytes32), from: uint40, until: uint40 },
  KeyRegistered: { keyId: indexed(bytes32), org: indexed(uint32), from: uint40, until: uint40, uses: uint8 },
  KeyRetired: { keyId: indexed(bytes32), org: indexed(uint32), previousUntil: uint40, until: uint40 },
  /** `previousFrom` is `NEVER` where the key was trusted before. */
  KeyDistrusted: { keyId: indexed(bytes32), org: indexed(uint32), previousFrom: uint40, from: uint40 },
  AccountChanged: { account: indexed(address), org: indexed(uint32), previous: uint8, capabilities: uint8 },
})

export type TrustRegistryEvent = EventOf<typeof trustRegistryEvents>
