/** The events of OpenZeppelin's IAccessManager: the acts of the officers who govern the registries. */
import { address, bool, bytes, bytes4, bytes32, indexed, text, uint32, uint48, uint64 } from './abi.ts'
import { ContractEvents } from './contract-events.ts'

export const accessManagerEvents = new ContractEvents({
  OperationScheduled: {
    operationId: indexed(bytes32),
    nonce: indexed(uint32),
    /** The time from which it can be executed. */
    schedule: uint48,
    caller: address,
    target: address,
    data: bytes,
  },
  OperationExecuted: { operationId: indexed(bytes32), nonce: indexed(uint32) },
  OperationCanceled: { operationId: indexed(bytes32), nonce: indexed(uint32) },
  RoleLabel: { roleId: indexed(uint64), label: text },
  RoleGranted: {
    roleId: indexed(uint64),
    account: indexed(address),
    delay: uint32,
    since: uint48,
    newMember: bool,
  },
  RoleRevoked: { roleId: indexed(uint64), account: indexed(address) },
  RoleAdminChanged: { roleId: indexed(uint64), admin: indexed(uint64) },
  RoleGuardianChanged: { roleId: indexed(uint64), guardian: indexed(uint64) },
  RoleGrantDelayChanged: { roleId: indexed(uint64), delay: uint32, since: uint48 },
  TargetClosed: { target: indexed(address), closed: bool },
  TargetFunctionRoleUpdated: { target: indexed(address), selector: bytes4, roleId: indexed(uint64) },
  TargetAdminDelayUpdated: { target: indexed(address), delay: uint32, since: uint48 },
})
