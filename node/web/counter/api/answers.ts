/** The node's answers as the counter reads them. The node's tests check each answer against its OpenAPI schema. */

import type { ApplicationKind } from '../../../credential/card.ts'
import type { UnixSeconds } from '../../../lib/time.ts'
import type { Application } from '../flow/application.ts'

export interface Names {
  readonly ko: string
  readonly en: string
}

export interface Card {
  readonly id: string
  readonly name: Names
}

/** A row of a search. */
export interface Found {
  /** An opaque id, never a personal number. */
  readonly person: string
  readonly name: string
  readonly birthdate: string
  readonly maskedNumber: string
}

export type CredentialStatus = 'VALID' | 'SUSPENDED' | 'INVALID'

export interface Credential {
  readonly credentialId: string
  readonly card: string
  /** Null: the node has not read it from the ledger. */
  readonly status: CredentialStatus | null
  readonly issuedAt: UnixSeconds
  readonly expiresAt: UnixSeconds
  /** From when it can be renewed. */
  readonly renewableFrom: UnixSeconds
  /** The card says something else than the register does now. */
  readonly outdated: boolean
  /** The block at which the node read the status, and its time. */
  readonly asOf: { readonly block: number; readonly time: UnixSeconds } | null
  /** Why it is suspended. Null for other cards, and for one that an earlier version of the node suspended. */
  readonly suspension: Suspension | null
  /** Since when the published list has it as suspended, while the ledger does not. */
  readonly heldSince: UnixSeconds | null
}

/** The report that a reinstatement closes. */
export interface Suspension {
  /** The transaction on the ledger: the name of the report. */
  readonly report: string
  readonly block: number
  readonly time: UnixSeconds
  /** `operator:<id>`, `telecom:<organisation>`, `holder:<means>`, `machine:<id>`, `local`, `replacement` */
  readonly by: string
  /** The operator's name. */
  readonly operator: string | null
  /** One of the counter's reasons, or the words that somebody typed. */
  readonly reason: string | null
}

/** A change of status. */
export interface StatusChange {
  /** Null: it is published, and not on the ledger yet. */
  readonly transaction: string | null
  readonly block: number | null
  /** The time of the block, or of the publication. */
  readonly time: UnixSeconds
}

export interface Refusal {
  readonly code: string
  readonly where: string | null
  readonly from: string | null
  /** The words to say to the person. */
  readonly text: Names
}

export interface MayApply {
  readonly card: string
  readonly kind: ApplicationKind
  /** In won. */
  readonly fee: number
  /** A guardian has to consent, and the application says whether one does. */
  readonly consent: boolean
  readonly allowed: boolean
  readonly refusal: Refusal | null
}

export interface Resident {
  readonly name: string
  readonly birthdate: string
  readonly address: string
  readonly maskedNumber: string
  readonly municipality: string
  /** A data URL. */
  readonly portrait: string | null
  /** One of the cards in force is outdated. */
  readonly outdated: boolean
  readonly credentials: readonly Credential[]
  readonly applications: readonly Application[]
  readonly canApply: readonly MayApply[]
}

/** A row of today's list. */
export interface Listed extends Application {
  readonly person: string
  readonly at: UnixSeconds
  /** Null if the register has no such person any more. */
  readonly maskedName: string | null
}
