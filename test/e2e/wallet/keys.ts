import { createHash, createPrivateKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'

export type PublicJwk = { kty: 'EC'; crv: 'P-256'; x: string; y: string }
export type PrivateJwk = PublicJwk & { d: string }

export function makeKey(): PrivateJwk {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as PrivateJwk
}

export function publicOf({ kty, crv, x, y }: PublicJwk): PublicJwk {
  return { kty, crv, x, y }
}

/** ES256 over ASCII text, base64url. */
export function signEs256(key: PrivateJwk, text: string): string {
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' })
  return sign('sha256', Buffer.from(text, 'ascii'), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
    'base64url',
  )
}

export function signJwt(key: PrivateJwk, header: object, payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part(header)}.${part(payload)}`
  return `${input}.${signEs256(key, input)}`
}

export interface Leaf {
  readonly jwk: PublicJwk
  readonly uris: readonly string[]
  readonly dnsNames: readonly string[]
  readonly x509Hash: string
}

/** Parses the leaf of an `x5c` chain, base64 DER. @throws unless it is a currently valid certificate */
export function readLeaf(x5c: readonly string[] | undefined): Leaf {
  const [first] = x5c ?? []
  if (first === undefined) throw new WalletRefusal('no certificate: the x5c header is missing')
  const der = Buffer.from(first, 'base64')
  const certificate = new X509Certificate(der)
  const now = Date.now()
  if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) {
    throw new WalletRefusal('the certificate is not valid now')
  }
  const names = (certificate.subjectAltName ?? '').split(', ')
  const named = (kind: string) => names.filter(name => name.startsWith(kind)).map(name => name.slice(kind.length))
  return {
    jwk: certificate.publicKey.export({ format: 'jwk' }) as PublicJwk,
    uris: named('URI:'),
    dnsNames: named('DNS:'),
    x509Hash: createHash('sha256').update(der).digest('base64url'),
  }
}

/** The wallet refuses the input because a check failed. */
export class WalletRefusal extends Error {
  override name = 'WalletRefusal'
}
