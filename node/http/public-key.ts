import { z } from 'zod'
import { importP256 } from '#crypto'
import { parseP256Jwk } from '../lib/jose/jwk.ts'

/** A public key of P-256, as a JWK. */
export const PublicKey = z
  .looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })
  .refine(key => !('d' in key), 'this is a private key: send the public one')
  .refine(isPoint, 'this is no key of P-256')

function isPoint(key: unknown): boolean {
  try {
    importP256(parseP256Jwk(key))
    return true
  } catch {
    return false
  }
}
