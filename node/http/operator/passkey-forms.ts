/** What a browser answers for a passkey: WebAuthn Level 3 §5.1.8, `RegistrationResponseJSON` and `AuthenticationResponseJSON`. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'

const Base64url = z.string().regex(/^[\w-]{1,20000}$/)
const Extensions = z.record(z.string(), z.unknown())

const Common = {
  id: Base64url,
  rawId: Base64url,
  type: z.literal('public-key'),
  clientExtensionResults: Extensions.default({}),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
}

export const Attestation = z.object({
  ...Common,
  response: z.object({
    clientDataJSON: Base64url,
    attestationObject: Base64url,
    transports: z.array(z.string().max(32)).max(16).optional(),
  }),
})

export const Assertion = z.object({
  ...Common,
  response: z.object({
    clientDataJSON: Base64url,
    authenticatorData: Base64url,
    signature: Base64url,
    userHandle: z.string().max(100).nullish(),
  }),
})

/** The names of the library's types; absent members are left out. */
export const attestationOf = ({
  id,
  rawId,
  type,
  response,
}: z.output<typeof Attestation>): RegistrationResponseJSON => ({
  ...{ id, rawId, type, clientExtensionResults: {} },
  response: { clientDataJSON: response.clientDataJSON, attestationObject: response.attestationObject },
})

export const assertionOf = ({ id, rawId, type, response }: z.output<typeof Assertion>): AuthenticationResponseJSON => {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  return {
    ...{ id, rawId, type, clientExtensionResults: {} },
    response: { clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) },
  }
}
