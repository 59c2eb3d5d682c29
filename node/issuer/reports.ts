import type { HeldSuspensions } from '../status/held.ts'
import type { Credentials } from './credentials.ts'
import { REPLACEMENT } from './suspensions.ts'

/** Who asked that a card is suspended, also while the ledger does not have it yet (status/held.ts). */
export class Reports {
  constructor(
    private readonly credentials: Pick<Credentials, 'get' | 'suspendedBy'>,
    private readonly held: Pick<HeldSuspensions, 'causes'>,
  ) {}

  /** Undefined if nobody did. `REPLACEMENT`: only because another card is on its way. */
  by(id: string): string | undefined {
    const { list, idx } = this.credentials.get(id)
    const suspended = this.credentials.suspendedBy(id)
    if (suspended !== undefined && suspended !== REPLACEMENT) return suspended
    const held = this.held.causes({ list: BigInt(list), idx })
    return held.find(cause => !cause.startsWith(`${REPLACEMENT}:`)) ?? suspended ?? (held[0] && REPLACEMENT)
  }
}
