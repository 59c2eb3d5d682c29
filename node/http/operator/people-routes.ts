/**
 * The people of the register at the counter: found by number, or by the whole name and birthdate. The journal has who looked
 * at whom. The personal number is masked until somebody asks for it, and the asking is journalled.
 */
import { z } from 'zod'
import { IssuerError } from '../../issuer/errors.ts'
import type { Accounts } from '../../issuer/operators/accounts.ts'
import { byOf, operatorIn } from '../../issuer/operators/actor.ts'
import type { CredentialView, PersonViews } from '../../issuer/person-view.ts'
import type { PersonViewings } from '../../issuer/person-viewings.ts'
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
import { maskedNumber } from '../../residents/masked.ts'
import type { Register, Resident } from '../../residents/register.ts'
import { ApplicationAnswer, Day, Kind, Person } from './application-schemas.ts'
import { clerkOf } from './applications-routes.ts'
import { defineRoute, PersonalNumber, type Route, UnixTime } from './route.ts'

export interface PeopleParts {
  readonly residents: Register
  readonly personViews: PersonViews
  readonly viewings: PersonViewings
  readonly accounts: Accounts
  readonly clock: Clock
}

const LOOKING = ['clerk', 'supervisor', 'call-centre'] as const
const FOUND = 20
const Text = z.object({ ko: z.string(), en: z.string() })

const Search = z.union([
  z.strictObject({ personalNumber: PersonalNumber }),
  z.strictObject({ name: z.string().min(1).max(100), birthdate: Day }),
])

const PersonAnswer = z.object({
  person: Person,
  name: z.string(),
  birthdate: z.string(),
  address: z.string(),
  maskedNumber: z.string(),
  municipality: z.string(),
  portrait: z.string().nullable().describe('A data URL'),
  outdated: z.boolean(),
  credentials: z.array(
    z.object({
      credentialId: z.string(),
      card: z.string(),
      status: z.enum(['VALID', 'SUSPENDED', 'INVALID']).nullable(),
      issuedAt: UnixTime,
      expiresAt: UnixTime,
      renewableFrom: UnixTime.describe('From when the card can be renewed'),
      outdated: z.boolean(),
      asOf: z.object({ block: z.int(), time: UnixTime }).nullable(),
      suspension: z
        .object({
          report: z.string().describe('The transaction that suspended the card'),
          block: z.int(),
          time: UnixTime,
          by: z.string(),
          operator: z.string().nullable().describe('The name of the operator, if one asked for it'),
          reason: z.string().nullable(),
        })
        .nullable()
        .describe('Why the card is suspended: the report that a reinstatement closes'),
      heldSince: UnixTime.nullable().describe(
        'Since when the published list has it as suspended, while the ledger does not',
      ),
    }),
  ),
  applications: z.array(ApplicationAnswer),
  canApply: z.array(
    z.object({
      card: z.string(),
      kind: Kind,
      fee: z.int(),
      consent: z.boolean().describe('A guardian has to consent, and the application says whether one does'),
      allowed: z.boolean(),
      refusal: z
        .object({ code: z.string(), where: z.string().nullable(), from: z.string().nullable(), text: Text })
        .nullable(),
    }),
  ),
})

export function peopleRoutes({ residents, personViews, viewings, accounts, clock }: PeopleParts): Route[] {
  const require = async (person: string): Promise<Resident> => {
    const found = await residents.find(fromBase64url(person))
    if (found) return found
    throw new IssuerError({ code: 'ISSUER_PERSON_UNKNOWN' }, 'The register has no such person. Search again.')
  }

  return [
    defineRoute({
      method: 'post',
      path: '/residents/search',
      summary:
        'Finds people by their personal number, or by their whole name and birthdate. The journal has who looked.',
      roles: LOOKING,
      scope: null,
      body: Search,
      status: 200,
      answer: z.object({
        residents: z.array(
          z.object({
            person: Person,
            name: z.string(),
            birthdate: z.string(),
            maskedNumber: z.string(),
            municipality: z.string(),
          }),
        ),
      }),
      errors: [],
      handle: async ({ body, actor }) => {
        const people = await found(body)
        await viewings.record(
          people.map(({ person }) => person),
          byOf(actor),
          clock(),
        )
        return { residents: people.map(shown) }
      },
    }),
    defineRoute({
      method: 'get',
      path: '/residents/{person}',
      summary:
        'A person, their cards with the status on the ledger, and what they may apply for with this clerk now. The journal ' +
        'has who looked.',
      roles: LOOKING,
      scope: null,
      params: z.strictObject({ person: Person }),
      status: 200,
      answer: PersonAnswer,
      errors: ['ISSUER_PERSON_UNKNOWN'],
      handle: async ({ params, actor }) => {
        const shown = await personViews.show(await require(params.person), clock(), clerkOf(actor))
        return { person: params.person, ...shown, credentials: shown.credentials.map(named) }
      },
    }),
    defineRoute({
      method: 'post',
      path: '/residents/{person}/reveal',
      summary: 'The whole personal number. The journal has who asked, about which person and when.',
      roles: ['clerk', 'supervisor'],
      scope: null,
      params: z.strictObject({ person: Person }),
      status: 200,
      answer: z.object({ personalNumber: z.string() }),
      errors: ['ISSUER_PERSON_UNKNOWN'],
      handle: async ({ params, actor }) => {
        const personalNumber = await personViews.reveal(await require(params.person), clock(), byOf(actor))
        return { personalNumber }
      },
    }),
  ]

  function named({ suspension, ...rest }: CredentialView) {
    const operator = suspension === null ? undefined : operatorIn(suspension.by)
    const name = operator === undefined ? null : (accounts.nameOf(operator) ?? null)
    return { ...rest, suspension: suspension && { ...suspension, operator: name } }
  }

  async function found(search: z.output<typeof Search>): Promise<Resident[]> {
    if ('name' in search) return residents.findByName(search.name, search.birthdate, FOUND)
    const resident = await residents.findByNumber(search.personalNumber)
    return resident ? [resident] : []
  }
}

const shown = ({ person, facts }: Resident) => ({
  person: toBase64url(person),
  name: facts.familyName + facts.givenName,
  birthdate: facts.birthdate,
  maskedNumber: maskedNumber(facts.personalNumber),
  municipality: facts.municipality,
})
