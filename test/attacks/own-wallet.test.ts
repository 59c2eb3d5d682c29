/** The install's own web wallet where attestations are required, its provider, and wallets that want to evade a stop. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { koreanDate } from '../../node/credential/dates.ts'
import { signJws } from '../../node/lib/jose/jws.ts'
import { fictitiousPopulation } from '../../node/residents/population/population.ts'
import { WalletError } from '../../node/web/wallet/core/errors.ts'
import { parseWalletSettings, type WalletSettings } from '../../node/web/wallet/core/settings.ts'
import { makeKey } from '../node/credential/support.ts'
import { type OperatorPage, signedIn } from '../support/operator-page.ts'
import { openPhone, type Phone, walletRefusal } from '../support/phone.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { openSite, type Site } from '../support/site.ts'
import { json, tamperedFetch } from '../support/tampered-fetch.ts'

const RESIDENT = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'node', 'credential', 'cards', 'resident.json'), 'utf8'),
)
/** The organisation of the authority, which provides the wallet. */
const OWN = 1
const NAME = 'dojang-wallet'

describe('attacks on the provider of the own wallet', function () {
  this.timeout(120_000)
  const data = scratchDirectory('own-wallet')
  let site: Site
  let settings: WalletSettings
  let first: OperatorPage
  let second: OperatorPage
  let numbers: string[]

  before(async () => {
    mkdirSync(join(data, 'cards'), { recursive: true })
    const demanding = { id: 'strong', vct: 'urn:test:strong:1', minimumKeyStorage: 'iso_18045_moderate' }
    const applications = [{ kind: 'mobile', fee: 0 }]
    writeFileSync(join(data, 'cards', 'strong.json'), JSON.stringify({ ...RESIDENT, ...demanding, applications }))
    site = await openSite({ data, walletAttestation: 'required' })
    const { residents, clock, config } = site.authority
    const people = [...fictitiousPopulation({ count: 40, seed: 'own wallet', today: koreanDate(clock()) })]
    await residents.store(people)
    numbers = people
      .filter(({ birthdate }) => birthdate < '1990')
      .map(({ personalNumber }) => personalNumber)
      .reverse()
    const { host, port } = config.wallet
    settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
    first = await signedIn(site, 'administrator')
    second = await signedIn(site, 'supervisor')
  })
  after(async () => {
    await site.close()
    rmSync(data, { recursive: true, force: true })
  })

  const now = () => site.authority.clock()
  const offer = async (of = { card: 'resident', personalNumber: numbers.pop() }) => {
    const token = { authorization: `Bearer ${site.authority.custody.operatorToken}`, host: 'localhost' }
    const { body } = await first.raw('POST', '/offers', of, token)
    return body as { offerUrl: string; txCode: string; applicationId: string }
  }
  const phone = async (fetcher?: typeof fetch): Promise<Phone> => {
    const opened = await openPhone({ settings, ...(fetcher && { fetcher }) })
    await opened.wallet.setUp()
    return opened
  }
  const redeem = async ({ wallet }: Phone, { offerUrl, txCode }: { offerUrl: string; txCode: string }) =>
    wallet.redeem(await wallet.openOffer(offerUrl), txCode)
  const receive = async ({ wallet }: Phone) => wallet.receive(await wallet.touch())
  const decide = async (act: object) => {
    const { body } = await first.send('POST', '/proposals', { reason: 'a reason', ...act })
    expect((await second.send('POST', `/proposals/${body.id}/confirm`)).status).to.equal(200)
  }
  const stop = (existing: unknown) => decide({ kind: 'stop-wallet-provider', provider: OWN, existing })
  const lift = (reinstate: boolean) => decide({ kind: 'lift-wallet-stop', provider: OWN, reinstate })
  const attest = (claims: object, key = site.authority.custody.walletProvider) => {
    const header = { typ: 'oauth-client-attestation+jwt', x5c: site.authority.custody.walletProvider.x5c }
    return signJws(header, { sub: NAME, iat: now(), exp: now() + 600, ...claims }, data => key.sign(data))
  }
  /** The provider's answers are replaced by this attestation of the wallet. */
  const withAttestation = (made: (request: string) => string): typeof fetch =>
    tamperedFetch((url, init) => {
      if (String(url) !== settings.attestations) return undefined
      const { request } = JSON.parse(String(init.body)) as { request: string }
      const { nonce } = JSON.parse(Buffer.from(String(request.split('.')[1]), 'base64url').toString())
      return nonce === undefined ? json({ attestation: made(request) }) : undefined
    })
  const keyOf = (request: string) => JSON.parse(Buffer.from(String(request.split('.')[0]), 'base64url').toString()).jwk

  it('the own wallet gets a card, whose installation names the provider and the level software', async () => {
    const own = await phone()
    const offered = await offer()
    await redeem(own, offered)
    await receive(own)
    expect(site.authority.pipeline.installationOf(offered.applicationId)).to.include({
      walletProvider: String(OWN),
      keyStorage: 'software',
    })
  })

  it('an attestation that expired, of a stranger, for another key, or with another name is refused', async () => {
    const stranger = makeKey()
    const wrong: Readonly<Record<string, (request: string) => string>> = {
      expired: request => attest({ cnf: { jwk: keyOf(request) }, exp: now() - 1 }),
      'of a stranger, with the certificate of the provider': request =>
        attest({ cnf: { jwk: keyOf(request) } }, { ...site.authority.custody.walletProvider, sign: stranger.sign }),
      'for another key': () => attest({ cnf: { jwk: makeKey().jwk } }),
      'with another client_id': request => attest({ cnf: { jwk: keyOf(request) }, sub: 'https://wallet.example' }),
    }
    for (const [what, made] of Object.entries(wrong)) {
      const { code, ...detail } = await walletRefusal(redeem(await phone(withAttestation(made)), await offer()))
      expect(code, what).to.equal(what === 'expired' ? 'WALLET_ISSUER_REFUSED' : 'WALLET_STOPPED')
      if (what === 'expired') expect(detail).to.include({ error: 'use_fresh_attestation' })
    }
  })

  it('the provider attests a key only to who holds it, now, and asks for it here', async () => {
    const { attestations: url } = settings
    const key = makeKey()
    const ask = async (payload: object, header: object = {}, sign = key.sign) => {
      const request = signJws(
        { typ: 'dojang-attestation-request+jwt', jwk: key.jwk, ...header },
        { aud: url, iat: now(), ...payload },
        sign,
      )
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(String(url), { method: 'POST', headers, body: JSON.stringify({ request }) })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    expect((await ask({})).body.attestation).to.be.a('string')
    const refused = [
      await ask({}, {}, makeKey().sign),
      await ask({ aud: site.url }),
      await ask({ iat: now() - 3600 }),
      await ask({ iat: 'now' }),
      await ask({ nonce: '' }),
      await ask({ nonce: 'n'.repeat(5000) }),
      await ask({}, { typ: 'dpop+jwt' }),
      await ask({}, { jwk: { kty: 'oct', k: 'AAAA' } }),
    ]
    for (const { status, body } of refused) {
      expect(status).to.equal(400)
      expect(body.error).to.equal('invalid_request')
    }
    for (const body of ['', '[]', '{"request":1}', '{"request":"a.b.c"}', '{"request":"x","request":"y"}']) {
      const headers = { 'content-type': 'application/json' }
      expect((await fetch(String(url), { method: 'POST', headers, body })).status, body).to.equal(400)
    }
    expect((await fetch(String(url), { method: 'POST', body: '{}' })).status).to.equal(400)
  })

  it('stopped: no card, also not with what it got before, or with the client_id of another provider', async () => {
    const [early, late, evading] = [await phone(), await phone(), await offer()]
    const [before, pending] = [await offer(), await offer()]
    await redeem(early, before)
    const old = new Map<string, string>()
    const keeping = await phone(
      tamperedFetch((url, init, real) => {
        if (String(url) !== settings.attestations) return undefined
        const { request } = JSON.parse(String(init.body)) as { request: string }
        const key = JSON.stringify(keyOf(request))
        if (old.has(key)) return json({ attestation: old.get(key) })
        return real().then(async response => {
          old.set(key, String(((await response.clone().json()) as { attestation: string }).attestation))
          return response
        })
      }),
    )
    await redeem(keeping, await offer())
    await stop('keep')
    expect((await walletRefusal(redeem(late, pending))).code, 'a pending offer').to.equal('WALLET_STOPPED')
    expect((await walletRefusal(receive(early))).code, 'a token from before').to.equal('WALLET_STOPPED')
    expect((await walletRefusal(redeem(keeping, pending))).code, 'an attestation from before').to.equal(
      'WALLET_STOPPED',
    )
    const asOther = withAttestation(request => attest({ cnf: { jwk: keyOf(request) }, sub: 'https://wallet.example' }))
    const renamed = await openPhone({ settings: { ...settings, name: 'https://wallet.example' }, fetcher: asOther })
    await renamed.wallet.setUp()
    expect((await walletRefusal(redeem(renamed, evading))).code, 'as another').to.equal('WALLET_STOPPED')
    expect((await first.send('GET', '/wallet-providers')).body.providers[0]).to.include({
      id: OWN,
      admitted: true,
      issuing: false,
    })
    await lift(false)
    await redeem(late, pending)
    expect((await receive(late)).status?.word, 'the same offer afterwards').to.equal('VALID')
  })

  it('a card that demands better key storage is given to no weaker key, whatever the wallet believes', async () => {
    const strict = { card: 'strong', personalNumber: numbers.pop() }
    const own = await phone()
    const refused = await walletRefusal(own.wallet.openOffer((await offer(strict)).offerUrl))
    expect(refused, 'by the wallet, before the code is used').to.deep.equal({
      code: 'WALLET_OFFER_INVALID',
      reason: 'unsupported_card',
    })
    for (const [level, outcome] of [
      [undefined, 'invalid_proof'],
      [['iso_18045_basic'], 'invalid_proof'],
      [['made-up', 'software'], 'invalid_proof'],
      [['iso_18045_moderate'], 'issued'],
    ] as const) {
      // The metadata do not say what the card demands, and the provider attests this level.
      const misled = await phone(
        tamperedFetch((url, init, real) => {
          if (url.pathname.endsWith('/openid-credential-issuer')) {
            return real().then(async response => {
              const text = (await response.text()).replaceAll(/"key_storage":\[[^\]]*\]/g, '')
              return json(JSON.parse(text))
            })
          }
          if (String(url) !== settings.attestations) return undefined
          const { request } = JSON.parse(String(init.body)) as { request: string }
          const { nonce } = JSON.parse(Buffer.from(String(request.split('.')[1]), 'base64url').toString())
          if (nonce === undefined) return undefined
          const { walletProvider } = site.authority.custody
          const payload = { iat: now(), exp: now() + 60, nonce, attested_keys: [keyOf(request)], key_storage: level }
          const header = { typ: 'key-attestation+jwt', x5c: walletProvider.x5c }
          return json({ attestation: signJws(header, payload, data => walletProvider.sign(data)) })
        }),
      )
      await redeem(misled, await offer({ ...strict, personalNumber: numbers.pop() }))
      const found = await receive(misled).then(
        () => 'issued',
        error => (error instanceof WalletError && 'error' in error.detail ? error.detail.error : String(error)),
      )
      expect(found, String(level)).to.equal(outcome)
    }
  })
})
