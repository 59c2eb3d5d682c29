import { z } from 'zod'
import { parseJson } from '../../../lib/json.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import { OAuthError } from '../errors.ts'

const details = z
  .array(z.object({ type: z.string(), credential_configuration_id: z.string().max(256).optional() }))
  .min(1)
  .max(16)

/**
 * The credential configurations in a request's `authorization_details` (RFC 9396 §2, OpenID4VCI 1.0 §5.1.1).
 * @throws {OAuthError} invalid_authorization_details
 */
export function parseAuthorizationDetails(text: string): readonly string[] {
  let value: unknown
  try {
    value = parseJson(text, { maxLength: 16_384, numbers: 'any' })
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw new OAuthError('invalid_authorization_details', 'authorization_details is not JSON', { cause: error })
  }
  const parsed = details.safeParse(value)
  if (!parsed.success) {
    throw new OAuthError('invalid_authorization_details', 'authorization_details is not an array of such objects')
  }
  return parsed.data.map(({ type, credential_configuration_id: id }) => {
    if (type !== 'openid_credential' || id === undefined) {
      throw new OAuthError('invalid_authorization_details', 'only openid_credential with its configuration is known')
    }
    return id
  })
}

/** @throws {OAuthError} invalid_authorization_details unless one of the requested configurations is offered */
export function requireOffered(asked: readonly string[], offered: readonly string[]): void {
  if (!asked.some(id => offered.includes(id))) {
    throw new OAuthError('invalid_authorization_details', 'this credential is not offered')
  }
}
