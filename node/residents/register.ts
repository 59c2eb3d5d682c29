/**
 * The resident register as the issuer sees it. Behind it: the records imported here (stored.ts), or a ministry's
 * own service.
 */
import type { ResidentFacts } from '../credential/subject.ts'

export interface Resident {
  /** 16 random bytes: says nothing about the person, and goes with the record. */
  readonly person: Uint8Array
  readonly facts: ResidentFacts
}

export interface ResidentRegister {
  /** @returns undefined for someone unknown or erased */
  find(person: Uint8Array): Promise<Resident | undefined>
  /** @param personalNumber with or without its hyphen; undefined for what is no number at all */
  findByNumber(personalNumber: string): Promise<Resident | undefined>
}

export type StoreOutcome = 'added' | 'changed' | 'unchanged'

/** A register that takes records. */
export interface ResidentStore {
  /**
   * All of them or none, on disk when it resolves; one outcome for each, in order. A person keeps their id through
   * every change.
   * @throws {TypeError} if two of them have the same personal number
   * @throws {StoreError} STORE_IO
   */
  store(residents: readonly ResidentFacts[]): Promise<StoreOutcome[]>
}
