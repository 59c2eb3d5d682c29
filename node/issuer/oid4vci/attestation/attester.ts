/** JWTs that a wallet provider signs. */
import { importP256, sha256 } from '#crypto'
import { certificateKey } from '../../../credential/certificate.ts'
import { requireNoSelfSigned } from '../../../credential/certificate-chain.ts'
import { fromBase64 } from '../../../lib/base64.ts'
import { type Hex, toHex } from '../../../lib/bytes.ts'
import type { P256PublicKey } from '../../../lib/crypto.ts'
import { parseP256Jwk } from '../../../lib/jose/jwk.ts'
import { isSignedBy, type JwsKind, parseJws } from '../../../lib/jose/jws.ts'
import type { JsonObject } from '../../../lib/json.ts'
import { wrongValue } from '../../../lib/parse-error.ts'

export interface AttesterJwt {
  readonly payload: JsonObject
  /** The id of the key that signed it, in the trust registry. Whether its organisation is admitted is not checked yet. */
  readonly attester: Hex
}

/**
 * Parses the JWT and verifies its signature with the key in its header. The key is in a certificate (`x5c`, HAIP 1.0 §4.4.1)
 * or a `jwk`. Neither is trusted for that: the trust registry says whose key it is.
 * @param haip the key must be in a certificate, and none may be self-signed (HAIP 1.0 §4.4.1, §4.5.1)
 * @throws {ParseError}
 */
export function verifyAttesterJwt(text: string, kind: JwsKind, haip: boolean): AttesterJwt {
  const jws = parseJws(text, kind)
  if (haip) requireNoSelfSigned(Array.isArray(jws.header.x5c) ? jws.header.x5c : [])
  const key = attesterKey(jws.header)
  if (!isSignedBy(jws, key)) throw wrongValue('signature', 'the signature is wrong')
  return { payload: jws.payload, attester: toHex(sha256(key.spki)) }
}

function attesterKey({ x5c, jwk }: JsonObject): P256PublicKey {
  if (Array.isArray(x5c) && typeof x5c[0] === 'string') return certificateKey(fromBase64(x5c[0]))
  if (jwk !== undefined) return importP256(parseP256Jwk(jwk))
  throw wrongValue('header', 'the key of the wallet provider must be in x5c or jwk')
}
