import { exportJWK, generateKeyPair } from 'jose'
import { toBase64url } from '../../../lib/bytes.ts'
import type { Random } from '../../../lib/random.ts'
import type { ResponseKey } from '../session.ts'

/** Creates a key for one response, so that recorded responses cannot be decrypted later. */
export async function makeResponseKey(random: Random): Promise<ResponseKey> {
  const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
  return { kid: toBase64url(random(8)), jwk: { ...(await exportJWK(privateKey)) } }
}
