import { sha256 } from '#crypto'
import { toBase64url } from '../../lib/bytes.ts'
import { VerifierError } from '../errors.ts'

/** The verifier's client identifier (OpenID4VP 1.0 §5.9.3): the hash of its certificate, or a DNS name in it. */
export type ClientIdPrefix = 'x509_hash' | 'x509_san_dns'

/**
 * The complete client identifier with its prefix, which is the audience of presentations (§14.8).
 * @param leaf certificate of the signing key, DER in base64
 * @throws {VerifierError} VERIFIER_CONFIGURATION if the URL has no DNS name
 */
export function clientIdOf(prefix: ClientIdPrefix, leaf: string, publicUrl: string): string {
  switch (prefix) {
    case 'x509_hash':
      return `x509_hash:${toBase64url(sha256(Buffer.from(leaf, 'base64')))}`
    case 'x509_san_dns': {
      const { hostname } = new URL(publicUrl)
      if (/^[\d.]+$|:/.test(hostname)) {
        throw new VerifierError(
          { code: 'VERIFIER_CONFIGURATION', reason: 'x509_san_dns' },
          'The URL has an IP address and no DNS name for the client identifier. Use x509_hash, or a URL with a DNS name.',
        )
      }
      return `x509_san_dns:${hostname}`
    }
  }
}
