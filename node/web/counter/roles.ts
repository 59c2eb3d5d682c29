/** Which buttons a role sees. The node decides what each role may do; this only spares a refusal. */
import type { Role } from './passkey.ts'
import type { StatusAct } from './paths.ts'

export const mayTakeApplications = (role: Role): boolean => role === 'clerk' || role === 'supervisor'

const ACTS: Readonly<Record<Role, readonly StatusAct[]>> = {
  administrator: [],
  supervisor: ['suspend', 'reinstate', 'revoke'],
  clerk: ['suspend', 'reinstate', 'revoke'],
  auditor: [],
  'call-centre': ['suspend', 'reinstate'],
}

export const mayChangeStatus = (role: Role, act: StatusAct): boolean => ACTS[role].includes(act)
