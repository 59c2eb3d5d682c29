/**
 * A wallet prepares for the loss of its phone: it registers a passkey and the hash of a recovery code. It proves itself with
 * the key to which its cards' tokens were bound (DPoP). Once the phone has a passkey for locking, this passkey has to agree to
 * every change: a thief with the open wallet must not take the holder's means away.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { type Hex, toHex } from '../../../lib/bytes.ts'
import type { Clock } from '../../../lib/time.ts'
import type { Store } from '../../../store/store.ts'
import type { PhoneCards } from '../../installations/phone-cards.ts'
import type { Journal } from '../../journal.ts'
import { LockError } from './errors.ts'
import type { LockMeansTable } from './lock-means.ts'
import type { LockPasskeys } from './lock-passkeys.ts'

export interface PreparationOptions {
  readonly store: Store
  readonly means: LockMeansTable
  readonly passkeys: LockPasskeys
  readonly phones: Pick<PhoneCards, 'credentialsOn'>
  readonly journal: Journal
  readonly clock: Clock
}

export interface PreparationState {
  readonly passkeys: number
  readonly hasCode: boolean
}

export interface PreparationOffer extends PreparationState {
  readonly creation: PublicKeyCredentialCreationOptionsJSON
  /** What the phone's present passkey has to sign for a change; null: there is none. */
  readonly consent: PublicKeyCredentialRequestOptionsJSON | null
}

export interface PreparationChange {
  readonly passkey?: RegistrationResponseJSON | undefined
  /** SHA-256 of the recovery code (lock-means.ts). The node never has the code itself. */
  readonly codeHash?: Uint8Array | undefined
  readonly consent?: AuthenticationResponseJSON | undefined
}

export class LockPreparation {
  constructor(private readonly options: PreparationOptions) {}

  /**
   * @param phone thumbprint of the verified DPoP key
   * @throws {LockError} LOCK_NO_CARDS
   */
  async offer(phone: string): Promise<PreparationOffer> {
    const { passkeys } = this.options
    await this.#requireCards(phone)
    const [creation, consent] = await Promise.all([passkeys.creationOptions(phone), passkeys.consentOptions(phone)])
    return { ...this.#state(phone), creation, consent }
  }

  /** @throws {LockError} LOCK_NO_CARDS, LOCK_MEANS_REFUSED */
  async change(phone: string, { passkey, codeHash, consent }: PreparationChange): Promise<PreparationState> {
    const { store, means, passkeys, journal, clock } = this.options
    await this.#requireCards(phone)
    if (means.of(phone).passkeys.length > 0) {
      if (!consent) {
        throw new LockError(
          { code: 'LOCK_MEANS_REFUSED', reason: 'consent' },
          'This phone has a passkey for locking, which has to agree to a change. Confirm with it.',
        )
      }
      await passkeys.verifyConsent(phone, consent)
    }
    const added = passkey && (await passkeys.verifyCreation(phone, passkey))
    const code: Hex | undefined = codeHash && toHex(codeHash)
    const at = clock()
    await store.commit([
      ...means.change(phone, { ...(added && { passkey: added }), ...(code && { code }) }, at),
      journal.append({ at, event: 'lock.prepared', passkey: added !== undefined, code: code !== undefined }),
    ])
    return this.#state(phone)
  }

  async #requireCards(phone: string): Promise<void> {
    if ((await this.options.phones.credentialsOn(phone)).length > 0) return
    throw new LockError({ code: 'LOCK_NO_CARDS' }, 'This authority issued no card to this wallet. Get a card first.')
  }

  #state(phone: string): PreparationState {
    const { passkeys, code } = this.options.means.of(phone)
    return { passkeys: passkeys.length, hasCode: code !== null }
  }
}
