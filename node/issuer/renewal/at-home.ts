/**
 * Whether a card is renewed without a visit: it came from an IC card, and the register calls that IC card the person's present
 * one. A document that was replaced or reported lost is nobody's present one. Whoever was sent to the counter because the face did
 * not match that of the chip goes there for this, too.
 */
import type { ResidentRegister } from '../../residents/register.ts'
import type { Vault } from '../../store/vault.ts'
import { type Application, personOf } from '../applications/application.ts'
import type { Applications } from '../applications/applications.ts'
import { documentNumberOf } from '../applications/document-number.ts'
import { sentToCounter } from '../chip/sent-to-counter.ts'

export interface RenewalAtHomeOptions {
  readonly residents: Pick<ResidentRegister, 'find'>
  readonly applications: Pick<Applications, 'ofPerson'>
  readonly vault: Pick<Vault, 'open'>
}

export class RenewalAtHome {
  constructor(private readonly options: RenewalAtHomeOptions) {}

  /**
   * @param first the application for which the document was read
   * @throws {StoreError} STORE_PERSON_ERASED
   */
  async isPossible(first: Application): Promise<boolean> {
    const { residents, applications, vault } = this.options
    if (first.channel !== 'chip') return false
    const person = personOf(first)
    const document = (await residents.find(person))?.facts.document
    if (!document?.chip || documentNumberOf(vault, first) !== document.number) return false
    return !sentToCounter(await applications.ofPerson(person))
  }
}
