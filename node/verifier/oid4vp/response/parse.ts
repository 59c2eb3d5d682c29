import type { JsonValue } from '../../../lib/json.ts'
import { invalidResponse } from '../../errors.ts'
import type { Session } from '../session.ts'
import { decryptResponse } from './decrypt.ts'

/**
 * Decrypts the form that a wallet posted. An error may be unencrypted, since a wallet may be unable to encrypt it
 * (OpenID4VP 1.0 §8.3.1); a presentation may not.
 * @throws {VerifierError} VERIFIER_RESPONSE_INVALID
 */
export async function parseResponse(
  form: Readonly<Record<string, unknown>>,
  session: Pick<Session, 'responseKey'>,
): Promise<Readonly<Record<string, JsonValue>>> {
  if (typeof form.response === 'string') return decryptResponse(form.response, session.responseKey)
  if (typeof form.error === 'string' && typeof form.state === 'string') return { error: form.error, state: form.state }
  throw invalidResponse('it contains no encrypted response')
}
