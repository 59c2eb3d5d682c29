import type { HeldSuspensions } from '../status/held.ts'
import type { Credentials } from './credentials.ts'
import type { LossRecords } from './loss/loss-report.ts'
import { REPLACEMENT } from './suspensions.ts'

/**
 * Who asked that a card is suspended. A report of loss counts from its commit on, before the ledger has it, and until it is closed,
 * also if the ledger says SUSPENDED for another reason meanwhile.
 */
export class Reports {
  constructor(
    private readonly credentials: Pick<Credentials, 'get' | 'suspendedBy'>,
    private readonly held: Pick<HeldSuspensions, 'causes'>,
    private readonly loss: { readonly locks: Pick<LossRecords['locks'], 'get'> },
  ) {}

  /** Undefined if nobody did. `REPLACEMENT`: only because another card is on its way. Of a loss, the channel of the last report. */
  by(id: string): string | undefined {
    const lost = this.loss.locks.get(id)?.channels.at(-1)
    if (lost !== undefined) return lost
    const { list, idx } = this.credentials.get(id)
    const suspended = this.credentials.suspendedBy(id)
    if (suspended !== undefined && suspended !== REPLACEMENT) return suspended
    const held = this.held.causes({ list: BigInt(list), idx })
    return held.find(cause => !cause.startsWith(`${REPLACEMENT}:`)) ?? suspended ?? (held[0] && REPLACEMENT)
  }

  /** When the loss of the phone was reported; undefined if it was not. */
  lostAt(id: string): number | undefined {
    return this.loss.locks.get(id)?.at
  }
}
