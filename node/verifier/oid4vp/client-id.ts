import { sha256 } from '#crypto'
import { fromBase64 } from '../../lib/base64.ts'
import { toBase64url } from '../../lib/bytes.ts'
import { VerifierError } from '../errors.ts'
import { type ClientIdPrefix, hasDnsName } from './setting.ts'

/**
 * The complete client identifier with its prefix, which is the audience of presentations (§14.8).
 * @param leaf certificate of the signing key, DER in base64
 * @throws {VerifierError} VERIFIER_CONFIGURATION if the URL has no DNS name
 */
export function clientIdOf(prefix: ClientIdPrefix, leaf: string, publicUrl: string): string {
  switch (prefix) {
    case 'x509_hash':
      return `x509_hash:${toBase64url(sha256(fromBase64(leaf)))}`
    case 'x509_san_dns': {
      if (!hasDnsName(publicUrl)) {
        throw new VerifierError(
          { code: 'VERIFIER_CONFIGURATION', reason: 'x509_san_dns' },
          'The URL has an IP address and no DNS name for the client identifier. Use x509_hash, or a URL with a DNS name.',
        )
      }
      return `x509_san_dns:${new URL(publicUrl).hostname}`
    }
  }
}
