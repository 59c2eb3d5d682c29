/** Issuers, and servers on the way to them, that want the holder's code or put a wrong card into the wallet. */
import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { signJws } from '../../node/lib/jose/jws.ts'
import { DAY, systemClock } from '../../node/lib/time.ts'
import { parseWalletSettings, type WalletSettings } from '../../node/web/wallet/core/settings.ts'
import { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { change, offer } from '../e2e/support/steps.ts'
import { openPhone, type Phone, type PhoneOptions, walletRefusal } from '../support/phone.ts'
import { json, type Tamper, tamperedFetch, text } from '../support/tampered-fetch.ts'
import { random } from '../support/world.ts'

const EVIL = 'https://id.exarnple.kr'
const residents = people(24)

describe('attack: hostile issuers, on the wallet', function () {
  this.timeout(60_000)
  let node: TestNode
  let settings: WalletSettings
  let next = 0
  before(async function () {
    this.timeout(120_000)
    node = await TestNode.start()
    await node.import(csvOf(residents))
    const { host, port } = node.config.wallet
    settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
  })
  after(() => node?.dispose())

  const phoneWith = async (tamper: Tamper, options: Partial<PhoneOptions> = {}): Promise<Phone> => {
    const phone = await openPhone({ settings, fetcher: tamperedFetch(tamper), ...options })
    await phone.wallet.setUp()
    return phone
  }
  const offered = (card = 'resident') => offer(node, card, residents[next++]?.personalNumber as string)
  /** Redeems a real offer and receives what the tampered servers deliver. */
  const receiving = async (tamper: Tamper) => {
    const phone = await phoneWith(tamper)
    const { offerUrl, txCode } = await offered()
    await phone.wallet.redeem(await phone.wallet.openOffer(offerUrl), txCode)
    return { phone, received: phone.wallet.receive(await phone.wallet.touch()) }
  }
  const refusalOf = async (tamper: Tamper) => {
    const { phone, received } = await receiving(tamper)
    const refusal = await walletRefusal(received)
    expect(await phone.wallet.cards()).to.deep.equal([])
    return refusal
  }
  const isCredential = ({ pathname }: URL) => pathname.endsWith('/credential')
  const credentialOf = async (response: Response) =>
    ((await response.json()) as { credentials: [{ credential: string }] }).credentials[0].credential
  /** Passes the real card on, changed. */
  const changing =
    (to: (credential: string) => string | Promise<string>): Tamper =>
    (url, _init, real) =>
      isCredential(url)
        ? real().then(async response => {
            if (response.status !== 200) return response
            return json({ credentials: [{ credential: await to(await credentialOf(response)) }] })
          })
        : undefined

  const evilMetadata = (issuer = EVIL) => ({
    credential_issuer: issuer,
    credential_endpoint: `${EVIL}/credential`,
    nonce_endpoint: `${EVIL}/nonce`,
    display: [{ name: '행정안전부', locale: 'ko' }],
    credential_configurations_supported: {
      resident: {
        format: 'dc+sd-jwt',
        vct: 'urn:dojang:kr:resident:1',
        cryptographic_binding_methods_supported: ['jwk'],
        proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      },
    },
  })
  const evilServer = { issuer: EVIL, token_endpoint: `${EVIL}/token`, dpop_signing_alg_values_supported: ['ES256'] }
  const evil =
    (metadata: unknown = evilMetadata(), server: unknown = evilServer): Tamper =>
    url => {
      if (url.origin !== EVIL) return undefined
      if (url.pathname.includes('openid-credential-issuer')) return json(metadata)
      return url.pathname.includes('oauth-authorization-server') ? json(server) : text('', 404)
    }
  const evilOffer = (issuer = EVIL) => {
    const grant = { 'pre-authorized_code': 'x'.repeat(43), tx_code: { length: 6, input_mode: 'numeric' } }
    const object = {
      credential_issuer: issuer,
      credential_configuration_ids: ['resident'],
      grants: { 'urn:ietf:params:oauth:grant-type:pre-authorized_code': grant },
    }
    return `openid-credential-offer://?${new URLSearchParams({ credential_offer: JSON.stringify(object) })}`
  }

  it('an issuer that is not on the ledger gets neither the code nor the transaction code', async () => {
    const { wallet, requests } = await phoneWith(evil())
    const opened = await wallet.openOffer(evilOffer())
    expect(opened.issuer.name?.ko).to.equal('행정안전부')
    expect(opened.issuer.standing).to.deep.equal({ state: 'not_accredited', reason: 'issuer_unknown' })
    expect(await walletRefusal(wallet.redeem(opened, '123456'))).to.deep.equal({
      code: 'WALLET_ISSUER_UNTRUSTED',
      reason: 'issuer_unknown',
    })
    expect(requests.filter(({ method }) => method === 'POST')).to.deep.equal([])
  })

  it('an issuer that is not on the ledger gets no authorization request, and no page of it is opened', async () => {
    const page = {
      ...{ authorization_endpoint: `${EVIL}/authorize`, pushed_authorization_request_endpoint: `${EVIL}/par` },
      ...{ code_challenge_methods_supported: ['S256'], authorization_response_iss_parameter_supported: true },
    }
    const { wallet, requests } = await phoneWith(evil(undefined, { ...evilServer, ...page }))
    const object = { credential_issuer: EVIL, credential_configuration_ids: ['resident'] }
    const grants = { authorization_code: { issuer_state: 'x' } }
    const link = `openid-credential-offer://?${new URLSearchParams({ credential_offer: JSON.stringify({ ...object, grants }) })}`
    for (const opened of [await wallet.openOffer(link), ...(await wallet.cardsOf(EVIL))]) {
      expect(opened.signIn).to.deep.equal({ host: new URL(EVIL).host })
      expect(await walletRefusal(wallet.authorize(opened))).to.deep.equal({
        ...{ code: 'WALLET_ISSUER_UNTRUSTED', reason: 'issuer_unknown' },
      })
    }
    expect(requests.filter(({ method }) => method === 'POST')).to.deep.equal([])
  })

  it('metadata of another issuer are refused', async () => {
    const reason = async (tamper: Tamper, link = evilOffer()) =>
      walletRefusal((await phoneWith(tamper)).wallet.openOffer(link))
    const other = { code: 'WALLET_OFFER_INVALID', reason: 'other_issuer' }
    expect(await reason(evil(evilMetadata(node.url)))).to.deep.equal(other)
    expect(await reason(evil(evilMetadata(`${EVIL}/`)))).to.deep.equal(other)
    expect(await reason(evil(undefined, { ...evilServer, issuer: node.url }))).to.deep.equal(other)
  })

  it('an offer that names our issuer and sends the code elsewhere is refused by the metadata', async () => {
    const tamper: Tamper = (url, _init, real) =>
      url.pathname.includes('openid-credential-issuer')
        ? real().then(async response => json({ ...(await response.json()), authorization_servers: [EVIL] }))
        : evil(undefined, { ...evilServer, issuer: node.url })(url, _init, real)
    const { wallet } = await phoneWith(tamper)
    expect(await walletRefusal(wallet.openOffer((await offered()).offerUrl))).to.deep.equal({
      code: 'WALLET_OFFER_INVALID',
      reason: 'other_issuer',
    })
  })

  const links: Record<string, [string, string]> = {
    'of an issuer without https': [evilOffer('http://id.example.kr'), 'insecure_url'],
    'with two offers': [`${evilOffer()}&credential_offer_uri=https://a.example`, 'not_an_offer'],
    'with nothing in it': ['openid-credential-offer://', 'not_an_offer'],
    'of another scheme': ['javascript:alert(1)//?credential_offer=%7B%7D', 'not_an_offer'],
    'that is fetched without https': [
      `openid-credential-offer://?credential_offer_uri=${encodeURIComponent('http://a.example/')}`,
      'insecure_url',
    ],
    'that is rubbish': ['openid-credential-offer://?credential_offer=%7B', 'not_an_offer'],
    'beyond all measure': [`${evilOffer()}&${'x'.repeat(20_000)}`, 'not_an_offer'],
  }
  for (const [what, [link, reason]] of Object.entries(links)) {
    it(`a link ${what} is refused`, async () => {
      const { wallet, requests } = await phoneWith(evil())
      expect(await walletRefusal(wallet.openOffer(link))).to.deep.equal({ code: 'WALLET_OFFER_INVALID', reason })
      expect(requests).to.deep.equal([])
    })
  }

  it('a card signed by a key that nobody registered is refused, and the issuer hears of it', async () => {
    const [ca, key] = [new SoftwareSigner(makeP256Pem()), new SoftwareSigner(makeP256Pem())]
    const now = systemClock()
    const root = await makeRootCertificate(ca, 'root', now - DAY, random)
    const subject = { commonName: 'authority', url: node.url, notBefore: now - DAY, notAfter: now + DAY }
    const x5c = [toX5c(await makeLeafCertificate(ca, root, key, subject, random))]
    const resigned = changing(credential => {
      const [jwt = '', ...all] = credential.split('~')
      // Without the receipt, which would give it away as well.
      const disclosures = all.filter(each => !Buffer.from(each, 'base64url').toString().includes('"anchor"'))
      const payload = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
      return [signJws({ typ: 'dc+sd-jwt', x5c }, payload, data => key.sign(data)), ...disclosures].join('~')
    })
    expect(await refusalOf(resigned)).to.deep.equal({
      code: 'WALLET_CARD_REFUSED',
      reason: 'untrusted/issuer_unknown',
    })
  })

  it('a card bound to another key is refused', async () => {
    let first: string | undefined
    const keeping = changing(credential => {
      first ??= credential
      return first
    })
    const mine = await receiving(keeping)
    await mine.received
    expect(await refusalOf(keeping)).to.deep.equal({ code: 'WALLET_CARD_REFUSED', reason: 'other_key' })
  })

  it('a changed card is refused', async () => {
    const altered = changing(credential => {
      const [jwt = '', first = '', ...rest] = credential.split('~')
      const [salt, name] = JSON.parse(Buffer.from(first, 'base64url').toString()) as string[]
      return [jwt, Buffer.from(JSON.stringify([salt, name, '홍길동'])).toString('base64url'), ...rest].join('~')
    })
    expect(await refusalOf(altered)).to.deep.equal({ code: 'WALLET_CARD_REFUSED', reason: 'forged/bad_disclosure' })
    const signature = changing(credential => credential.replace(/\.[^.~]{8}([^.~]+)~/, '.AAAAAAAA$1~'))
    expect(await refusalOf(signature)).to.deep.equal({ code: 'WALLET_CARD_REFUSED', reason: 'forged/bad_signature' })
  })

  it('another card than the one offered is refused', async () => {
    const phone = await phoneWith((url, _init, real) =>
      url.pathname.includes('openid-credential-issuer')
        ? real().then(async response => {
            const metadata = (await response.json()) as ReturnType<typeof evilMetadata>
            const { resident } = metadata.credential_configurations_supported
            const swapped = { ...resident, vct: 'urn:dojang:kr:driver:1' }
            return json({ ...metadata, credential_configurations_supported: { resident: swapped } })
          })
        : undefined,
    )
    const { offerUrl, txCode } = await offered()
    await phone.wallet.redeem(await phone.wallet.openOffer(offerUrl), txCode)
    expect(await walletRefusal(phone.wallet.receive(await phone.wallet.touch()))).to.deep.equal({
      code: 'WALLET_CARD_REFUSED',
      reason: 'other_card',
    })
  })

  it('a card that was suspended on the way is refused', async () => {
    let applicationId = ''
    const phone = await phoneWith(
      changing(async credential => {
        const { body } = await node.get(`/operator/applications/${applicationId}`)
        expect((await change(node, String(body.credentialId), 'suspend')).status).to.equal(200)
        return credential
      }),
    )
    const made = await offered()
    applicationId = made.applicationId
    await phone.wallet.redeem(await phone.wallet.openOffer(made.offerUrl), made.txCode)
    expect(await walletRefusal(phone.wallet.receive(await phone.wallet.touch()))).to.deep.equal({
      code: 'WALLET_CARD_REFUSED',
      reason: 'suspended',
    })
  })

  it('answers that are too long, no JSON, redirects or incomplete give no card and no crash', async () => {
    const host = new URL(node.url).host
    const at =
      (answer: () => Promise<Response>): Tamper =>
      url =>
        isCredential(url) ? answer() : undefined
    for (const answer of [
      () => text('x'.repeat(3 << 20)),
      () => text('<html>'),
      () => json({}),
      () => json({ credentials: [] }),
      () => json({ credentials: [{ credential: 7 }] }),
      () => json({ transaction_id: 'x' }, 202),
      () => text('', 500),
    ]) {
      expect(await refusalOf(at(answer))).to.deep.include({ code: 'WALLET_ANSWER_INVALID', host })
    }
    const redirect: Tamper = url => (isCredential(url) ? Promise.reject(new TypeError('redirect')) : undefined)
    expect(await refusalOf(redirect)).to.deep.equal({ code: 'WALLET_UNREACHABLE', host })
  })

  it('a card whose answer was lost is received by the next attempt, for the same key', async () => {
    let lost = false
    const { phone, received } = await receiving((url, _init, real) => {
      if (!isCredential(url) || lost) return undefined
      lost = true
      return real().then(() => Promise.reject(new TypeError('the network is gone')))
    })
    expect(await walletRefusal(received)).to.include({ code: 'WALLET_UNREACHABLE' })
    const card = await phone.wallet.receive(await phone.wallet.touch())
    expect(card.status?.word).to.equal('VALID')
  })

  it('a clock that is hours off is named as such, and no code is sent', async () => {
    for (const [offset, ahead] of [
      [3 * 3600, true],
      [-3 * 3600, false],
    ] as const) {
      const { wallet, requests } = await phoneWith(() => undefined, { clock: () => systemClock() + offset })
      const { offerUrl, txCode } = await offered()
      const opened = await wallet.openOffer(offerUrl)
      expect(await walletRefusal(wallet.redeem(opened, txCode))).to.deep.equal({ code: 'WALLET_CLOCK', ahead })
      expect(requests.filter(({ method }) => method === 'POST')).to.deep.equal([])
      expect((await wallet.notices())[0]).to.deep.equal({ kind: 'clock', ahead })
    }
  })

  it('a rolled-back or foreign copy of the ledger is not believed', async () => {
    const phone = await phoneWith(url => {
      if (url.pathname === '/snapshots/latest') return text('dojangS2 and so on')
      if (url.pathname.startsWith('/heads/')) return text('x', 410)
      return undefined
    })
    const opened = await phone.wallet.openOffer((await offered()).offerUrl)
    expect(opened.issuer.standing).to.deep.equal({ state: 'unknown', reason: 'unreachable' })
    const other = { ...settings, profileKey: createHash('sha256').update('other').digest('base64url') }
    const strange = await openPhone({ settings: other })
    await strange.wallet.refresh()
    expect((await strange.wallet.knowledge()).ledger.state).to.equal('none')
  })
})
