import { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { certificateDetails, isCertifiedBy } from '../../../node/credential/certificate-details.ts'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'
import { NOW, random } from './support.ts'

const [ca, leafKey, other] = [1, 2, 3].map(() => new SoftwareSigner(makeP256Pem())) as [
  SoftwareSigner,
  SoftwareSigner,
  SoftwareSigner,
]
const rootPem = await makeRootCertificate(ca, 'root', NOW, random)
const subject = { commonName: '관공서', url: 'https://id.example.kr/a', notBefore: NOW, notAfter: NOW + 3600 }
const pem = await makeLeafCertificate(ca, rootPem, leafKey, subject, random)
const der = new Uint8Array(Buffer.from(toX5c(pem), 'base64'))

describe('certificate details', () => {
  it('are key, term and names, as Node reads them', () => {
    const details = certificateDetails(der)
    const node = new X509Certificate(pem)
    expect(details.key.spki).to.deep.equal(leafKey.publicKey.spki)
    expect(details).to.deep.include({ notBefore: NOW, notAfter: NOW + 3600 })
    expect(details.notAfter * 1000).to.equal(Date.parse(node.validTo))
    expect(details.dnsNames).to.deep.equal(['id.example.kr'])
    expect(details.uris).to.deep.equal(['https://id.example.kr/a'])
    expect(details.issuer).to.deep.equal(certificateDetails(Buffer.from(toX5c(rootPem), 'base64')).subject)
  })

  it('say who signed it', () => {
    for (let i = 0; i < 20; i++) expect(isCertifiedBy(certificateDetails(der), ca.publicKey)).to.equal(true)
    expect(isCertifiedBy(certificateDetails(der), other.publicKey)).to.equal(false)
  })

  it('changed in any byte, are read otherwise or refused, and never signed by the same key', () => {
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = der.slice()
        changed[at] = (changed[at] ?? 0) ^ flip
        try {
          expect(isCertifiedBy(certificateDetails(changed), ca.publicKey)).to.equal(false)
        } catch (error) {
          expect(error).to.be.instanceOf(ParseError)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('are refused for anything that is no certificate', () => {
    for (let length = 0; length < der.length; length += 7) {
      expect(() => certificateDetails(der.subarray(0, length))).to.throw(ParseError)
    }
  })
})
