/** A card as it is stored on the phone. It is personal data, and without its key of no use to anybody else. */

import { parseSdJwt } from '../../../../credential/sd-jwt/parse.ts'
import { credentialClaims } from '../../../../credential/sd-jwt/present.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../lib/json.ts'
import type { UnixSeconds } from '../../../../lib/time.ts'
import type { StatusName } from '../../../../proof/registries/status.ts'
import type { ClaimLabel, IssuerMetadata } from '../issuing/metadata.ts'
import type { SealedToken } from '../keys/sealed-tokens.ts'
import type { Told } from '../renewal.ts'
import type { Texts } from '../texts.ts'
import type { Card, CardClaim, KeyLevel } from '../wallet.ts'

export interface StoredCard {
  /** Also that of its key. */
  readonly id: string
  /** With all its disclosures. */
  readonly credential: string
  readonly vct: string
  readonly iss: string
  readonly name: Texts
  readonly labels: readonly ClaimLabel[]
  readonly organisation: { readonly id: number; readonly name: string | null } | null
  readonly receivedAt: UnixSeconds
  readonly expiresAt: UnixSeconds
  readonly keyLevel: KeyLevel
  readonly status: StoredStatus | null
  readonly provisional: boolean
  readonly renewal: Renewal | null
  /** A renewal of it was begun and its card is not stored yet. The issuer may have ended this one meanwhile. */
  readonly renewing?: boolean
  /** What the authority said about it; absent if it was not asked. */
  readonly told?: Told | null
  /** When the authority is asked again. */
  readonly askAt?: UnixSeconds
  /** The status as of which it was asked. */
  readonly askedAs?: StatusName | null
}

export interface StoredStatus {
  readonly word: StatusName
  /** When this was last known to be so. */
  readonly at: UnixSeconds
  /** When it was first learned. */
  readonly since: UnixSeconds
}

/** What is needed to ask the issuer for the next card. */
export interface Renewal {
  readonly metadata: IssuerMetadata
  readonly refreshToken: SealedToken
}

/** What every presentation shows, and what the screens show elsewhere. */
const NOT_LISTED = new Set([
  ...['iss', 'sub', 'iat', 'nbf', 'exp', 'cnf', 'vct', 'vct#integrity', 'aka_vcts', 'status'],
  ...['anchor', 'anchor_pending', 'portrait'],
])
const PORTRAIT = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/

/** In the order in which they were received. */
export const inOrder = (cards: readonly StoredCard[]): StoredCard[] =>
  [...cards].sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1))

export function shownCard(card: StoredCard): Card {
  const { id, vct, iss, name, organisation, receivedAt, expiresAt, keyLevel, status, provisional } = card
  const claims = credentialClaims(card.credential)
  const { portrait } = claims
  return {
    ...{ id, vct, name, receivedAt, expiresAt, keyLevel, provisional },
    issuer: iss,
    organisation: organisation?.name ?? null,
    claims: listed(claims, card.labels),
    portrait: typeof portrait === 'string' && PORTRAIT.test(portrait) ? portrait : null,
    status: status && { word: status.word, at: status.at },
    renewable: card.renewal !== null,
    told: card.told ?? null,
    renewing: card.renewing === true,
  }
}

/** The holder key of a card: the thumbprint's input is in `cnf`. */
export const holderOf = (credential: string): JsonValue | undefined => {
  const { cnf } = parseSdJwt(credential).unverifiedPayload
  return isJsonObject(cnf) ? cnf.jwk : undefined
}

export const labelOf = (labels: readonly ClaimLabel[], path: readonly (string | number | null)[]): Texts | null => {
  const same = (each: ClaimLabel) => each.path.length === path.length && each.path.every((part, i) => part === path[i])
  return labels.find(same)?.label ?? null
}

/** An address as one text (OpenID Connect Core 1.0 §5.1.1), and any other value as it is. */
export const shownValue = (value: JsonValue): JsonValue =>
  isJsonObject(value) && typeof value.formatted === 'string' ? value.formatted : value

/** Every claim with a value, those that the issuer names first and in its order. */
function listed(claims: JsonObject, labels: readonly ClaimLabel[]): CardClaim[] {
  const leaves = (path: readonly string[], value: JsonValue): CardClaim[] => {
    const label = labelOf(labels, path)
    if (value === null) return []
    if (label || !isJsonObject(value)) return [{ path, label, value: shownValue(value) }]
    return Object.entries(value).flatMap(([name, inner]) => leaves([...path, name], inner))
  }
  const all = Object.entries(claims).flatMap(([name, value]) => (NOT_LISTED.has(name) ? [] : leaves([name], value)))
  const rank = ({ path }: CardClaim) => {
    const at = labels.findIndex(label => label.path.every((part, i) => part === path[i]))
    return at < 0 ? labels.length : at
  }
  return all.sort((a, b) => rank(a) - rank(b))
}
