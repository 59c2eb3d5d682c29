/**
 * A credential is anchored first and signed afterwards. This is the first half. It writes header and payload once, with
 * a placeholder in the top-level `_sd` for the digest of the receipt, which does not exist yet. The leaf is the hash of
 * both. When the leaf's root is on the ledger, `completeCredential` fills in the digest and signs. Nothing is
 * serialised twice, so no canonical JSON is needed.
 * Why: docs/decisions/002.
 */
import { sha256, sha256Base64url } from '#crypto'
import { toBase64url, utf8 } from '../lib/bytes.ts'
import { isP256Coordinate, type P256Jwk } from '../lib/crypto.ts'
import { bufferedRandom, type Random, shuffle } from '../lib/random.ts'
import type { UnixSeconds } from '../lib/time.ts'
import type { CardDefinition, KeyStorage } from './card.ts'
import type { CardClaims } from './claims.ts'
import { encodeEntry, entryHash } from './entry.ts'
import { invalidInput } from './errors.ts'
import type { CredentialHeader } from './header.ts'
import { leafHash, PLACEHOLDER } from './leaf.ts'
import type { PreparedCredential } from './prepared.ts'
import { type CardTemplate, disclosureHeads, disclosureTail, makeSalts, saltBytes, templateOf } from './template.ts'
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

/** The members of the entry that are not in the credential. */
export interface EntryInput {
  readonly keyStorage: KeyStorage
  readonly walletProvider: string | null
  readonly subjectTag: string
  readonly installationTag: string
}

/** @throws {CredentialError} CREDENTIAL_INPUT_INVALID */
export function prepareCredential(input: CredentialInput & { entry: EntryInput }, random: Random): PreparedCredential {
  const template = checked(input)
  const count = template.selective.length + 1
  const pool = bufferedRandom(random, saltBytes(count) + 4 * count + 16)
  const salts = makeSalts(count, pool)
  const { disclosures, digests, nested } = disclose(template, input.claims, salts, pool)
  const list = shuffle([...digests, PLACEHOLDER], pool).join('","')
  const head = `${publicPart(input, template, nested)}"_sd":["`
  const text = `${head}${list}"],"_sd_alg":"sha-256"}`
  const payload = utf8(text)
  const placeholderOffset = head.length + list.indexOf(PLACEHOLDER)
  const entry = encodeEntry({
    vct: input.card.vct,
    list: input.status.list,
    index: input.status.idx,
    validFrom: input.iat,
    validUntil: input.exp,
    ...input.entry,
    salt: toBase64url(pool(16)),
  })
  const hash = entryHash(entry)
  return {
    header: input.header,
    payload,
    placeholderOffset:
      payload.length === text.length ? placeholderOffset : utf8(text.slice(0, placeholderOffset)).length,
    disclosures,
    anchorSalt: salts[count - 1] as string,
    entry,
    entryHash: hash,
    leaf: leafHash(input.header.hash, sha256(payload), hash),
  }
}

/** Checks what must be true of every credential, whichever caller requests it. */
function checked(input: CredentialInput): CardTemplate {
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

interface Disclosed {
  /** Each disclosure is followed by a tilde. */
  readonly disclosures: string
  /** The digests of the top-level `_sd`, not shuffled yet. */
  readonly digests: string[]
  /** `"parent":{"_sd":[…]},` for each parent. */
  readonly nested: string
}

function disclose(template: CardTemplate, claims: CardClaims, salts: readonly string[], random: Random): Disclosed {
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

/** The members of the payload that every verifier sees, with a comma at the end. */
function publicPart(input: CredentialInput, template: CardTemplate, nested: string): string {
  const { card, claims, holder, iss, iat, exp, status } = input
  const plain = plainMembers(template, claims, null).map(member => `${member},`)
  return (
    `{"iss":${JSON.stringify(iss)},"iat":${iat},"exp":${exp},` +
    `"vct":${JSON.stringify(card.vct)},"vct#integrity":"${typeMetadata(card).integrity}",` +
    `"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"${holder.x}","y":"${holder.y}"}},` +
    `"status":{"status_list":{"idx":${status.idx},"uri":${JSON.stringify(status.uri)}}},` +
    `${plain.join('')}${nested}`
  )
}
