/** Erases a person: the right to erasure, and the end of the period for which the record must be stored. */
import type { Clock } from '../lib/time.ts'
import type { Resident } from '../residents/register.ts'
import type { WriteOp } from '../store/store.ts'
import type { Credentials } from './credentials.ts'
import { IssuerError } from './errors.ts'
import type { Journal } from './journal.ts'

export interface ErasureOptions {
  readonly residents: { erase(person: Uint8Array, ops: readonly WriteOp[]): Promise<void> }
  readonly credentials: Pick<Credentials, 'ofPerson' | 'statusOf' | 'catchUp'>
  readonly journal: Journal
  readonly clock: Clock
}

export class Erasure {
  constructor(private readonly options: ErasureOptions) {}

  /**
   * Resolves when nobody can read the person's records any more, also with the master key and all files of this install.
   * Earlier backups are another matter.
   * @param by who requested it, for the journal
   * @throws {IssuerError} ISSUER_CREDENTIALS_IN_FORCE: afterwards the person's cards could not be found to revoke them
   * @throws {StoreError} STORE_IO
   */
  async erase({ person }: Resident, by: string): Promise<void> {
    const { residents, credentials, journal, clock } = this.options
    await credentials.catchUp()
    const now = clock()
    const issued = await credentials.ofPerson(person)
    const inForce = issued.filter(({ record }) => record.expiresAt > now && credentials.statusOf(record) !== 'INVALID')
    if (inForce.length > 0) {
      throw new IssuerError(
        { code: 'ISSUER_CREDENTIALS_IN_FORCE', credentials: inForce.map(({ id }) => id) },
        `The person has ${inForce.length} credentials that are in force, and after the erasure nobody could find them to ` +
          `revoke them. Revoke them first: ${inForce.map(({ id }) => id).join(', ')}.`,
      )
    }
    await residents.erase(person, [journal.append({ at: now, event: 'resident.erased', by })])
  }
}
