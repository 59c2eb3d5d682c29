/**
 * The register of another authority, asked by REST. Its facts are used for an answer and are not stored; a short-lived copy
 * is in memory. Only the link between its person and ours is stored (links.ts).
 *
 * The register is believed about facts, but not about identity: an answer that makes a known person another one is refused
 * and changes nothing. If the register cannot be asked, that is an error, never an unknown resident.
 * Why: docs/decisions/119.
 */
import type { ColumnDefinition } from '../../credential/card.ts'
import { koreanDate } from '../../credential/dates.ts'
import type { PresentDocument, ResidentFacts } from '../../credential/subject.ts'
import { equalBytes, toHex } from '../../lib/bytes.ts'
import { Lock } from '../../lib/lock.ts'
import { LruCache } from '../../lib/lru-cache.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { parseHeader } from '../csv/columns.ts'
import { parseRow } from '../csv/row.ts'
import { Erasures } from '../erasures.ts'
import { ResidentsError } from '../errors.ts'
import { StoredLines } from '../lines/stored.ts'
import { parsePersonalNumber } from '../personal-number.ts'
import type { Register, Resident } from '../register.ts'
import type { StoreOutcome } from '../store-outcome.ts'
import { Found, type RegisteredResident, RegisterId } from './answers.ts'
import type { RestClient } from './client.ts'
import { type Link, Links } from './links.ts'

export interface RestRegisterOptions {
  readonly client: Pick<RestClient, 'post'>
  readonly store: Store
  readonly vault: Vault
  /** Those that the cards of the install add to the register. */
  readonly columns: readonly ColumnDefinition[]
  readonly clock: Clock
  /** How long the facts of an answer may be used again, in seconds. */
  readonly cacheSeconds: number
}

/** Residents whose facts are in memory. */
const CACHED = 1000

export class RestRegister implements Register {
  readonly #links: Links
  readonly #erasures: Erasures
  readonly lines: StoredLines
  readonly #cache = new LruCache<string, { readonly facts: ResidentFacts; readonly at: UnixSeconds }>(CACHED)
  /** Prevents two answers at the same time from creating two persons for one resident. */
  readonly #lock = new Lock()

  constructor(private readonly options: RestRegisterOptions) {
    const { store, vault } = options
    this.#links = new Links(store, vault)
    this.lines = new StoredLines(store, vault)
    this.#erasures = new Erasures(store, vault, this.lines)
  }

  /** @throws {ResidentsError} RESIDENTS_REGISTER_UNAVAILABLE, RESIDENTS_REGISTER_ANSWER, RESIDENTS_REGISTER_INCONSISTENT */
  async find(person: Uint8Array): Promise<Resident | undefined> {
    const link = this.#links.of(person)
    if (!link) return undefined
    const cached = this.#cache.get(toHex(person))
    if (cached && this.options.clock() < cached.at + this.options.cacheSeconds) return { person, facts: cached.facts }
    const [answer] = await this.#ask({ id: link.registerId }, 1)
    if (!answer) return undefined
    if (answer.id !== link.registerId) throw inconsistent('id')
    const resident = await this.#adopt(answer)
    // Erased while the register was asked, and then found again as a new person.
    return equalBytes(resident.person, person) ? resident : undefined
  }

  async findByNumber(personalNumber: string): Promise<Resident | undefined> {
    const parsed = parsePersonalNumber(personalNumber)
    if (!parsed) return undefined
    const [answer] = await this.#ask({ personalNumber: parsed.number }, 1)
    return (
      answer &&
      this.#adopt(answer, facts => {
        if (facts.personalNumber !== parsed.number) throw inconsistent('personal_number')
      })
    )
  }

  async findByRegisterId(registerId: string): Promise<Resident | undefined> {
    if (!RegisterId.safeParse(registerId).success) return undefined
    const [answer] = await this.#ask({ id: registerId }, 1)
    if (answer && answer.id !== registerId) throw inconsistent('id')
    return answer && this.#adopt(answer)
  }

  /** By full name and birthdate. */
  async findByName(name: string, birthdate: string, limit: number): Promise<Resident[]> {
    const answers = await this.#ask({ name, birthdate }, limit)
    const residents: Resident[] = []
    for (const answer of answers) {
      residents.push(
        await this.#adopt(answer, facts => {
          if (facts.birthdate !== birthdate) throw inconsistent('birthdate')
        }),
      )
    }
    return residents
  }

  /** As `StoredRegister.erase`. Only what is stored here is erased; the register is another authority's. */
  erase(person: Uint8Array, ops: readonly WriteOp[] = []): Promise<void> {
    return this.#lock.run(async () => {
      this.#cache.delete(toHex(person))
      const link = this.#links.of(person)
      const indexes = link
        ? [
            [Bucket.residentByRegisterId, this.#links.idIndex(link.registerId)] as const,
            [Bucket.residentByNumber, this.#links.numberIndex(link.personalNumber)] as const,
          ]
        : []
      await this.#erasures.run(person, indexes, [...ops, ...this.#links.remove(person, link)])
    })
  }

  /** The other authority records which card its people have. What it says is asked again. */
  async setDocument(person: Uint8Array, _document: PresentDocument | null, ops: readonly WriteOp[]): Promise<void> {
    this.#cache.delete(toHex(person))
    await this.options.store.commit(ops)
  }

  finishErasure(): Promise<void> {
    return this.#lock.run(() => this.#erasures.finish())
  }

  /** The register itself finds people by their names. */
  async indexNames(): Promise<void> {}

  async store(): Promise<StoreOutcome[]> {
    throw new ResidentsError(
      { code: 'RESIDENTS_REGISTER_ELSEWHERE' },
      'The residents of this install are in the register of another authority, which is asked. Nothing can be imported.',
    )
  }

  async #ask(search: object, most: number): Promise<readonly RegisteredResident[]> {
    const { residents } = await this.options.client.post('search', search, Found)
    if (residents.length > most) throw inconsistent('number of residents')
    return residents
  }

  /**
   * The resident of an answer, with the same person id as before. A new one gets a new id.
   * @param check throws if the answer is not to what was asked
   */
  #adopt(answer: RegisteredResident, check?: (facts: ResidentFacts) => void): Promise<Resident> {
    return this.#lock.run(async () => {
      const { store, vault, clock } = this.options
      const facts = this.#factsOf(answer)
      check?.(facts)
      const link: Link = {
        registerId: answer.id,
        personalNumber: facts.personalNumber,
        birthdate: facts.birthdate,
      }
      const known = this.#links.byRegisterId(answer.id)
      const before = known && this.#links.of(known)
      const owner = this.#links.byNumber(facts.personalNumber)
      if (before && before.birthdate !== facts.birthdate) throw inconsistent('birthdate')
      if (owner && this.#links.of(owner) && !(known && equalBytes(owner, known))) throw inconsistent('personal_number')
      const made = before ? null : vault.createPerson()
      const person = made ? made.person : (known as Uint8Array)
      if (made) await store.commit([made.op, ...this.#links.put(person, link)])
      else if (before && before.personalNumber !== link.personalNumber) {
        await store.commit(this.#links.put(person, link, before))
      }
      this.#cache.set(toHex(person), { facts, at: clock() })
      return { person, facts }
    })
  }

  /** By the rules of the CSV register. @throws {ResidentsError} RESIDENTS_REGISTER_ANSWER */
  #factsOf({ columns }: RegisteredResident): ResidentFacts {
    const today = koreanDate(this.options.clock())
    const facts = parseColumns(columns, this.options.columns, today)
    if (facts) return facts
    throw new ResidentsError(
      { code: 'RESIDENTS_REGISTER_ANSWER', path: 'search' },
      'The register gave values that do not have the form of their columns. Nothing was stored. Tell the people who run ' +
        'it; docs/operator.md says what each column must contain.',
    )
  }
}

function parseColumns(
  columns: RegisteredResident['columns'],
  ofCards: readonly ColumnDefinition[],
  today: string,
): ResidentFacts | undefined {
  try {
    const row = parseRow(Object.values(columns), parseHeader(Object.keys(columns), ofCards), today)
    return 'facts' in row ? row.facts : undefined
  } catch (error) {
    if (error instanceof ResidentsError) return undefined
    throw error
  }
}

const inconsistent = (fact: string) =>
  new ResidentsError(
    { code: 'RESIDENTS_REGISTER_INCONSISTENT', fact },
    `The register's answer contradicts an earlier one, or what was asked (${fact}). Nothing was stored and nothing is ` +
      'issued. Tell the people who run the register.',
  )
