import type { P256Jwk } from '../../../lib/crypto.ts'
import { call } from '../../kit/api.ts'

/** `CardOffer` in http/demo-routes.ts. */
export interface CardOffer {
  readonly id: string
  readonly offerUrl: string
  readonly txCode: string
  readonly authority: string
  readonly profileKey: string
}

const CARDS = '/demo/cards'

/** @throws {Refused} {Unreachable} as all of these */
export const offerCard = (): Promise<CardOffer> => call<CardOffer>(CARDS, { method: 'POST' })

export const suspendCard = (id: string): Promise<void> => call<void>(`${CARDS}/${id}/suspend`, { method: 'POST' })

export async function signInSecret(id: string, { kty, crv, x, y }: P256Jwk): Promise<string> {
  const body = { jwk: { kty, crv, x, y } }
  return (await call<{ readonly credential: string }>(`${CARDS}/${id}/unanchored`, { method: 'POST', body })).credential
}
