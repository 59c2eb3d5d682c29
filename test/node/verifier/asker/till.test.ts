import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { expect } from 'chai'
import { makeTillCertificate } from '../../../../node/keys/till-certificate.ts'
import { DAY, HOUR } from '../../../../node/lib/time.ts'
import { NOW } from '../support.ts'
import { certifiedKey, makeShop, random, root } from './support.ts'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

type Shop = Awaited<ReturnType<typeof makeShop>>

/** A certificate that a registered key made with other extensions than a till should have. */
async function withExtensions({ signer, certificate }: Shop, extensions: x509.Extension[]): Promise<string> {
  const der = Buffer.from(signer.pkcs8.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  const signingKey = await crypto.subtle.importKey('pkcs8', der, ES256, false, ['sign'])
  const { publicKey } = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.create({
    subject: [{ CN: ['a till'] }],
    issuer: new x509.X509Certificate(Buffer.from(certificate, 'base64')).subjectName,
    notBefore: new Date((NOW - HOUR) * 1000),
    notAfter: new Date((NOW + DAY) * 1000),
    signingKey,
    publicKey,
    signingAlgorithm: ES256,
    extensions,
  })
  return Buffer.from(made.rawData).toString('base64')
}

const signs = new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true)

describe('the certificate of a till', () => {
  it('is one that an independent library reads and verifies', async () => {
    const { till, certificate } = await makeShop()
    const made = new x509.X509Certificate(Buffer.from((await till()).certificate, 'base64'))
    const registered = new x509.X509Certificate(Buffer.from(certificate, 'base64'))
    expect(await made.verify({ publicKey: registered.publicKey, signatureOnly: true })).to.equal(true)
    expect(made.issuer).to.equal(registered.subject)
    expect(made.subject).to.equal('CN=창구 3')
    expect(made.notAfter).to.deep.equal(new Date((NOW + 7 * DAY) * 1000))
  })

  it('may have the extensions that a certificate usually has', async () => {
    const shop = await makeShop()
    const names = new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'till.example' }])
    const use = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth], true)
    const leaf = await withExtensions(shop, [signs, names, use, new x509.BasicConstraintsExtension(false)])
    expect(await shop.judge({ x5c: [leaf, shop.certificate] })).to.include({ state: 'registered', certificate: 'till' })
  })

  const refusals: [string, (shop: Shop) => Promise<unknown>, string][] = [
    [
      'that has expired',
      async ({ judge, till, certificate }) =>
        judge({ x5c: [(await till({ notAfter: NOW - 1 })).certificate, certificate] }),
      'till_expired',
    ],
    [
      'that begins later',
      async ({ judge, till, certificate }) =>
        judge({ x5c: [(await till({ notBefore: NOW + HOUR })).certificate, certificate] }),
      'till_not_yet_valid',
    ],
    [
      'that the key of another organisation signed',
      async ({ judge, certificate }) => judge({ x5c: [(await (await makeShop()).till()).certificate, certificate] }),
      'chain',
    ],
    [
      'that comes with another registered certificate than its own',
      async ({ judge, till }) => judge({ x5c: [(await till()).certificate, (await certifiedKey()).certificate] }),
      'chain',
    ],
    [
      'that an unregistered key signed',
      async ({ judge }) => {
        const { signer, certificate } = await certifiedKey()
        const key = (await certifiedKey()).signer.publicKey
        const content = { key, name: 'till', notBefore: NOW - HOUR, notAfter: NOW + DAY }
        return judge({ x5c: [await makeTillCertificate(signer, certificate, content, random), certificate] })
      },
      'key_unknown',
    ],
    [
      'without the registered key’s certificate',
      async ({ judge, till }) => judge({ x5c: [(await till()).certificate] }),
      'key_unknown',
    ],
    [
      'of a till that another till certified',
      async ({ judge, till, certificate }) => {
        const first = await till()
        const key = (await certifiedKey()).signer.publicKey
        const content = { key, name: 'till', notBefore: NOW - HOUR, notAfter: NOW + DAY }
        const second = await makeTillCertificate(first.key, first.certificate, content, random)
        return judge({ x5c: [second, first.certificate, certificate] })
      },
      'chain',
    ],
    [
      'whose term is longer than a month',
      async ({ judge, till, certificate }) =>
        judge({ x5c: [(await till({ notAfter: NOW + 32 * DAY })).certificate, certificate] }),
      'chain',
    ],
    [
      'that makes the till an authority',
      async shop => {
        const leaf = await withExtensions(shop, [signs, new x509.BasicConstraintsExtension(true)])
        return shop.judge({ x5c: [leaf, shop.certificate] })
      },
      'chain',
    ],
    [
      'whose key may certify others',
      async shop => {
        const { digitalSignature, keyCertSign } = x509.KeyUsageFlags
        const leaf = await withExtensions(shop, [new x509.KeyUsagesExtension(digitalSignature | keyCertSign, true)])
        return shop.judge({ x5c: [leaf, shop.certificate] })
      },
      'chain',
    ],
    [
      'with a critical extension that is not known',
      async shop => {
        const leaf = await withExtensions(shop, [signs, new x509.Extension('1.2.3.4', true, new Uint8Array([5, 0]))])
        return shop.judge({ x5c: [leaf, shop.certificate] })
      },
      'chain',
    ],
    [
      'for the registered key itself',
      async ({ judge, till, signer, certificate }) =>
        judge({ x5c: [(await till({ key: signer.publicKey })).certificate, certificate] }),
      'chain',
    ],
  ]
  for (const [what, act, reason] of refusals) {
    it(`is refused: one ${what}`, async () => {
      expect(await act(await makeShop())).to.include({ state: 'unregistered', reason })
    })
  }

  it('is refused with a root behind it, with nothing, and with bytes that are no certificate', async () => {
    const { judge, till, certificate } = await makeShop()
    const rootDer = Buffer.from(new x509.X509Certificate(root).rawData).toString('base64')
    const leaf = (await till()).certificate
    // The root certified the registered key, but the registry does not know the root.
    expect(await judge({ x5c: [certificate, rootDer] })).to.include({ state: 'unregistered', reason: 'key_unknown' })
    const chains = [
      [leaf, certificate, rootDer],
      [certificate, certificate],
      [],
      [leaf.slice(0, 100), certificate],
      [leaf, 'AAAA'],
      ['not base64', certificate],
    ]
    for (const x5c of chains) expect(await judge({ x5c })).to.include({ state: 'unregistered', reason: 'chain' })
  })

  it('is refused after any change of one of its bytes', async () => {
    const { judge, till, certificate } = await makeShop()
    const leaf = Buffer.from((await till()).certificate, 'base64')
    for (let at = 0; at < leaf.length; at += 3) {
      const changed = Buffer.from(leaf)
      changed[at] = (changed[at] as number) ^ 0x01
      const judgement = await judge({ x5c: [changed.toString('base64'), certificate] })
      expect(judgement.state, `byte ${at}`).to.equal('unregistered')
    }
  })
})
