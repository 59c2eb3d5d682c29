/** Why a card is suspended, for the clerk who is asked to reinstate it. */
import type { Hex } from '../lib/bytes.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { StatusReasons } from './status-reasons.ts'
import type { Suspensions } from './suspensions.ts'

export interface SuspensionView {
  /** The transaction that suspended the card: the name of the report. */
  readonly report: Hex
  readonly block: number
  readonly time: UnixSeconds
  /** Who asked for it, as in the journal. */
  readonly by: string
  /** Null if it is not stored, or belongs to another request. */
  readonly reason: string | null
}

export class SuspensionViews {
  constructor(
    private readonly suspensions: Pick<Suspensions, 'by' | 'report'>,
    private readonly reasons: Pick<StatusReasons, 'read'>,
  ) {}

  /** Null if this node did not suspend the card, or an earlier version did. */
  show(credentialId: string): SuspensionView | null {
    const stored = this.suspensions.report(credentialId)
    if (!stored) return null
    const { transaction: report, block, time, reason: cause } = stored
    const by = this.suspensions.by(credentialId) ?? stored.by
    // Somebody asked for the suspension of a card that was suspended already: the stored reason is not theirs. That of a
    // telecom is its signed report, which has the line.
    const isOwn = cause !== null && by === stored.by && !by.startsWith('telecom:')
    const reason = isOwn ? (this.reasons.read(cause) ?? null) : null
    return { report, block, time, by, reason }
  }
}
