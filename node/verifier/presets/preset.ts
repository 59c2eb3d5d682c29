/**
 * A preset defines what one kind of verifier requests. A preset requests no more than its purpose needs. If a claim
 * identifies the person, it requires the receipt too (`anchor: 'always'`).
 */
import type { CardQuery } from '../dcql/query.ts'
import { checkQuery } from '../dcql/validate.ts'
import type { Policy } from '../policy.ts'
import type { Sentences } from '../verdict.ts'

export interface Preset {
  readonly id: string
  readonly name: Sentences
  /** Shown to the holder before they agree. */
  readonly purpose: Sentences
  /** The holder may present any one of these cards. */
  readonly cards: readonly PresetCard[]
  /** `in_person`: the portrait is requested if the holder is present, for comparison; it is not stored. */
  readonly portrait: 'in_person' | 'never'
  readonly anchor: Policy['anchor']
  /** Seconds; see `Policy.maxAge`. */
  readonly maxAge: number
  /** Whether a presentation without a challenge is acceptable, for queues. It can be relayed. */
  readonly oneWay: boolean
  /** `check`: a signed record {preset, time, verdict, asOf} may be stored. No preset permits storing a claim value. */
  readonly record: 'nothing' | 'check'
  readonly condition?: { readonly path: readonly string[]; readonly equals: boolean }
}

/** A preset with the file that defines it, for messages. */
export interface PresetFile {
  readonly file: string
  readonly preset: Preset
}

export interface PresetCard {
  /** The id of a card definition, and of the query. */
  readonly card: string
  readonly vct: string
  readonly claims: readonly (readonly string[])[]
}

export interface RequestOptions {
  /** Whether the holder is present at the verifier. */
  readonly inPerson: boolean
  /** Only this card of the preset is requested. */
  readonly card?: string
  /** Authority Key Identifiers in base64url: only cards of these authorities are requested. */
  readonly trustedAuthorities?: readonly string[]
}

/** @throws {VerifierError} VERIFIER_CONFIGURATION for a card that the preset does not request */
export function queryOf(preset: Preset, { inPerson, card: only, trustedAuthorities }: RequestOptions): CardQuery {
  const trusted_authorities = trustedAuthorities?.length ? [{ type: 'aki' as const, values: trustedAuthorities }] : null
  const cards = preset.cards.filter(({ card }) => only === undefined || card === only)
  const credentials = cards.map(({ card, vct, claims }) => {
    const paths = [...claims]
    if (preset.portrait === 'in_person' && inPerson) paths.push(['portrait'])
    if (preset.anchor === 'always') paths.push(['anchor'])
    return {
      id: card,
      format: 'dc+sd-jwt' as const,
      meta: { vct_values: [vct] },
      ...(trusted_authorities && { trusted_authorities }),
      claims: paths.map(path => ({ path })),
    }
  })
  if (credentials.length === 1) return checkQuery({ credentials })
  return checkQuery({ credentials, credential_sets: [{ options: credentials.map(({ id }) => [id]) }] })
}

export function policyOf(preset: Preset, options: RequestOptions): Policy {
  return {
    anchor: preset.anchor,
    maxAge: preset.maxAge,
    query: queryOf(preset, options),
    conditions: preset.condition ? [{ query: null, ...preset.condition }] : [],
  }
}
