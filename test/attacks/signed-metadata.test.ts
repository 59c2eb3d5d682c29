/** Signed metadata of an issuer with HAIP: who gets them, and what the wallet takes for those of another. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import type { Hex } from '../../node/lib/bytes.ts'
import { parseJws, signJws } from '../../node/lib/jose/jws.ts'
import type { JsonObject } from '../../node/lib/json.ts'
import { DAY, HOUR, systemClock, systemTimer } from '../../node/lib/time.ts'
import { getSignedMetadata } from '../../node/web/wallet/core/issuing/signed-metadata.ts'
import { parseWalletSettings } from '../../node/web/wallet/core/settings.ts'
import { MemoryWalletStore } from '../../node/web/wallet/core/store/memory.ts'
import { LedgerCopy } from '../../node/web/wallet/core/trust/ledger-copy.ts'
import { signsCardsOf } from '../../node/web/wallet/core/trust/standing.ts'
import { TestNode } from '../e2e/support/node.ts'
import { selfSigned } from '../node/issuer/oid4vci/self-signed.ts'
import { walletRefusal } from '../support/phone.ts'
import { random } from '../support/world.ts'

const KIND = { typ: 'openidvci-issuer-metadata+jwt', maxLength: 1 << 20, numbers: 'any' } as const
const OTHER = 'https://other.example'

describe('attack: signed metadata of an issuer', function () {
  this.timeout(120_000)
  let node: TestNode
  let copy: LedgerCopy
  let url: string
  let metadata: JsonObject

  before(async () => {
    node = new TestNode(['--haip'])
    await node.start()
    url = `${node.url}/.well-known/openid-credential-issuer`
    const { host, port } = node.config.wallet
    const settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
    expect(settings.haip).to.equal(true)
    const store = new MemoryWalletStore()
    copy = await LedgerCopy.open({ settings, store, fetcher: fetch, clock: systemClock, timer: systemTimer })
    expect(await copy.refresh()).to.equal(true)
    metadata = (await (await fetch(url)).json()) as JsonObject
  })
  after(() => node?.dispose())

  const signerOf = (name: 'credential' | 'request') => {
    const read = (file: string) => readFileSync(join(node.data, 'keys', file), 'utf8')
    const signer = new SoftwareSigner(read(`${name}.pem`))
    return { x5c: [toX5c(read(`${name}.crt`))], sign: (data: Uint8Array) => signer.sign(data) }
  }
  const claims = (change: object = {}) => {
    const now = systemClock()
    return { iss: node.url, sub: node.url, iat: now, exp: now + HOUR, ...metadata, ...change }
  }
  type Signer = ReturnType<typeof signerOf>
  const signed = (change: object = {}, { x5c, sign }: Signer = signerOf('credential'), header: object = {}) =>
    signJws({ typ: KIND.typ, x5c, ...header }, claims(change), sign)

  const read = (text: string, type = 'application/jwt', issuer = node.url) => {
    const fetcher = (async () => new Response(text, { headers: { 'content-type': type } })) as typeof fetch
    const signsFor = async (of: string, keyId: Hex) => signsCardsOf(copy, of, keyId, systemClock()) === true
    return getSignedMetadata(fetcher, url, issuer, { now: systemClock(), signsFor })
  }
  const reasonOf = async (text: string, type?: string, issuer?: string) => {
    const refusal = (await walletRefusal(read(text, type, issuer))) as { code: string; reason: string }
    expect(refusal.code).to.equal('WALLET_OFFER_INVALID')
    return refusal.reason
  }
  /** A key of somebody else, whose certificate names our issuer. */
  const stranger = async (): Promise<Signer> => {
    const [ca, signer] = [new SoftwareSigner(makeP256Pem()), new SoftwareSigner(makeP256Pem())]
    const term = { notBefore: systemClock() - DAY, notAfter: systemClock() + DAY }
    const root = await makeRootCertificate(ca, 'Root', term.notBefore, random)
    const leaf = await makeLeafCertificate(ca, root, signer, { commonName: 'x', url: node.url, ...term }, random)
    return { x5c: [toX5c(leaf)], sign: data => signer.sign(data) }
  }

  it('the issuer sends them to whoever asks for application/jwt, and JSON to everybody else', async () => {
    const get = (accept?: string) => fetch(url, accept === undefined ? {} : { headers: { accept } })
    for (const accept of [
      undefined,
      '*/*',
      'application/json',
      'text/html',
      'application/json, application/jwt;q=0.5',
    ]) {
      const response = await get(accept)
      expect(response.headers.get('content-type'), accept).to.equal('application/json')
      expect(response.headers.get('vary')).to.match(/accept/i)
      expect(await response.json()).to.deep.equal(metadata)
    }
    for (const accept of ['application/jwt', 'application/jwt, application/json']) {
      const response = await get(accept)
      expect(response.headers.get('content-type')).to.equal('application/jwt')
      const { header, payload } = parseJws(await response.text(), KIND)
      expect(header).to.deep.equal({ alg: 'ES256', typ: KIND.typ, x5c: signerOf('credential').x5c })
      const { iss, sub, iat, exp, ...rest } = payload
      expect([iss, sub]).to.deep.equal([node.url, node.url])
      expect(Number(exp) - Number(iat)).to.equal(HOUR)
      expect(rest).to.deep.equal(metadata)
    }
  })

  it('the wallet takes those that the issuer signed', async () => {
    const real = await (await fetch(url, { headers: { accept: 'application/jwt' } })).text()
    expect(await read(real)).to.deep.include(metadata)
    expect(await read(signed({ iss: undefined, exp: undefined }))).to.deep.include(metadata)
  })

  it('refuses those with the name of another issuer', async () => {
    expect(await reasonOf(signed({ sub: OTHER }))).to.equal('other_issuer')
    expect(await reasonOf(signed({ iss: OTHER }))).to.equal('other_issuer')
    expect(await reasonOf(signed({ sub: undefined }))).to.equal('other_issuer')
    // Our key speaks for no other issuer.
    expect(await reasonOf(signed({ iss: OTHER, sub: OTHER }), undefined, OTHER)).to.equal('other_issuer')
  })

  it('refuses those of a stranger whose certificate names our issuer, and of our key for another use', async () => {
    expect(await reasonOf(signed({}, await stranger()))).to.equal('other_issuer')
    expect(await reasonOf(signed({}, signerOf('request')))).to.equal('other_issuer')
    const mixed = { ...signerOf('credential'), sign: signerOf('request').sign }
    expect(await reasonOf(signed({}, mixed))).to.equal('metadata_forged')
  })

  it('refuses a self-signed certificate, a chain with the trust anchor, and a key that is not in x5c', async () => {
    const { key, x5c } = await selfSigned({ subject: 'CN=a', issuer: 'CN=b' })
    expect(await reasonOf(signed({}, { x5c, sign: key.sign }))).to.equal('metadata_forged')
    const own = signerOf('credential')
    const root = toX5c(readFileSync(join(node.data, 'keys', 'ca.crt'), 'utf8'))
    expect(await reasonOf(signed({}, { ...own, x5c: [...own.x5c, root] }))).to.equal('metadata_forged')
    expect(await reasonOf(signed({}, own, { x5c: undefined, jwk: key.jwk }))).to.equal('metadata_forged')
  })

  it('refuses alg none, another type, a changed text, and those that are unsigned', async () => {
    const real = signed()
    const [header = '', payload = '', signature = ''] = real.split('.')
    expect(await reasonOf(signed({}, undefined, { alg: 'none' }))).to.equal('metadata_forged')
    expect(await reasonOf(signed({}, undefined, { alg: 'ES384' }))).to.equal('metadata_forged')
    expect(await reasonOf(`${header}.${payload}.`)).to.equal('metadata_forged')
    expect(await reasonOf(signed({}, undefined, { typ: 'dc+sd-jwt' }))).to.equal('metadata_forged')
    const changed = Buffer.from(JSON.stringify(claims({ nonce_endpoint: `${OTHER}/nonce` }))).toString('base64url')
    expect(await reasonOf(`${header}.${changed}.${signature}`)).to.equal('metadata_forged')
    expect(await reasonOf(JSON.stringify(metadata), 'application/json')).to.equal('metadata_unsigned')
  })

  it('refuses those that have expired, are from the future, or say no time', async () => {
    const now = systemClock()
    for (const times of [{ iat: now - DAY, exp: now - HOUR }, { iat: now + HOUR }, { iat: undefined }, { exp: 'x' }]) {
      expect(await reasonOf(signed(times))).to.equal('metadata_forged')
    }
  })
})
