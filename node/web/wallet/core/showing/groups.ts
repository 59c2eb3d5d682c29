/** Which of the holder's cards answer a request, and which claims the asker would get (OpenID4VP 1.0 §6.4). */

import { parseSdJwt } from '../../../../credential/sd-jwt/parse.ts'
import { credentialClaims, type PathPointer } from '../../../../credential/sd-jwt/present.ts'
import type { JsonObject } from '../../../../lib/json.ts'
import type { UnixSeconds } from '../../../../lib/time.ts'
import type { AskedClaim } from '../../../../verifier/asker/asked.ts'
import { matchQuery } from '../../../../verifier/dcql/match.ts'
import type { CardQuery, ClaimsQuery, CredentialQuery } from '../../../../verifier/dcql/query.ts'
import { selected } from '../../../../verifier/dcql/select.ts'
import { labelOf, type StoredCard, shownValue } from '../cards/record.ts'
import type { Candidate, RequestGroup, RequestOption, RequestPart } from '../wallet.ts'

/** What the ledger's word on the asker means for each claim. */
export interface Marks {
  /** Asked beyond the registration. */
  readonly beyond: readonly AskedClaim[]
  /** Not shown to this asker, whatever the holder says. */
  readonly withheld: readonly AskedClaim[]
}

export function groupsOf(
  query: CardQuery,
  cards: readonly StoredCard[],
  marks: Marks,
  now: UnixSeconds,
): RequestGroup[] {
  const held = cards.map(card => holding(card, now)).sort((a, b) => b.rank - a.rank)
  const parts = new Map(query.credentials.map(asked => [asked.id, partOf(asked, held, marks)]))
  const option = (ids: readonly string[]): RequestOption => {
    const chosen = ids.map(id => parts.get(id) as RequestPart)
    return { parts: chosen, possible: chosen.every(({ candidates }) => candidates.length > 0) }
  }
  const sets = query.credential_sets
  if (!sets) return [{ required: true, options: [option(query.credentials.map(({ id }) => id))] }]
  return sets.map(({ options, required }) => ({ required: required !== false, options: options.map(option) }))
}

export const isAnswerable = (groups: readonly RequestGroup[]): boolean =>
  groups.some(({ options }) => options.some(({ possible }) => possible)) &&
  groups.every(({ required, options }) => !required || options.some(({ possible }) => possible))

interface Holding {
  readonly card: StoredCard
  readonly claims: JsonObject
  readonly x5c: readonly string[]
  /** A good card before a bad one, a new one before an old one. */
  readonly rank: number
}

function holding(card: StoredCard, now: UnixSeconds): Holding {
  const isGood = now < card.expiresAt && (card.status === null || card.status.word === 'VALID')
  return {
    card,
    claims: credentialClaims(card.credential),
    x5c: parseSdJwt(card.credential).x5c,
    rank: card.receivedAt + (isGood ? Number.MAX_SAFE_INTEGER / 2 : 0),
  }
}

function partOf(asked: CredentialQuery, held: readonly Holding[], marks: Marks): RequestPart {
  const answering = held.filter(one => answers(asked, one))
  const candidates = answering.flatMap(one => candidateOf(asked, one, marks) ?? [])
  const lack = candidates.length > 0 ? null : answering.length > 0 ? 'withheld' : 'no_card'
  return { query: asked.id, vcts: asked.format === 'dc+sd-jwt' ? asked.meta.vct_values : [], candidates, lack }
}

const answers = (asked: CredentialQuery, { card, claims, x5c }: Holding): boolean =>
  matchQuery({ credentials: [asked] }, [{ query: asked.id, vct: card.vct, claims, x5c }]).satisfied

/** The first of the asker's claim sets that this card has and this asker may get; undefined if there is none. */
function candidateOf(asked: CredentialQuery, one: Holding, marks: Marks): Candidate | undefined {
  const { vct, labels, id } = one.card
  for (const claims of claimSetsOf(asked)) {
    const isWithheld = claims.some(({ path }) => includes(marks.withheld, vct, path))
    const fits = answers({ ...withoutSets(asked), claims }, one)
    if (isWithheld || !fits) continue
    return {
      cardId: id,
      claims: claims.flatMap(({ path }) =>
        selected(one.claims, path).map(value => ({
          path,
          label: labelOf(labels, path),
          value: shownValue(value),
          beyond: includes(marks.beyond, vct, path) || includes(marks.beyond, vct, []),
        })),
      ),
    }
  }
  // A query without claims gets the card itself.
  if (asked.claims !== undefined || includes(marks.withheld, vct, [])) return undefined
  return { cardId: id, claims: [] }
}

function claimSetsOf({ claims, claim_sets }: CredentialQuery): readonly (readonly ClaimsQuery[])[] {
  if (!claims) return []
  return claim_sets?.map(set => claims.filter(({ id }) => id !== undefined && set.includes(id))) ?? [claims]
}

const withoutSets = ({ claim_sets: _, ...asked }: CredentialQuery): CredentialQuery => asked

const includes = (list: readonly AskedClaim[], vct: string, path: PathPointer): boolean =>
  list.some(
    each => each.vct === vct && each.path.length === path.length && each.path.every((part, i) => part === path[i]),
  )
