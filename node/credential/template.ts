/**
 * How the disclosures of a card are encoded, computed once for each card definition.
 *
 * A disclosure is base64url of `["<salt>","<name>",<value>]`. With a salt of 22 characters, `["<salt>` has 24 bytes, a
 * multiple of three, so its base64url is a prefix of the base64url of the disclosure. The heads of all disclosures are
 * therefore encoded in one call, and the part after the salt is encoded only once where the value is true or false.
 */
import { textToBase64url, toBase64url } from '../lib/bytes.ts'
import type { JsonValue } from '../lib/json.ts'
import type { Random } from '../lib/random.ts'
import type { CardDefinition, ClaimDefinition } from './card.ts'

/** 22 base64url characters: 132 random bits, where RFC 9901 §9.3 asks for at least 128. */
const SALT_LENGTH = 22
const HEAD_LENGTH = 32

export interface CardTemplate {
  readonly plain: readonly ClaimTemplate[]
  readonly selective: readonly SelectiveTemplate[]
  /** Parents of nested claims, in order of appearance. */
  readonly parents: readonly string[]
}

export interface ClaimTemplate {
  /** Index among the claims of the card, and so among the values. */
  readonly position: number
  readonly claim: ClaimDefinition
  readonly parent: string | null
  readonly name: string
}

export interface SelectiveTemplate extends ClaimTemplate {
  /** The text between the salt and the value. */
  readonly middle: string
  readonly whenTrue: string
  readonly whenFalse: string
}

const compiled = new WeakMap<CardDefinition, CardTemplate>()

export function templateOf(card: CardDefinition): CardTemplate {
  const cached = compiled.get(card)
  if (cached !== undefined) return cached
  const claims = card.claims.map((claim, position): ClaimTemplate => {
    const [first, second] = claim.path
    return { position, claim, parent: second === undefined ? null : first, name: second ?? first }
  })
  const parents = claims.flatMap(each => (each.parent === null ? [] : [each.parent]))
  const template = {
    plain: claims.filter(each => each.claim.disclosure === 'always'),
    selective: claims
      .filter(each => each.claim.disclosure === 'selective')
      .map(each => {
        const middle = `",${JSON.stringify(each.name)},`
        return { ...each, middle, whenTrue: tail(middle, true), whenFalse: tail(middle, false) }
      }),
    parents: [...new Set(parents)],
  }
  compiled.set(card, template)
  return template
}

export function disclosureTail(claim: SelectiveTemplate, value: JsonValue): string {
  return value === true ? claim.whenTrue : value === false ? claim.whenFalse : tail(claim.middle, value)
}

const tail = (middle: string, value: JsonValue): string => textToBase64url(`${middle}${JSON.stringify(value)}]`)

/** How many random bytes `makeSalts` takes for `count` salts. */
export const saltBytes = (count: number): number => Math.ceil((count * SALT_LENGTH * 6) / 8)

export function makeSalts(count: number, random: Random): string[] {
  const characters = toBase64url(random(saltBytes(count)))
  return Array.from({ length: count }, (_, i) => characters.slice(i * SALT_LENGTH, (i + 1) * SALT_LENGTH))
}

/** base64url of `["<salt>` for each salt. */
export function disclosureHeads(salts: readonly string[]): string[] {
  const heads = textToBase64url(`["${salts.join('["')}`)
  return salts.map((_, i) => heads.slice(i * HEAD_LENGTH, (i + 1) * HEAD_LENGTH))
}
