import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import type { P256PublicKey } from '../lib/crypto.ts'
import { DerReader } from '../lib/der.ts'
import type { Random } from '../lib/random.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { asDate, ES256, serialNumber } from './certificates.ts'
import type { P256Signer } from './signer.ts'

export interface Till {
  readonly key: P256PublicKey
  readonly name: string
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
}

const SEQUENCE = 0x30

/**
 * A certificate by which a registered key lets a till make requests (docs/relying-parties.md). The registered key signs it
 * through the same interface as requests, so it may be in a hardware module.
 * @param registered the certificate of that key, DER in base64
 * @returns DER in base64
 */
export async function makeTillCertificate(
  signer: P256Signer,
  registered: string,
  { key, name, notBefore, notAfter }: Till,
  random: Random,
): Promise<string> {
  const issuer = new x509.X509Certificate(Buffer.from(registered, 'base64'))
  const publicKey = await crypto.subtle.importKey('spki', new Uint8Array(key.spki), ES256, true, ['verify'])
  const content = {
    serialNumber: serialNumber(random),
    subject: [{ CN: [name] }],
    issuer: issuer.subjectName,
    notBefore: asDate(notBefore),
    notAfter: asDate(notAfter),
    publicKey,
    signingAlgorithm: ES256,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  }
  const make = async (signature: Uint8Array) => {
    const made = await x509.X509CertificateGenerator.create({ ...content, signature: new Uint8Array(signature) })
    return new Uint8Array(made.rawData)
  }
  // The library makes the content that is signed only together with a signature, so the first one is a placeholder.
  const signed = new DerReader(await make(new Uint8Array(64).fill(1))).enter(SEQUENCE).take(SEQUENCE)
  return Buffer.from(await make(signer.sign(signed))).toString('base64')
}
