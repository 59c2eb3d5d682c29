import { sha256 } from '#crypto'
import { requireNoSelfSigned } from '../../../credential/certificate-chain.ts'
import { type CertificateDetails, certificateDetails } from '../../../credential/certificate-details.ts'
import { fromBase64 } from '../../../lib/base64.ts'
import { toBase64url } from '../../../lib/bytes.ts'
import { isSignedBy } from '../../../lib/jose/jws.ts'
import { ParseError } from '../../../lib/parse-error.ts'
import { MINUTE, type UnixSeconds } from '../../../lib/time.ts'
import { requestRefused } from '../../errors.ts'
import type { ParsedRequest } from './request-object.ts'

/** The request's own `aud` where the wallet's issuer URL is unknown (OpenID4VP 1.0 §5.8). */
const AUDIENCE = 'https://self-issued.me/v2'
/** How far the clocks of wallet and verifier may differ, in seconds. */
const LEEWAY = MINUTE
/** A time of the verifier that is further ahead says that one of the clocks is wrong. */
const MAX_AHEAD = 5 * MINUTE

export interface RequestExpectation {
  /** `client_id` of the link (§5.10); null for a request by value, which has no link. */
  readonly clientId: string | null
  /** The nonce that this wallet sent when it fetched the request by POST; null otherwise. */
  readonly walletNonce: string | null
  /** Whether the answer is posted, so that there must be an address for it. */
  readonly posted: boolean
  /** HAIP 1.0 §5: the client identifier is x509_hash, and no certificate in x5c is self-signed. */
  readonly haip: boolean
  readonly now: UnixSeconds
}

/**
 * A request of whoever has the key in `certificate`. Who that is, and whether the certificate counts, is for the ledger to
 * say (verifier/asker).
 */
export interface VerifiedRequest extends ParsedRequest {
  readonly certificate: CertificateDetails
  /** The host to which the answer goes is the one in the client identifier, or a name in the certificate. */
  readonly namesHost: boolean
}

/**
 * @throws {VerifierError} VERIFIER_REQUEST_REFUSED certificate, signature, client_id, audience, response_uri, wallet_nonce,
 * expired, not_yet_valid; unsupported for another client identifier prefix
 */
export function verifyRequestObject(request: ParsedRequest, expected: RequestExpectation): VerifiedRequest {
  const { now } = expected
  const leaf = fromCertificate(request.x5c[0] as string)
  if (!isSignedBy(request.jws, leaf.details.key)) {
    throw requestRefused('signature', 'its signature is not that of its certificate')
  }
  if (expected.clientId !== null && expected.clientId !== request.clientId) {
    throw requestRefused('client_id', 'it is of another client than its link says')
  }
  checkClientId(request.clientId, leaf)
  if (expected.haip) checkHaip(request)
  if (request.audience !== AUDIENCE) throw requestRefused('audience', 'it is for another audience')
  const responseUri = checkResponseUri(request.responseUri, expected.posted)
  if (expected.walletNonce !== null && request.walletNonce !== expected.walletNonce) {
    throw requestRefused('wallet_nonce', 'it does not contain the nonce of this wallet')
  }
  if (request.exp !== null && now > request.exp + LEEWAY) throw requestRefused('expired', 'its time is over')
  if (Math.max(request.nbf ?? 0, request.iat ?? 0) > now + MAX_AHEAD) {
    throw requestRefused('not_yet_valid', 'it is from the future')
  }
  return { ...request, certificate: leaf.details, namesHost: namesHost(request.clientId, leaf.details, responseUri) }
}

/** Whether the certificate's term includes this time, give or take the difference of two clocks. */
export const isInTerm = ({ notBefore, notAfter }: CertificateDetails, now: UnixSeconds): boolean =>
  now >= notBefore - 10 * LEEWAY && now <= notAfter + LEEWAY

interface Leaf {
  readonly der: Uint8Array
  readonly details: CertificateDetails
}

function fromCertificate(base64: string): Leaf {
  try {
    const der = fromBase64(base64)
    return { der, details: certificateDetails(der) }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw requestRefused('certificate', 'its certificate cannot be read, or has no P-256 key', error)
  }
}

/** §5.9.3: the client identifier has to be that of the certificate. */
function checkClientId(clientId: string, { der, details }: Leaf): void {
  const colon = clientId.indexOf(':')
  const [prefix, name] = [clientId.slice(0, Math.max(0, colon)), clientId.slice(colon + 1)]
  if (prefix === 'x509_hash') {
    if (name === toBase64url(sha256(der))) return
  } else if (prefix === 'x509_san_dns') {
    if (details.dnsNames.some(dnsName => dnsName.toLowerCase() === name.toLowerCase())) return
  } else throw requestRefused('unsupported', 'its client identifier is neither x509_hash nor x509_san_dns')
  throw requestRefused('client_id', 'its client identifier is not that of its certificate')
}

function checkHaip({ clientId, x5c }: ParsedRequest): void {
  if (!clientId.startsWith('x509_hash:')) throw requestRefused('unsupported', 'its client identifier is not x509_hash')
  try {
    requireNoSelfSigned(x5c)
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    throw requestRefused('certificate', 'a certificate in it is self-signed, or cannot be read', error)
  }
}

function checkResponseUri(uri: string | null, posted: boolean): URL | null {
  if (uri === null) {
    if (posted) throw requestRefused('response_uri', 'it has no address for the answer')
    return null
  }
  const url = URL.canParse(uri) ? new URL(uri) : null
  if (!url || !isSecure(url) || url.username !== '' || url.password !== '' || url.hash !== '') {
    throw requestRefused('response_uri', 'the address for the answer is not https')
  }
  return url
}

/** https, or http to this device itself. */
export const isSecure = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname))

/** §5.9.3: without other trust in the client, the answer may only go to the host that the client identifier names. */
function namesHost(clientId: string, { dnsNames, uris }: CertificateDetails, url: URL | null): boolean {
  if (url === null) return true
  if (clientId.startsWith('x509_san_dns:')) return url.hostname === clientId.slice('x509_san_dns:'.length).toLowerCase()
  const named = uris.flatMap(uri => (URL.canParse(uri) ? [new URL(uri).hostname] : []))
  return [...dnsNames.map(name => name.toLowerCase()), ...named].includes(url.hostname)
}
