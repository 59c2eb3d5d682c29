import 'reflect-metadata'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { expect } from 'chai'
import { requireNoSelfSigned } from '../../../node/credential/certificate-chain.ts'
import { toX5c } from '../../../node/keys/certificates.ts'
import { openCustody } from '../../../node/keys/custody.ts'
import { SecretFiles } from '../../../node/keys/files.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { makeTillCertificate } from '../../../node/keys/till-certificate.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'
import { selfSigned } from '../issuer/oid4vci/self-signed.ts'
import { NOW, random } from './support.ts'

describe('certificates in x5c', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dojang-chain-'))
  after(() => rmSync(directory, { recursive: true, force: true }))

  const refused = (x5c: readonly unknown[]) => expect(() => requireNoSelfSigned(x5c)).to.throw(ParseError)

  it('that an install sends are accepted: leaves that its root signed, without the root', async () => {
    const custody = await openCustody(directory, { name: 'A', url: 'https://id.example' }, NOW, random)
    for (const { x5c } of [custody.credential, custody.request]) {
      expect(x5c).to.have.length(1)
      requireNoSelfSigned(x5c)
    }
  })

  it('with a trust anchor or another self-signed certificate are refused', async () => {
    const custody = await openCustody(directory, { name: 'A', url: 'https://id.example' }, NOW, random)
    const root = toX5c(new SecretFiles(directory, true).read('ca.crt') ?? '')
    const { x5c } = custody.credential
    refused([root])
    refused([...x5c, root])
    for (const issuer of ['CN=a', 'CN=b']) {
      const self = (await selfSigned({ subject: 'CN=a', issuer })).x5c
      refused(self)
      refused([...x5c, ...self])
    }
  })

  it('with names that are alike are accepted, if another key signed them', async () => {
    const authority = { name: 'Kiosk', url: 'https://id.example' }
    const { request } = await openCustody(join(directory, 'alike'), authority, NOW, random)
    const { publicKey: key } = new SoftwareSigner(makeP256Pem())
    const term = { notBefore: NOW, notAfter: NOW + 60 }
    const till = await makeTillCertificate(request, request.x5c[0] ?? '', { key, name: 'Kiosk', ...term }, random)
    requireNoSelfSigned([till, ...request.x5c])
  })

  it('with keys of another curve are judged by their names', async () => {
    const { x5c } = (await openCustody(directory, { name: 'A', url: 'https://id.example' }, NOW, random)).credential
    refused([...x5c, await withP384('CN=root', 'CN=root')])
    requireNoSelfSigned([...x5c, await withP384('CN=intermediate', 'CN=root')])
  })

  it('are refused if there are none, too many, or if one is no certificate', async () => {
    const { x5c } = (await openCustody(directory, { name: 'A', url: 'https://id.example' }, NOW, random)).credential
    for (const bad of [[], Array(9).fill(x5c[0]), ['AAAA'], [...x5c, 'AAAA'], [...x5c, 7], ['*']]) refused(bad)
  })
})

/** Signed by its own key. */
async function withP384(subject: string, issuer: string): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ subject, issuer, serialNumber: '01', signingAlgorithm: algorithm },
    ...{ publicKey: keys.publicKey, signingKey: keys.privateKey },
  })
  return Buffer.from(certificate.rawData).toString('base64')
}
