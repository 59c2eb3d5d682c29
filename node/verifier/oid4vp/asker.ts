/** The key with which a relying party signs its requests (docs/relying-parties.md). Runs in browsers too. */

import { certificateKey } from '../../credential/certificate.ts'
import { fromBase64 } from '../../lib/base64.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { VerifierError } from '../errors.ts'

/** Who asks: the certificates, leaf first and without a root, and a signature by the leaf's key (ES256, r ‖ s). */
export interface Asker {
  /** DER in base64 (RFC 7515 §4.1.6). */
  readonly x5c: readonly string[]
  readonly sign: (signingInput: Uint8Array) => Uint8Array | Promise<Uint8Array>
}

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' } as const
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g
const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END PRIVATE KEY-----/

/**
 * @param privateKey P-256, PKCS #8 in PEM
 * @param certificates PEM: that of the key, then perhaps the one that certified it
 * @throws {VerifierError} VERIFIER_CONFIGURATION `key`, `certificate`
 */
export async function askerFromPem(privateKey: string, certificates: string): Promise<Asker> {
  const x5c = [...certificates.matchAll(CERTIFICATE)].map(([, body = '']) => body.replace(/\s/g, ''))
  const certified = certifiedKey(x5c)
  const [, body = ''] = PRIVATE_KEY.exec(privateKey) ?? []
  const pkcs8 = derOf(body.replace(/\s/g, ''))
  if (!pkcs8) throw unusableKey('no PKCS #8 in PEM')
  const key = await importPkcs8(pkcs8, true)
  const { x, y } = await crypto.subtle.exportKey('jwk', key)
  if (x !== certified.jwk.x || y !== certified.jwk.y) {
    throw invalid('certificate', 'The first certificate is that of another key. Give the certificate of this key.')
  }
  const signing = await importPkcs8(pkcs8, false)
  return {
    x5c,
    sign: async input => {
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      return new Uint8Array(await crypto.subtle.sign(algorithm, signing, Uint8Array.from(input)))
    },
  }
}

function certifiedKey(x5c: readonly string[]) {
  try {
    return certificateKey(fromBase64(x5c[0] ?? ''))
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw invalid('certificate', 'This is no certificate of a P-256 key in PEM (BEGIN CERTIFICATE).')
  }
}

function derOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    const der = Uint8Array.from(fromBase64(base64))
    return der.length > 0 ? der : null
  } catch (error) {
    if (error instanceof ParseError) return null
    throw error
  }
}

async function importPkcs8(der: Uint8Array<ArrayBuffer>, extractable: boolean): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey('pkcs8', der, ES256, extractable, ['sign'])
  } catch {
    // No cause, because its message may quote the key.
    throw unusableKey('no key of P-256')
  }
}

const unusableKey = (why: string): VerifierError =>
  invalid(
    'key',
    `The private key cannot be used: ${why}. It begins with BEGIN PRIVATE KEY; \`openssl pkcs8 -topk8 -nocrypt\` converts others.`,
  )

const invalid = (reason: string, message: string): VerifierError =>
  new VerifierError({ code: 'VERIFIER_CONFIGURATION', reason }, message)
