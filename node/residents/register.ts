/** The interface of the resident register. Implemented by imported records (stored.ts) or by a ministry's service. */
import type { PresentDocument, ResidentFacts } from '../credential/subject.ts'
import type { WriteOp } from '../store/store.ts'
import type { StoredLines } from './lines/stored.ts'
import type { StoreOutcome } from './store-outcome.ts'

export interface Resident {
  /** 16 random bytes, not derived from any fact of the person, and deleted with the record. */
  readonly person: Uint8Array
  readonly facts: ResidentFacts
}

export interface ResidentRegister {
  /** @returns undefined if the person is unknown or erased */
  find(person: Uint8Array): Promise<Resident | undefined>
  /** @param personalNumber with or without hyphen; an invalid number gives undefined */
  findByNumber(personalNumber: string): Promise<Resident | undefined>
  /** By the identifier that a register of another authority gives a person. An imported register has none. */
  findByRegisterId(registerId: string): Promise<Resident | undefined>
  /**
   * @param name the whole name, family name first; spaces and case do not matter
   * @param birthdate `YYYY-MM-DD`
   * @returns at most `limit` people
   */
  findByName(name: string, birthdate: string, limit: number): Promise<Resident[]>
}

/** A register that stores records. */
export interface ResidentStore {
  /**
   * Stores all residents or none. They are on disk when it resolves. Returns one outcome for each, in order. A person
   * keeps the same id when the record changes.
   * @throws {TypeError} if two of them have the same personal number
   * @throws {StoreError} STORE_IO
   * @throws {ResidentsError} RESIDENTS_REGISTER_ELSEWHERE if the register belongs to another authority
   */
  store(residents: readonly ResidentFacts[]): Promise<StoreOutcome[]>
}

/** The register of an install: the imported one, or one of another authority. */
export interface Register extends ResidentRegister, ResidentStore {
  /**
   * Records the identity card that was made for the person, or that the person has none any more. The earlier one is then
   * no longer the present one. The register of another authority is changed by that authority: then only `ops` are committed.
   * @param ops for the same commit
   */
  setDocument(person: Uint8Array, document: PresentDocument | null, ops: readonly WriteOp[]): Promise<void>
  /** The imported lines of its people. They are erased with the person. */
  readonly lines: StoredLines
  /**
   * Resolves when nobody can read what is stored here about the person, also with the master key.
   * @param ops for the same commit
   */
  erase(person: Uint8Array, ops?: readonly WriteOp[]): Promise<void>
  /** Continues an erasure that was interrupted. */
  finishErasure(): Promise<void>
  /** Makes the index of names, if an earlier version made none. */
  indexNames(): Promise<void>
}
