/** The interface of the resident register. Implemented by imported records (stored.ts) or by a ministry's service. */
import type { ResidentFacts } from '../credential/subject.ts'

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
}

export type StoreOutcome = 'added' | 'changed' | 'unchanged'

/** A register that stores records. */
export interface ResidentStore {
  /**
   * Stores all residents or none. They are on disk when it resolves. Returns one outcome for each, in order. A person
   * keeps the same id when the record changes.
   * @throws {TypeError} if two of them have the same personal number
   * @throws {StoreError} STORE_IO
   */
  store(residents: readonly ResidentFacts[]): Promise<StoreOutcome[]>
}
