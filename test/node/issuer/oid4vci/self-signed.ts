import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { ES256 } from '../../../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import type { TestKey } from '../../credential/support.ts'

/** A certificate that its own key signed, with any names. */
export async function selfSigned(names: { readonly subject: string; readonly issuer: string }) {
  const signer = new SoftwareSigner(makeP256Pem())
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    Buffer.from(signer.pkcs8.replace(/-----[^-]+-----|\s/g, ''), 'base64'),
    ES256,
    true,
    ['sign'],
  )
  const publicKey = await webcrypto.subtle.importKey('jwk', { ...signer.publicKey.jwk }, ES256, true, ['verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    ...names,
    serialNumber: randomBytes(8).toString('hex'),
    publicKey: publicKey as CryptoKey,
    signingKey: signingKey as CryptoKey,
    signingAlgorithm: ES256,
  })
  const { publicKey: own } = signer
  const key: TestKey = { publicKey: own, jwk: own.jwk, sign: data => signer.sign(data) }
  return { key, x5c: [Buffer.from(certificate.rawData).toString('base64')] }
}
