/**
 * Finds the one person of the register whom an account names. The account names them by an identifier. Name and birthdate
 * are never searched for: if the provider states them, they must agree, or else the account is not the person's own.
 * Why: docs/decisions/188-an-account-names-one-person.md.
 */
import type { ResidentFacts } from '../../credential/subject.ts'
import type { Resident, ResidentRegister } from '../../residents/register.ts'
import { OnlineError } from './errors.ts'
import type { OnlineApplication } from './setting.ts'

/** Claims as the provider stated them, unparsed. */
export type Claims = Readonly<Record<string, unknown>>

/** OpenID Connect Core 1.0 §5.1. */
const AGREEING = ['name', 'family_name', 'given_name', 'birthdate'] as const
type Agreeing = (typeof AGREEING)[number]

/** What the provider states about the person. A claim that it does not state is absent. */
export interface Stated extends Readonly<Partial<Record<Agreeing, string>>> {
  /** The identifier. */
  readonly person: string
}

/**
 * @param sources the ID token and the answer of the UserInfo endpoint: a claim that is in both must be the same in both
 * @throws {OnlineError} ONLINE_PERSON_UNKNOWN, ONLINE_PERSON_DIFFERS
 */
export function parseStated(claim: string, sources: readonly Claims[]): Stated {
  const person = statedIn(sources, claim)
  if (person === undefined) throw new OnlineError({ code: 'ONLINE_PERSON_UNKNOWN' })
  const others = AGREEING.map(name => [name, statedIn(sources, name)] as const)
  return { person, ...Object.fromEntries(others.filter(([, value]) => value !== undefined)) }
}

/**
 * @throws {OnlineError} ONLINE_PERSON_UNKNOWN, ONLINE_PERSON_DIFFERS
 * @throws {ResidentsError} if a register of another authority cannot be asked
 */
export async function personOfAccount(
  register: Pick<ResidentRegister, 'findByNumber' | 'findByRegisterId'>,
  is: OnlineApplication['person']['is'],
  stated: Stated,
): Promise<Resident> {
  const found =
    is === 'personal_number'
      ? await register.findByNumber(stated.person)
      : await register.findByRegisterId(stated.person)
  if (!found) throw new OnlineError({ code: 'ONLINE_PERSON_UNKNOWN' })
  const differs = AGREEING.find(name => !agrees(name, stated[name], found.facts))
  if (differs !== undefined) throw new OnlineError({ code: 'ONLINE_PERSON_DIFFERS', claim: differs })
  return found
}

/** Anything but one text is refused: a list of names, for example, does not name one person. */
function statedIn(sources: readonly Claims[], claim: string): string | undefined {
  const values = sources.filter(source => Object.hasOwn(source, claim)).map(source => source[claim])
  const [first, ...more] = values
  if (first === undefined) return undefined
  if (typeof first !== 'string' || first.length > 400 || more.some(value => value !== first)) {
    throw new OnlineError({ code: 'ONLINE_PERSON_DIFFERS', claim })
  }
  return first
}

function agrees(claim: Agreeing, stated: string | undefined, facts: ResidentFacts): boolean {
  if (stated === undefined) return true
  const { familyName, givenName, birthdate } = facts
  switch (claim) {
    case 'name':
      // Latin names are often written with the given name first.
      return [familyName + givenName, givenName + familyName].some(name => plain(name) === plain(stated))
    case 'family_name':
      return plain(familyName) === plain(stated)
    case 'given_name':
      return plain(givenName) === plain(stated)
    case 'birthdate':
      return agreesWithBirthdate(stated, birthdate)
  }
}

/** OpenID Connect Core 1.0 §5.1: the year may be left out as 0000, or stand alone. */
function agreesWithBirthdate(stated: string, birthdate: string): boolean {
  if (/^\d{4}$/.test(stated)) return stated === birthdate.slice(0, 4)
  if (stated.startsWith('0000-')) return stated.slice(5) === birthdate.slice(5)
  return stated === birthdate
}

/** Without what writers of a name differ in: spaces, case, and the Unicode form of Hangul. */
const plain = (name: string): string => name.normalize('NFC').replace(/\s+/g, '').toLowerCase()
