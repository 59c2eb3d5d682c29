/** A clerk's desk over the issuer of the OpenID4VCI tests: a register of invented people, and all acts. */
import { ClerkActs, type CounterApplication } from '../../../../node/issuer/applications/clerk-acts.ts'
import { Journal } from '../../../../node/issuer/journal.ts'
import { CodeMessages } from '../../../../node/issuer/messages/code-messages.ts'
import { Personalisation } from '../../../../node/issuer/personalisation/jobs.ts'
import type { LineMessages } from '../../../../node/residents/lines/messages.ts'
import { StoredRegister } from '../../../../node/residents/stored.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { ownCards } from '../../../support/cards.ts'
import { random } from '../../credential/support.ts'
import { population } from '../../residents/support.ts'
import { MASTER, makeAuthority, type TestAuthority, type TestAuthorityOptions } from '../oid4vci/authority.ts'

export const CLERK = { by: 'operator:1', place: { centre: 'centre-1' } }

export interface Desk {
  readonly authority: TestAuthority
  readonly acts: ClerkActs
  readonly personalisation: Personalisation
  readonly residents: StoredRegister
  readonly vault: Vault
  readonly person: Uint8Array
  /** An application whose applicant was identified. */
  identified(wanted?: Partial<CounterApplication>): Promise<{ readonly id: string; readonly version: number }>
  version(id: string): number
}

/** @param messages as `CodeMessages` takes them */
export async function openDesk(
  options: TestAuthorityOptions = {},
  messages: LineMessages | null = null,
): Promise<Desk> {
  const authority = await makeAuthority(options)
  const { store, applications, offers, oid4vci } = authority
  const vault = new Vault(store, MASTER, random)
  const residents = new StoredRegister(store, vault)
  const adult = population(40).find(({ birthdate }) => birthdate < '1990')
  if (!adult) throw new Error('no adult')
  await residents.store([adult])
  const found = await residents.findByNumber(adult.personalNumber)
  if (!found) throw new Error('not stored')
  const clock = () => authority.now
  const personalisation = new Personalisation({ store, applications, residents, clock, random })
  const acts = new ClerkActs({
    ...{ store, vault, applications, offers, residents, personalisation, clock },
    lines: residents.lines,
    codes: new CodeMessages({
      ...{ store, vault, journal: new Journal(store), clock, random, messages },
      authority: { ko: '행정안전부', en: 'Ministry of the Interior and Safety' },
    }),
    ...{ tokens: oid4vci.tokens, cards: ownCards },
    ...{
      rollout: { refusalOf: () => null, requireMayApply: () => undefined },
      gate: { requireOpen: () => undefined },
      issuingAuthority: '행정안전부',
    },
  })
  const { person } = found
  return {
    ...{ authority, acts, personalisation, residents, vault, person },
    version: id => applications.require(id).version,
    identified: async wanted => {
      const application = await acts.apply({ person, card: 'resident', kind: 'mobile', ...wanted }, CLERK)
      const check = { document: 'passport', documentNumber: 'M12345678', means: ['face-compared'] } as const
      const { id, version } = await acts.identity(application.id, application.version, check, CLERK)
      return { id, version }
    },
  }
}
