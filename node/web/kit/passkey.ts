/** The ceremonies of WebAuthn with options that the node made. */
import {
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'

/** The browser or the person ended the ceremony. */
export class PasskeyRefused extends Error {
  override name = 'PasskeyRefused'
  constructor(
    readonly why: 'cancelled' | 'exists' | 'unsupported',
    cause: unknown,
  ) {
    super(why, { cause })
  }
}

/** @throws {PasskeyRefused} */
export const createPasskey = (optionsJSON: PublicKeyCredentialCreationOptionsJSON): Promise<RegistrationResponseJSON> =>
  ceremony(() => startRegistration({ optionsJSON }))

/** @throws {PasskeyRefused} */
export const askPasskey = (optionsJSON: PublicKeyCredentialRequestOptionsJSON): Promise<AuthenticationResponseJSON> =>
  ceremony(() => startAuthentication({ optionsJSON }))

async function ceremony<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  if (typeof PublicKeyCredential === 'undefined') throw new PasskeyRefused('unsupported', undefined)
  try {
    return await run()
  } catch (error) {
    const exists = error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
    throw new PasskeyRefused(exists ? 'exists' : 'cancelled', error)
  }
}
