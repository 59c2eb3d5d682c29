import type { JobState } from '../../credential/application.ts'
import type { ApplicationKind } from '../../credential/card.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'

/** Reasons for which a producer cannot make a card. A fault of the machine is tried again, faulty data is not. */
export const JOB_FAILURES = ['data-rejected', 'portrait-rejected', 'printer-fault', 'chip-fault'] as const
export type JobFailure = (typeof JOB_FAILURES)[number]

/**
 * A plastic card that a producer is to make. It has the id of its application, and no personal data.
 *
 *   queued ──▶ taken ──▶ done                    the application becomes `issued`
 *     ▲          │  └──▶ failed                  the application becomes `refused`
 *     └──────────┘ the lease ended, or a fault of the machine that may pass
 */
export interface PersonalisationJob {
  readonly application: string
  readonly kind: ApplicationKind
  readonly chip: boolean
  readonly state: JobState
  readonly queuedAt: UnixSeconds
  /** How often a producer took it. */
  readonly attempts: number
  readonly lease: Lease | null
  readonly failure: JobFailure | null
}

/** A producer's hold on a job. */
export interface Lease {
  /** SHA-256 of the secret that the producer got. */
  readonly secret: Hex
  readonly by: string
  readonly until: UnixSeconds
}

/** Seconds that a producer has to make a card and say so. */
export const LEASE_SECONDS = 15 * 60

/** After so many attempts a fault of the machine is final, too. */
export const MAX_ATTEMPTS = 3

export const mayTake = ({ state, lease }: PersonalisationJob, now: UnixSeconds): boolean =>
  state === 'queued' || (state === 'taken' && lease !== null && now >= lease.until)
