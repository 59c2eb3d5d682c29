import type { IssuingGate } from '../../node/issuer/gate.ts'
import type { UnixSeconds } from '../../node/lib/time.ts'

/** A gate that is open, since the beginning unless said otherwise. */
export const openGate = (openSince: UnixSeconds = 0): IssuingGate => ({ requireOpen: () => undefined, openSince })
