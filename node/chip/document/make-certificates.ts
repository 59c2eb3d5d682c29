/** Certificates of a country signing CA and of its document signers (ICAO Doc 9303-12 §7), with ECDSA over P-256. */
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { utf8 } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { tlv } from '../tlv.ts'
import { DOCUMENT_TYPES } from './certificate-extensions.ts'
import { integer, sequence, setOf, Tag } from './der.ts'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A P-256 key pair. */
export interface CertificateKey {
  /** PEM */
  readonly pkcs8: string
  readonly publicKey: { readonly spki: Uint8Array }
}

export interface CertificateTerm {
  readonly commonName: string
  readonly notBefore: UnixSeconds
  /** Of a document signer: the end of the last document that it signs, since a document is not valid beyond it. */
  readonly notAfter: UnixSeconds
}

/** The self-signed certificate of a Korean country signing CA, DER. */
export async function makeCountrySigner(
  ca: CertificateKey,
  term: CertificateTerm,
  random: Random,
): Promise<Uint8Array> {
  const keys = { privateKey: await privateKey(ca), publicKey: await publicKey(ca.publicKey.spki) }
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...fields(term, random),
    name: nameOf(term),
    keys: keys as CryptoKeyPair,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return new Uint8Array(certificate.rawData)
}

/**
 * A document signer's certificate, DER.
 * @param caCertificate of the CA, DER
 * @param spki the document signer's public key
 */
export async function makeDocumentSigner(
  ca: CertificateKey,
  caCertificate: Uint8Array,
  spki: Uint8Array,
  term: CertificateTerm,
  random: Random,
): Promise<Uint8Array> {
  const issuer = new x509.X509Certificate(Uint8Array.from(caCertificate))
  const key = await publicKey(spki)
  const certificate = await x509.X509CertificateGenerator.create({
    ...fields(term, random),
    subject: nameOf(term),
    issuer: issuer.subjectName,
    signingKey: await privateKey(ca),
    publicKey: key,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      documentTypes(),
      await x509.SubjectKeyIdentifierExtension.create(key),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return new Uint8Array(certificate.rawData)
}

const fields = ({ notBefore, notAfter }: CertificateTerm, random: Random) => ({
  serialNumber: serialNumber(random),
  notBefore: new Date(notBefore * 1000),
  notAfter: new Date(notAfter * 1000),
  signingAlgorithm: ES256,
})

/** Identity cards, whose document code is `I`, and no other documents (Doc 9303-12 §7.1.1). */
function documentTypes(): x509.Extension {
  const types = setOf(tlv(Tag.PRINTABLE_STRING, utf8('I')))
  return new x509.Extension(DOCUMENT_TYPES, false, Uint8Array.from(sequence(integer(0), types)))
}

/** The country is that of the documents (Doc 9303-12 §7.1.1). */
const nameOf = ({ commonName }: CertificateTerm): x509.JsonName => [{ C: ['KR'] }, { CN: [commonName] }]

const privateKey = ({ pkcs8 }: CertificateKey) => {
  const der = Buffer.from(pkcs8.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return crypto.subtle.importKey('pkcs8', der, ES256, false, ['sign'])
}

const publicKey = (spki: Uint8Array) => crypto.subtle.importKey('spki', Uint8Array.from(spki), ES256, true, ['verify'])

/** Positive, 16 bytes, without a leading zero (RFC 5280 §4.1.2.2). */
function serialNumber(random: Random): string {
  const [first = 0, ...rest] = random(16)
  return Buffer.from([(first & 0x7f) | 0x40, ...rest]).toString('hex')
}
