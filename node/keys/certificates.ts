/**
 * The install's own certificate authority. A credential is trusted because of the ledger's key registry, not because of
 * this root. The certificates exist for wallets and test suites that need an `x5c` chain with the issuer's URL as subject
 * alternative name.
 */
import 'reflect-metadata'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { Random } from '../lib/random.ts'
import { DAY, type UnixSeconds } from '../lib/time.ts'
import type { SoftwareSigner } from './signer.ts'

/** The longest term that browsers accept for a server certificate. */
const SERVER_DAYS = 397
export const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface CertificateSubject {
  readonly commonName: string
  /** The certificate gets it as a URI subject alternative name and, unless the host is an IP address, as a DNS name. */
  readonly url: string
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
}

/** Self-signed, PEM. */
export async function makeRootCertificate(
  ca: SoftwareSigner,
  commonName: string,
  notBefore: UnixSeconds,
  random: Random,
): Promise<string> {
  const keys = await importPair(ca)
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(random),
    name: [{ CN: [commonName] }],
    notBefore: asDate(notBefore),
    notAfter: asDate(notBefore + 20 * 365 * DAY),
    keys,
    signingAlgorithm: ES256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return certificate.toString('pem')
}

/** A leaf certificate for `key`, signed by the root; PEM. */
export function makeLeafCertificate(
  ca: SoftwareSigner,
  rootPem: string,
  key: SoftwareSigner,
  { commonName, url, notBefore, notAfter }: CertificateSubject,
  random: Random,
): Promise<string> {
  const { hostname } = new URL(url)
  const names: x509.JsonGeneralName[] = [{ type: 'url', value: url }]
  if (!/^[\d.]+$|:/.test(hostname)) names.unshift({ type: 'dns', value: hostname })
  return makeLeaf({ ca, rootPem, key, commonName, notBefore, notAfter, names }, random)
}

/**
 * A certificate for a server's key, signed by the root; PEM.
 * @param hostname of the server's URL; the certificate contains the names of the loopback interface too
 */
export function makeServerCertificate(
  ca: SoftwareSigner,
  rootPem: string,
  key: SoftwareSigner,
  hostname: string,
  notBefore: UnixSeconds,
  random: Random,
): Promise<string> {
  const hosts = new Set([hostname.replace(/^\[|\]$/g, ''), 'localhost', '127.0.0.1', '::1'])
  const names = [...hosts].map(value => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))
  const notAfter = notBefore + SERVER_DAYS * DAY
  const use = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])
  return makeLeaf({ ca, rootPem, key, commonName: hostname, notBefore, notAfter, names }, random, use)
}

interface Leaf {
  readonly ca: SoftwareSigner
  readonly rootPem: string
  readonly key: SoftwareSigner
  readonly commonName: string
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
  readonly names: x509.JsonGeneralName[]
}

async function makeLeaf(leaf: Leaf, random: Random, ...more: x509.Extension[]): Promise<string> {
  const root = new x509.X509Certificate(leaf.rootPem)
  const { privateKey: signingKey } = await importPair(leaf.ca)
  const { publicKey } = await importPair(leaf.key)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(random),
    subject: [{ CN: [leaf.commonName] }],
    issuer: root.subjectName,
    notBefore: asDate(leaf.notBefore),
    notAfter: asDate(leaf.notAfter),
    signingKey,
    publicKey,
    signingAlgorithm: ES256,
    extensions: [
      // Without basicConstraints: for a leaf the extension is an empty SEQUENCE, and a wallet in use fails on it.
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...more,
      new x509.SubjectAlternativeNameExtension(leaf.names),
      await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
  return certificate.toString('pem')
}

/** Whether a leaf certificate has the extension that earlier versions put into every leaf. */
export function hasBasicConstraints(pem: string): boolean {
  return new x509.X509Certificate(pem).getExtension(x509.BasicConstraintsExtension) !== null
}

/** The DER of a PEM certificate in base64, for `x5c` (RFC 7515 §4.1.6: not base64url). */
export function toX5c(pem: string): string {
  return Buffer.from(new x509.X509Certificate(pem).rawData).toString('base64')
}

async function importPair(signer: SoftwareSigner): Promise<CryptoKeyPair> {
  const der = Buffer.from(signer.pkcs8.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const privateKey = await crypto.subtle.importKey('pkcs8', der, ES256, true, ['sign'])
  const spki = new Uint8Array(signer.publicKey.spki)
  const publicKey = await crypto.subtle.importKey('spki', spki, ES256, true, ['verify'])
  return { privateKey, publicKey } as CryptoKeyPair
}

/** RFC 5280 §4.1.2.2: positive, at most 20 bytes. */
export function serialNumber(random: Random): string {
  const bytes = Buffer.from(random(16))
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40
  return bytes.toString('hex')
}

export const asDate = (time: UnixSeconds) => new Date(time * 1000)
