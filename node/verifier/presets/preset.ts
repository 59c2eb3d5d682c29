/**
 * What a kind of counter asks for, as data: one file each. A preset asks for no more than its purpose needs, and for
 * the receipt (`anchor: 'always'`) wherever a claim says who somebody is.
 */
import { cardById } from '../../credential/cards/all.ts'
import { VerifierError } from '../errors.ts'
import type { Policy } from '../policy.ts'
import { type CardQuery, checkQuery } from '../query.ts'
import type { Sentences } from '../verdict.ts'

export interface Preset {
  readonly id: string
  readonly name: Sentences
  /** Shown to the holder before they agree. */
  readonly purpose: Sentences
  /** Any one of these cards will do. */
  readonly cards: readonly PresetCard[]
  /** The portrait is asked for where somebody stands in front of us, to be compared and not kept. */
  readonly portrait: 'in_person' | 'never'
  readonly anchor: Policy['anchor']
  /** Seconds; see `Policy.maxAge`. */
  readonly maxAge: number
  /** Whether a card may be shown without an answer to a challenge, in a queue. A live relay can abuse that. */
  readonly oneWay: boolean
  /** `check`: {preset, time, verdict, asOf} may be kept, signed. No preset keeps a claim value. */
  readonly record: 'nothing' | 'check'
  readonly condition?: { readonly path: readonly string[]; readonly equals: boolean }
}

export interface PresetCard {
  /** Id of a card definition; the query's id as well. */
  readonly card: string
  readonly claims: readonly (readonly string[])[]
}

export interface AskOptions {
  /** Somebody stands in front of the asker. */
  readonly inPerson: boolean
}

/** Says who somebody is, alone or with little else. */
export const IDENTIFYING: ReadonlySet<string> = new Set([
  'family_name',
  'given_name',
  'birthdate',
  'address',
  'personal_administrative_number',
  'document_number',
  'veteran_number',
])

export function queryOf(preset: Preset, { inPerson }: AskOptions): CardQuery {
  const credentials = preset.cards.map(({ card, claims }) => {
    const definition = cardById(card)
    if (!definition) {
      const detail = { code: 'VERIFIER_CONFIGURATION', reason: 'card' } as const
      throw new VerifierError(detail, `The preset asks for a card that is not defined: ${card}.`)
    }
    const paths = [...claims]
    if (preset.portrait === 'in_person' && inPerson) paths.push(['portrait'])
    if (preset.anchor === 'always') paths.push(['anchor'])
    return {
      id: card,
      format: 'dc+sd-jwt' as const,
      meta: { vct_values: [definition.vct] },
      claims: paths.map(path => ({ path })),
    }
  })
  if (credentials.length === 1) return checkQuery({ credentials })
  return checkQuery({ credentials, credential_sets: [{ options: credentials.map(({ id }) => [id]) }] })
}

export function policyOf(preset: Preset, options: AskOptions): Policy {
  return {
    anchor: preset.anchor,
    maxAge: preset.maxAge,
    query: queryOf(preset, options),
    conditions: preset.condition ? [{ query: null, ...preset.condition }] : [],
  }
}
