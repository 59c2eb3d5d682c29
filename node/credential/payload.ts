/** The payload of a credential before it is signed: what a card with an anchor and one without have in common. */
import { sha256Base64url } from '#crypto'
import { isP256Coordinate, type P256Jwk } from '../lib/crypto.ts'
import { type Random, shuffle } from '../lib/random.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { CardDefinition } from './card.ts'
import type { CardClaims } from './claims.ts'
import { invalidInput } from './errors.ts'
import type { CredentialHeader } from './header.ts'
import { type CardTemplate, disclosureHeads, disclosureTail, templateOf } from './template.ts'
import { typeMetadata } from './type-metadata.ts'

export interface CredentialInput {
  readonly card: CardDefinition
  readonly claims: CardClaims
  /** The holder key, for `cnf`. */
  readonly holder: P256Jwk
  readonly iss: string
  readonly header: CredentialHeader
  readonly iat: UnixSeconds
  readonly exp: UnixSeconds
  readonly status: StatusReference
}

export interface StatusReference {
  /** Status list id as on the ledger. */
  readonly list: bigint
  readonly idx: number
  readonly uri: string
}

/**
 * Checks what must be true of every credential, whichever caller requests it.
 * @throws {CredentialError} CREDENTIAL_INPUT_INVALID
 */
export function checked(input: CredentialInput): CardTemplate {
  const { card, claims, holder, iat, exp, status } = input
  if (claims.vct !== card.vct || claims.values.length !== card.claims.length) {
    throw invalidInput('the claims are not those of the card')
  }
  if (!isP256Coordinate(holder.x) || !isP256Coordinate(holder.y))
    throw invalidInput('the holder key is not a P-256 key')
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp) || exp <= iat) {
    throw invalidInput('iat and exp are whole seconds, exp after iat')
  }
  if (!Number.isSafeInteger(status.idx) || status.idx < 0) throw invalidInput('a status index is a whole number')
  return templateOf(card)
}

export interface Disclosed {
  /** Each disclosure is followed by a tilde. */
  readonly disclosures: string
  /** The digests of the top-level `_sd`, not shuffled yet. */
  readonly digests: string[]
  /** `"parent":{"_sd":[…]},` for each parent. */
  readonly nested: string
}

export function disclose(
  template: CardTemplate,
  claims: CardClaims,
  salts: readonly string[],
  random: Random,
): Disclosed {
  const heads = disclosureHeads(salts.slice(0, template.selective.length))
  const digests: string[] = []
  const byParent = new Map<string, string[]>(template.parents.map(parent => [parent, []]))
  let disclosures = ''
  template.selective.forEach((claim, i) => {
    const disclosure = `${heads[i]}${disclosureTail(claim, claims.values[claim.position] ?? null)}`
    disclosures += `${disclosure}~`
    const siblings = claim.parent === null ? digests : byParent.get(claim.parent)
    siblings?.push(sha256Base64url(disclosure))
  })
  let nested = ''
  for (const [parent, siblings] of byParent) {
    const members = plainMembers(template, claims, parent)
    if (siblings.length > 0) members.push(`"_sd":["${shuffle(siblings, random).join('","')}"]`)
    nested += `${JSON.stringify(parent)}:{${members.join(',')}},`
  }
  return { disclosures, digests, nested }
}

function plainMembers(template: CardTemplate, claims: CardClaims, parent: string | null): string[] {
  return template.plain
    .filter(claim => claim.parent === parent)
    .map(claim => `${JSON.stringify(claim.name)}:${JSON.stringify(claims.values[claim.position] ?? null)}`)
}

/**
 * The members of the payload that every verifier sees, with a comma at the end.
 * @param pending the member by which a card without an anchor says so; otherwise empty
 */
export function publicPart(
  input: CredentialInput,
  template: CardTemplate,
  nested: string,
  pending: '"anchor_pending":true,' | '' = '',
): string {
  const { card, claims, holder, iss, iat, exp, status } = input
  const plain = plainMembers(template, claims, null).map(member => `${member},`)
  return (
    `{"iss":${JSON.stringify(iss)},"iat":${iat},"exp":${exp},` +
    `"vct":${JSON.stringify(card.vct)},"vct#integrity":"${typeMetadata(card).integrity}",` +
    `"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"${holder.x}","y":"${holder.y}"}},` +
    `"status":{"status_list":{"idx":${status.idx},"uri":${JSON.stringify(status.uri)}}},` +
    `${pending}${plain.join('')}${nested}`
  )
}
