/**
 * Whether a card is renewed without a visit: it came from an IC card, and the register calls that IC card the person's present
 * one. A document that was replaced or reported lost is nobody's present one.
 */
import type { ResidentRegister } from '../../residents/register.ts'
import type { Vault } from '../../store/vault.ts'
import { type Application, personOf } from '../applications/application.ts'
import { documentNumberOf } from '../applications/document-number.ts'

export interface RenewalAtHomeOptions {
  readonly residents: Pick<ResidentRegister, 'find'>
  readonly vault: Pick<Vault, 'open'>
}

export class RenewalAtHome {
  constructor(private readonly options: RenewalAtHomeOptions) {}

  /**
   * @param first the application for which the document was read
   * @throws {StoreError} STORE_PERSON_ERASED
   */
  async isPossible(first: Application): Promise<boolean> {
    const { residents, vault } = this.options
    if (first.channel !== 'chip') return false
    const document = (await residents.find(personOf(first)))?.facts.document
    return document?.chip === true && documentNumberOf(vault, first) === document.number
  }
}
