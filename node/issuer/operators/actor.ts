/** Who acts: an operator with an account, a machine client, or the local command line. */

/**
 * What an operator may do. An administrator admits and stops operators and sets the node up; a supervisor confirms
 * what needs two people; a clerk serves applicants; an auditor only reads; the call centre only suspends and reinstates.
 */
export const ROLES = ['administrator', 'supervisor', 'clerk', 'auditor', 'call-centre'] as const
export type Role = (typeof ROLES)[number]

export interface OperatorActor {
  readonly kind: 'operator'
  readonly id: string
  readonly name: string
  readonly role: Role
  /** The centre where a clerk works; null: none. */
  readonly centre: string | null
}

export interface MachineActor {
  readonly kind: 'machine'
  readonly id: string
  readonly scopes: readonly string[]
}

export type Actor = OperatorActor | MachineActor | { readonly kind: 'local' }

/** How the journal names an actor. It contains an id, never a name. */
export function byOf(actor: Actor): string {
  switch (actor.kind) {
    case 'operator':
      return `operator:${actor.id}`
    case 'machine':
      return `machine:${actor.id}`
    case 'local':
      return 'local'
  }
}

/** The id of the operator whom the journal names so; undefined for everybody else. */
export const operatorIn = (by: string): string | undefined => /^operator:(.+)$/.exec(by)?.[1]
