/** Askers that want more of a card than they may have, and servers on the way that change what they ask. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { decryptJwe } from '../../node/lib/jose/jwe.ts'
import { signJws } from '../../node/lib/jose/jws.ts'
import { DAY, MINUTE, systemClock } from '../../node/lib/time.ts'
import { requestMessage } from '../../node/verifier/in-person/two-way.ts'
import { makeResponseKey } from '../../node/verifier/oid4vp/response/key.ts'
import { presetById } from '../../node/verifier/presets/all.ts'
import type { Preset } from '../../node/verifier/presets/preset.ts'
import { requestPolicyOf } from '../../node/verifier/presets/request-policy.ts'
import { parseWalletSettings, type WalletSettings } from '../../node/web/wallet/core/settings.ts'
import type { CardRequest } from '../../node/web/wallet/core/wallet.ts'
import { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { offer } from '../e2e/support/steps.ts'
import { openPhone, type Phone, walletRefusal } from '../support/phone.ts'
import { json, tamperedFetch, text } from '../support/tampered-fetch.ts'
import { random } from '../support/world.ts'

const SHOP = 'https://shop.example'
const [holder] = people(2)
const age = presetById('age') as Preset
const VCT = 'urn:dojang:kr:resident:1'
const HARMLESS = [['age_equal_or_over', '19']]
const IDENTIFYING = [['family_name'], ['address']]

interface Asker {
  readonly signer: SoftwareSigner
  readonly x5c: readonly string[]
}

describe('attack: hostile verifiers, on the wallet', function () {
  this.timeout(60_000)
  let node: TestNode
  let settings: WalletSettings
  let holderPhone: Phone
  let registered: Asker
  let stranger: Asker
  let answered: string[]

  before(async function () {
    this.timeout(120_000)
    node = await TestNode.start()
    await node.import(csvOf(people(2)))
    const { host, port } = node.config.wallet
    settings = parseWalletSettings(await (await fetch(`http://${host}:${port}/wallet/settings.json`)).text())
    holderPhone = await openPhone({ settings })
    const { wallet } = holderPhone
    await wallet.setUp()
    const { offerUrl, txCode } = await offer(node, 'resident', holder?.personalNumber as string)
    await wallet.redeem(await wallet.openOffer(offerUrl), txCode)
    await wallet.receive(await wallet.touch())
    const file = (name: string) => readFileSync(join(node.data, 'keys', name), 'utf8')
    registered = { signer: new SoftwareSigner(file('request.pem')), x5c: [toX5c(file('request.crt'))] }
    stranger = await certified(SHOP)
  })
  after(() => node?.dispose())
  beforeEach(() => {
    answered = []
  })

  async function certified(url: string, notAfter = systemClock() + DAY): Promise<Asker> {
    const [ca, signer] = [new SoftwareSigner(makeP256Pem()), new SoftwareSigner(makeP256Pem())]
    const root = await makeRootCertificate(ca, 'root', notAfter - 9 * DAY, random)
    const subject = { commonName: 'shop', url, notBefore: notAfter - 2 * DAY, notAfter }
    return { signer, x5c: [toX5c(await makeLeafCertificate(ca, root, signer, subject, random))] }
  }

  const responseKey = makeResponseKey(random)
  const clientIdOf = ({ x5c }: Asker) =>
    `x509_hash:${createHash('sha256')
      .update(Buffer.from(x5c[0] ?? '', 'base64'))
      .digest('base64url')}`
  async function requestOf(asker: Asker, paths: readonly (readonly string[])[], change: Record<string, unknown> = {}) {
    const { kid, jwk } = await responseKey
    const { d: _, ...publicKey } = jwk
    const now = systemClock()
    const payload = {
      aud: 'https://self-issued.me/v2',
      client_id: clientIdOf(asker),
      response_type: 'vp_token',
      response_mode: 'direct_post.jwt',
      response_uri: `${SHOP}/response`,
      nonce: randomBytes(16).toString('base64url'),
      state: 'a-state',
      dcql_query: {
        credentials: [
          { id: 'id', format: 'dc+sd-jwt', meta: { vct_values: [VCT] }, claims: paths.map(path => ({ path })) },
        ],
      },
      client_metadata: { jwks: { keys: [{ ...publicKey, kid, use: 'enc', alg: 'ECDH-ES' }] } },
      iat: now,
      exp: now + 5 * MINUTE,
      ...change,
    }
    return signJws({ typ: 'oauth-authz-req+jwt', x5c: asker.x5c }, payload, data => asker.signer.sign(data))
  }
  const linkTo = (asker: Asker, method = 'get') =>
    `openid4vp://?${new URLSearchParams({
      client_id: clientIdOf(asker),
      request_uri: `${SHOP}/request`,
      request_uri_method: method,
    })}`

  /** The phone with a shop that serves this request and takes this answer. */
  async function phoneAt(request: string, reply: () => Promise<Response> = () => json({})): Promise<Phone> {
    const { store, passkey } = holderPhone
    const fetcher = tamperedFetch((url, init) => {
      if (url.origin !== SHOP) return undefined
      if (url.pathname === '/request') return text(request)
      answered.push(String(init.body))
      return reply()
    })
    return openPhone({ settings, store, passkey, fetcher })
  }
  const opened = async (asker: Asker, paths: readonly (readonly string[])[], change: Record<string, unknown> = {}) => {
    const { wallet } = await phoneAt(await requestOf(asker, paths, change))
    return { wallet, request: await wallet.openRequest(linkTo(asker)) }
  }
  const theCard = async () => ((await holderPhone.wallet.cards())[0] as { id: string }).id
  const choice = async (beyondAgreed = false) => ({ cards: new Map([['id', await theCard()]]), beyondAgreed })
  const partOf = ({ groups }: CardRequest) => groups[0]?.options[0]?.parts[0]
  /** What the shop reads in the answer. */
  const disclosures = async () => {
    const jwe = new URLSearchParams(answered[0]).get('response') ?? ''
    const { kid, jwk } = await responseKey
    const privateKey = { ...jwk, alg: 'ECDH-ES' }
    const plain = await decryptJwe(jwe, { kid, privateKey, methods: ['A128GCM', 'A256GCM'], maxLength: 100_000 })
    const { vp_token, state } = JSON.parse(Buffer.from(plain).toString())
    expect(state).to.equal('a-state')
    const parts = (vp_token.id[0] as string).split('~').slice(1, -1)
    return parts.map(each => JSON.parse(Buffer.from(each, 'base64url').toString())[1] as string)
  }

  it('an asker that is not registered gets no claim that identifies the holder', async () => {
    const { wallet, request } = await opened(stranger, [...HARMLESS, ...IDENTIFYING])
    expect(request.asker.registration).to.deep.equal({ state: 'unregistered', reason: 'no_policy' })
    expect(request.answerable).to.equal(false)
    expect(partOf(request)).to.deep.include({ lack: 'withheld', candidates: [] })
    const refusal = await walletRefusal(wallet.answer(request, await choice(true), await wallet.touch()))
    expect(refusal).to.deep.equal({ code: 'WALLET_ASKER_UNREGISTERED' })
    expect(answered).to.deep.equal([])
  })

  it('an asker that is not registered learns that the holder is 19, and nothing more', async () => {
    const { wallet, request } = await opened(stranger, HARMLESS)
    await wallet.answer(request, await choice(), await wallet.touch())
    expect(await disclosures()).to.deep.equal(['19'])
  })

  it('is offered a smaller set of claims, and gets that one', async () => {
    const claims = [
      { id: 'name', path: ['family_name'] },
      { id: 'age', path: ['age_equal_or_over', '19'] },
    ]
    const credential = {
      id: 'id',
      format: 'dc+sd-jwt',
      meta: { vct_values: [VCT] },
      claims,
      claim_sets: [['name'], ['age']],
    }
    const { wallet, request } = await opened(stranger, [], { dcql_query: { credentials: [credential] } })
    await wallet.answer(request, await choice(), await wallet.touch())
    expect(await disclosures()).to.deep.equal(['19'])
  })

  it('whoever repeats the policy of another is not registered', async () => {
    const verifier_info = [{ format: 'dojang-request-policy', data: requestPolicyOf(age) }]
    const { request } = await opened(stranger, IDENTIFYING, { verifier_info })
    expect(request.asker.registration).to.include({ state: 'unregistered', reason: 'key_unknown' })
    expect(request.answerable).to.equal(false)
  })

  it('a registered asker with a policy that nobody granted is not registered', async () => {
    const data = requestPolicyOf({ ...age, purpose: { ko: '무엇이든', en: 'Anything' } })
    const verifier_info = [{ format: 'dojang-request-policy', data }]
    const { request } = await opened(registered, IDENTIFYING, { verifier_info, response_uri: `${node.url}/response` })
    expect(request.asker.registration).to.include({ state: 'unregistered', reason: 'grant_missing' })
  })

  it('what a registered asker asks beyond its registration is marked, and given only if the holder agrees', async () => {
    const verifier_info = [{ format: 'dojang-request-policy', data: requestPolicyOf(age) }]
    const { wallet, request } = await opened(registered, [...HARMLESS, ['address']], { verifier_info })
    expect(request.asker.registration.state).to.equal('registered')
    const claims = partOf(request)?.candidates[0]?.claims ?? []
    expect(claims.map(({ path, beyond }) => [path[0], beyond])).to.deep.equal([
      ['age_equal_or_over', false],
      ['address', true],
    ])
    expect(await walletRefusal(wallet.answer(request, await choice(), await wallet.touch()))).to.deep.equal({
      code: 'WALLET_BEYOND_REGISTRATION',
    })
    expect(answered).to.deep.equal([])
    await wallet.answer(request, await choice(true), await wallet.touch())
    expect((await disclosures()).sort()).to.include.members(['19', 'address'])
    const shared = (await wallet.history()).find(({ act }) => act === 'shared')
    expect(shared?.cards[0]?.claims.find(({ path }) => path[0] === 'address')?.beyond).to.equal(true)
  })

  it('an answer to a stranger goes nowhere but to the host in its certificate', async () => {
    const { wallet } = await phoneAt(
      await requestOf(stranger, HARMLESS, { response_uri: 'https://collector.example/' }),
    )
    expect(await walletRefusal(wallet.openRequest(linkTo(stranger)))).to.deep.equal({
      code: 'WALLET_REQUEST_INVALID',
      reason: 'response_uri',
    })
  })

  it('a stranger with a certificate whose term is over is refused', async () => {
    const old = await certified(SHOP, systemClock() - DAY)
    const { wallet } = await phoneAt(await requestOf(old, HARMLESS))
    expect(await walletRefusal(wallet.openRequest(linkTo(old)))).to.deep.equal({
      code: 'WALLET_REQUEST_INVALID',
      reason: 'certificate',
    })
  })

  const wrong: Record<string, [object, Record<string, unknown>]> = {
    'for another audience': [{ code: 'WALLET_REQUEST_INVALID', reason: 'audience' }, { aud: 'https://evil.example' }],
    'that is over': [{ code: 'WALLET_REQUEST_EXPIRED' }, { exp: 1_700_000_000 }],
    'from the future': [{ code: 'WALLET_CLOCK', ahead: false }, { iat: 4_000_000_000 }],
    'of another client': [
      { code: 'WALLET_REQUEST_INVALID', reason: 'client_id' },
      { client_id: 'x509_san_dns:bank.example' },
    ],
    'without encryption of the answer': [
      { code: 'WALLET_REQUEST_UNSUPPORTED', reason: 'unsupported' },
      { response_mode: 'direct_post' },
    ],
    'with transaction data': [
      { code: 'WALLET_REQUEST_UNSUPPORTED', reason: 'transaction_data' },
      { transaction_data: ['e30'] },
    ],
  }
  for (const [what, [refusal, change]] of Object.entries(wrong)) {
    it(`a request ${what} is refused`, async () => {
      const { wallet } = await phoneAt(await requestOf(stranger, HARMLESS, change))
      expect(await walletRefusal(wallet.openRequest(linkTo(stranger)))).to.deep.equal(refusal)
    })
  }

  it('a request that was made for another wallet is refused', async () => {
    const { wallet } = await phoneAt(await requestOf(stranger, HARMLESS, { wallet_nonce: 'of another' }))
    expect(await walletRefusal(wallet.openRequest(linkTo(stranger, 'post')))).to.deep.equal({
      code: 'WALLET_REQUEST_INVALID',
      reason: 'wallet_nonce',
    })
  })

  it('a request beyond all measure, and one that is not signed, are refused', async () => {
    const long = await phoneAt('x'.repeat(100_000))
    expect(await walletRefusal(long.wallet.openRequest(linkTo(stranger)))).to.include({ code: 'WALLET_ANSWER_INVALID' })
    const [header, payload] = (await requestOf(stranger, HARMLESS)).split('.')
    const unsigned = await phoneAt(`${header}.${payload}.`)
    expect(await walletRefusal(unsigned.wallet.openRequest(linkTo(stranger)))).to.deep.equal({
      code: 'WALLET_REQUEST_INVALID',
      reason: 'signature',
    })
  })

  it('a link with a request in it, or without https, is refused', async () => {
    const { wallet } = await phoneAt('')
    const byValue = new URLSearchParams({
      client_id: clientIdOf(stranger),
      request: await requestOf(stranger, HARMLESS),
    })
    for (const link of [`openid4vp://?${byValue}`, 'openid4vp://', `${linkTo(stranger)}&client_id=x`, 'x', '']) {
      expect(await walletRefusal(wallet.openRequest(link))).to.deep.equal({
        code: 'WALLET_REQUEST_INVALID',
        reason: 'not_a_request',
      })
    }
    const plain = linkTo(stranger).replace('https', 'http')
    expect(await walletRefusal(wallet.openRequest(plain))).to.include({ reason: 'insecure_url' })
  })

  it('a request is answered once, and a touch serves one answer', async () => {
    const { wallet, request } = await opened(stranger, HARMLESS)
    const touch = await wallet.touch()
    await wallet.answer(request, await choice(), touch)
    expect(await walletRefusal(wallet.answer(request, await choice(), await wallet.touch()))).to.deep.equal({
      code: 'WALLET_REQUEST_EXPIRED',
    })
    const again = await opened(stranger, HARMLESS)
    expect(await walletRefusal(again.wallet.answer(again.request, await choice(), touch))).to.deep.equal({
      code: 'WALLET_TOUCH_SPENT',
    })
    expect(answered).to.have.length(1)
  })

  it('a choice of other cards, or of more than is asked, is refused', async () => {
    const { wallet, request } = await opened(stranger, HARMLESS)
    const id = await theCard()
    for (const cards of [
      [],
      [['id', 'another']],
      [
        ['id', id],
        ['more', id],
      ],
      [['__proto__', id]],
    ] as [string, string][][]) {
      const refusal = await walletRefusal(wallet.answer(request, { cards: new Map(cards) }, await wallet.touch()))
      expect(refusal, JSON.stringify(cards)).to.deep.equal({ code: 'WALLET_CHOICE_INVALID' })
    }
  })

  it('a way back that is a script is not followed', async () => {
    for (const [uri, followed] of [
      ['javascript:alert(1)', null],
      ['http://shop.example/', null],
      ['https://shop.example/done#response_code=1', 'https://shop.example/done#response_code=1'],
    ] as const) {
      const { wallet } = await phoneAt(await requestOf(stranger, HARMLESS), () => json({ redirect_uri: uri }))
      const request = await wallet.openRequest(linkTo(stranger))
      expect(await wallet.answer(request, await choice(), await wallet.touch())).to.deep.equal({
        redirectUri: followed,
      })
    }
  })

  it('an asker that refuses the answer is named, and the history has it', async () => {
    const { wallet } = await phoneAt(await requestOf(stranger, HARMLESS), () => json({ error: 'no' }, 400))
    const request = await wallet.openRequest(linkTo(stranger))
    const before = (await wallet.history()).length
    expect(await walletRefusal(wallet.answer(request, await choice(), await wallet.touch()))).to.deep.equal({
      code: 'WALLET_ASKER_REFUSED',
      status: 400,
    })
    expect(await wallet.history()).to.have.length(before + 1)
  })

  it('a screen that shows rubbish, or a request without a registration, gets nothing that identifies', async () => {
    const { wallet } = holderPhone
    for (const bytes of [new Uint8Array(), Uint8Array.of(1, 2, 3), Uint8Array.of(2), new Uint8Array(20_000)]) {
      expect(await walletRefusal(wallet.openShownRequest(bytes))).to.include({ code: 'WALLET_REQUEST_INVALID' })
    }
    const shown = await requestMessage(await requestOf(stranger, IDENTIFYING, { response_uri: undefined }))
    const request = await wallet.openShownRequest(shown)
    expect(request.answerable).to.equal(false)
    const refusal = await walletRefusal(wallet.answerShown(request, await choice(true), await wallet.touch()))
    expect(refusal).to.deep.equal({ code: 'WALLET_ASKER_UNREGISTERED' })
  })
})
