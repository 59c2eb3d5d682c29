/** Which certificates may certify, and which may sign documents. */
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { expect } from 'chai'
import { parseCertificate } from '../../../../node/chip/document/certificate.ts'
import { parseCountrySigner, verifyDocumentSigner } from '../../../../node/chip/document/trust.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { type Country, codeOf, country, documentSigner, NOW } from '../support.ts'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const { digitalSignature, keyCertSign, cRLSign } = x509.KeyUsageFlags
const usage = (flags: number) => new x509.KeyUsagesExtension(flags, true)
const SIGNS = usage(digitalSignature)

async function keysOf(signer: SoftwareSigner) {
  const der = Buffer.from(signer.pkcs8.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const privateKey = await crypto.subtle.importKey('pkcs8', der, ES256, true, ['sign'])
  const publicKey = await crypto.subtle.importKey('spki', Uint8Array.from(signer.publicKey.spki), ES256, true, [
    'verify',
  ])
  return { privateKey, publicKey }
}

/** A certificate that the CA has signed, with these extensions. */
async function certified(ca: Country, extensions: x509.Extension[], changed: { issuer?: string; by?: Country } = {}) {
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '01',
    subject: 'C=KR, CN=Somebody',
    issuer: changed.issuer ?? new x509.X509Certificate(Uint8Array.from(ca.certificate)).subjectName,
    notBefore: new Date((NOW - DAY) * 1000),
    notAfter: new Date((NOW + DAY) * 1000),
    signingKey: (await keysOf((changed.by ?? ca).key)).privateKey,
    publicKey: (await keysOf(new SoftwareSigner(makeP256Pem()))).publicKey,
    signingAlgorithm: ES256,
    extensions,
  })
  return new Uint8Array(certificate.rawData)
}

/** GeneralizedTime in an implicit tag. */
const time = (tag: number, seconds: number) => {
  const text = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, '')
  return Buffer.concat([Buffer.of(tag, text.length), Buffer.from(text)])
}
const period = (from: number, until: number) => {
  const content = Buffer.concat([time(0x80, from), time(0x81, until)])
  return new x509.Extension('2.5.29.16', false, Buffer.concat([Buffer.of(0x30, content.length), content]))
}

describe('a document signer', () => {
  let korea: Country
  let other: Country

  before(async () => {
    korea = await country()
    other = await country()
  })

  const result = (der: Uint8Array, signingTime: number | null = NOW, anchors = [other.anchor, korea.anchor]) =>
    codeOf(() => verifyDocumentSigner(parseCertificate('document signer', der), anchors, { at: NOW, signingTime }))

  it('is one that a trusted CA has certified for digital signatures', async () => {
    expect(result((await documentSigner(korea)).certificate)).to.equal('none')
    expect(result(await certified(korea, [SIGNS]))).to.equal('none')
  })

  it('is no certificate for another purpose', async () => {
    const wrong: Record<string, x509.Extension[]> = {
      'without a purpose': [],
      'for TLS': [SIGNS, new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])],
      'for revocation lists': [usage(cRLSign)],
      'for certificates too': [usage(digitalSignature | keyCertSign)],
      'of a CA': [SIGNS, new x509.BasicConstraintsExtension(true, 0, true)],
      'with a critical extension that nobody knows': [SIGNS, new x509.Extension('1.2.3.4', true, Buffer.of(5, 0))],
    }
    for (const [what, extensions] of Object.entries(wrong)) {
      expect(result(await certified(korea, extensions)), what).to.equal('CHIP_SIGNER_UNSUITABLE')
    }
  })

  it('has the name and the key identifier of its CA', async () => {
    const foreign = new x509.AuthorityKeyIdentifierExtension('00'.repeat(20))
    expect(result(await certified(korea, [SIGNS, foreign]))).to.equal('CHIP_SIGNER_UNTRUSTED')
    expect(result(await certified(korea, [SIGNS], { issuer: 'C=KR, CN=Another CA' }))).to.equal('CHIP_SIGNER_UNTRUSTED')
    // Names are compared without the type and case of a string.
    expect(result(await certified(korea, [SIGNS], { issuer: 'C=KR, CN=csca  OF a test' }))).to.equal('none')
  })

  it('is not certified by a CA that only has the same name', async () => {
    const forged = await certified(korea, [SIGNS], { by: other })
    expect(result(forged, NOW, [korea.anchor])).to.equal('CHIP_SIGNER_UNTRUSTED')
  })

  it('signs only while its private key may be used', async () => {
    const der = await certified(korea, [SIGNS, period(NOW - 100, NOW + 100)])
    expect(result(der, NOW - 100)).to.equal('none')
    expect(result(der, NOW + 100)).to.equal('none')
    expect(result(der, NOW - 101)).to.equal('CHIP_SIGNER_EXPIRED')
    expect(result(der, NOW + 101)).to.equal('CHIP_SIGNER_EXPIRED')
    expect(result(der, null)).to.equal('none')
  })
})

describe('a country signing CA', () => {
  it('is given by a self-signed certificate for signing certificates', async () => {
    const korea = await country()
    expect(parseCountrySigner(korea.certificate).keyId).to.equal(korea.key.keyId)
    const leaf = await certified(korea, [usage(keyCertSign), new x509.BasicConstraintsExtension(true, 0, true)])
    expect(codeOf(() => parseCountrySigner(leaf))).to.equal('CHIP_SIGNER_UNSUITABLE')
    const selfSigned = async (extensions: x509.Extension[]) => {
      const keys = (await keysOf(new SoftwareSigner(makeP256Pem()))) as CryptoKeyPair
      const fields = { serialNumber: '01', name: 'C=KR, CN=A CA', signingAlgorithm: ES256, keys, extensions }
      return new Uint8Array((await x509.X509CertificateGenerator.createSelfSigned(fields)).rawData)
    }
    const isCa = new x509.BasicConstraintsExtension(true, 0, true)
    expect(
      codeOf(() => parseCountrySigner(korea.certificate.with(-1, (korea.certificate.at(-1) as number) ^ 1))),
    ).to.equal('CHIP_SIGNER_UNSUITABLE')
    for (const extensions of [[], [isCa], [usage(keyCertSign)], [isCa, SIGNS]]) {
      const der = await selfSigned(extensions)
      expect(codeOf(() => parseCountrySigner(der))).to.equal('CHIP_SIGNER_UNSUITABLE')
    }
    expect(codeOf(() => parseCountrySigner(korea.certificate.subarray(1)))).to.equal('CHIP_DOCUMENT_MALFORMED')
    const good = await selfSigned([isCa, usage(keyCertSign)])
    expect(codeOf(() => parseCountrySigner(good))).to.equal('none')
  })
})
