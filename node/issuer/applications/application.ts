import type { Channel } from '../../credential/card.ts'
import { fromHex, type Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { type Codec, jsonCodec } from '../../store/store.ts'

/**
 *   applied ──▶ identity_checked ──▶ offered ──▶ issued
 *                                     │  ▲  └──▶ expired
 *                                     └──┘         │
 *                          (a new offer) ◀─────────┘        cancelled: from every state but issued
 */
export type ApplicationState = 'applied' | 'identity_checked' | 'offered' | 'issued' | 'expired' | 'cancelled'

export type CancelReason = 'operator' | 'tx_code_exhausted'

/** One person's request for one card. Holds no personal data: the person is a random id. */
export interface Application {
  /** 16 random bytes, base64url. */
  readonly id: string
  readonly person: Hex
  readonly vct: string
  readonly channel: Channel
  readonly state: ApplicationState
  /** The last time of each state. */
  readonly times: Readonly<Partial<Record<ApplicationState, UnixSeconds>>>
  /** Null until the identity was checked. */
  readonly identity: IdentityCheck | null
  /** Counted over all offers of the application: a new offer gives no new attempts. */
  readonly wrongTxCodes: number
  /** SHA-256 of the code of the one offer that counts. */
  readonly offer: Hex | null
}

/** Who checked the applicant's identity, and how. */
export interface IdentityCheck {
  /** The id of the staff member or provider, never a name. */
  readonly by: string
  /** The document or method. */
  readonly how: string
}

type StoredApplication = Omit<Application, 'vct'> & { readonly card: string }
const stored = jsonCodec<StoredApplication>()

/** On disk the vct is named `card`. */
export const applicationCodec: Codec<Application> = {
  encode: ({ id, person, vct, ...rest }) => stored.encode({ id, person, card: vct, ...rest }),
  decode: bytes => {
    const { card, ...rest } = stored.decode(bytes)
    return { ...rest, vct: card }
  },
}

const NEXT: Readonly<Record<ApplicationState, readonly ApplicationState[]>> = {
  applied: ['identity_checked', 'cancelled'],
  identity_checked: ['offered', 'cancelled'],
  offered: ['offered', 'issued', 'expired', 'cancelled'],
  expired: ['offered', 'cancelled'],
  issued: [],
  cancelled: [],
}

export const mayBecome = (application: Application, state: ApplicationState): boolean =>
  NEXT[application.state].includes(state)

export const personOf = (application: Application): Uint8Array => fromHex(application.person)
