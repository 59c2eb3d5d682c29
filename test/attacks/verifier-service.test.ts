/** Attacks on a verifier's API: by holders of other keys, by other browsers, by wallets that answer more than once. */
import { expect } from 'chai'
import { parseJws } from '../../node/lib/jose/jws.ts'
import { API_SCOPES } from '../../node/verifier/service/api-keys.ts'
import { serveMemoryVerifier } from '../node/http/verifier/support.ts'
import { keyOf } from '../node/verifier/support.ts'
import { presetNamed } from '../support/presets.ts'

/** Each route, its scope, and a body that would do. */
const ROUTES = [
  ['POST', '/verifier/requests', 'requests:create', { preset: 'bank' }],
  ['GET', `/verifier/requests/${'A'.repeat(22)}`, 'requests:read', undefined],
  [
    'POST',
    `/verifier/requests/${'A'.repeat(22)}/redeem`,
    'requests:read',
    { response_code: 'x', attempt: 'attempt-1' },
  ],
  ['GET', '/verifier/presets', 'requests:create', undefined],
  ['GET', '/verifier/records', 'records:read', undefined],
] as const

const REDIRECT = { device: 'same', redirectUri: 'https://shop.example/done' }

describe('attacks: the API of a verifier', () => {
  let site: Awaited<ReturnType<typeof serveMemoryVerifier>>
  let key: string

  before(async () => {
    site = await serveMemoryVerifier()
    key = await site.key(API_SCOPES)
  })
  after(() => site.close())

  const made = async (more: object = {}, by = key): Promise<string> => {
    const { status, body } = await site.call('POST', '/verifier/requests', by, { preset: 'bank', ...more })
    expect(status, JSON.stringify(body)).to.equal(201)
    return body.id
  }
  const result = (id: string, by = key) => site.call('GET', `/verifier/requests/${id}`, by)
  const redeem = (id: string, code: string, attempt: string, by = key) =>
    site.call('POST', `/verifier/requests/${id}/redeem`, by, { response_code: code, attempt })
  /** A request on the same device, answered; and the code with which the wallet sends the browser back. */
  const redirected = async () => {
    const id = await made(REDIRECT)
    const { body } = await site.post(id, await site.formFor(id))
    return { id, code: String(body.redirect_uri.split('#response_code=')[1]) }
  }
  const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => `${status} ${body.code}`

  describe('the routes', () => {
    it('are those of the document, and this table has each of them', async () => {
      const { body } = await site.call('GET', '/verifier/openapi.json')
      const documented = Object.entries(body.paths as Record<string, Record<string, { 'x-scope': string | null }>>)
        .flatMap(([path, methods]) => Object.entries(methods).map(([method, one]) => [method, path, one['x-scope']]))
        .filter(([, path]) => path !== '/openapi.json')
      const here = ROUTES.map(([method, path, scope]) => {
        const named = path.replace('/verifier', '').replace('A'.repeat(22), '{id}')
        return [method.toLowerCase(), named, scope]
      })
      expect(documented.map(String).sort()).to.deep.equal(here.map(String).sort())
    })

    for (const scope of API_SCOPES) {
      it(`are open to a key with the scope ${scope} only where it is the scope`, async () => {
        const own = await site.key([scope])
        for (const [method, path, needed, body] of ROUTES) {
          const answer = await site.call(method, path, own, body)
          if (needed === scope) expect(answer.status, path).to.not.be.oneOf([401, 403])
          else expect(codeOf(answer), path).to.equal('403 HTTP_FORBIDDEN')
        }
      })
    }

    it('are closed without a key, with a wrong, a shortened or an ended one', async () => {
      const other = await site.key(API_SCOPES)
      await site.apiKeys.end(other.split('.')[0] ?? '', 'test')
      const wrong = `${key.split('.')[0]}.${'A'.repeat(43)}`
      for (const given of [undefined, wrong, key.slice(0, -1), `${key}A`, key.split('.')[0], other]) {
        for (const [method, path, , body] of [...ROUTES, ['GET', '/verifier/nothing', null, undefined] as const]) {
          expect(codeOf(await site.call(method, path, given, body)), path).to.equal('401 HTTP_UNAUTHENTICATED')
        }
      }
    })
  })

  describe('a result', () => {
    it('is read by the key that asked, as often as it likes, and by no other; the claims once', async () => {
      const other = await site.key(API_SCOPES)
      const id = await made()
      expect((await site.post(id, await site.formFor(id))).status).to.equal(200)
      expect(codeOf(await result(id, other))).to.equal('404 VERIFIER_SESSION_UNKNOWN')
      expect((await site.call('GET', `/verifier/requests/${id}`)).status).to.equal(401)
      // Neither by the operators of the node.
      const operator = await site.presentations.awaitVerdict(id, 0).catch(error => error.code)
      expect(operator).to.equal('VERIFIER_SESSION_UNKNOWN')
      const first = await result(id)
      expect(keyOf(first.body.verdict)).to.equal('valid')
      expect(first.body.disclosed[0].claims).to.have.property('family_name')
      expect((await result(id)).body).to.deep.equal({ ...first.body, disclosed: null })
    })

    it('is not read with the id alone if the wallet redirected the browser', async () => {
      const { id } = await redirected()
      expect(codeOf(await result(id))).to.equal('403 VERIFIER_RESPONSE_CODE')
      expect(codeOf(await redeem(id, 'guessed', 'attempt-1'))).to.equal('403 VERIFIER_RESPONSE_CODE')
    })

    it('is not read with the code of another request, or by another key', async () => {
      const [one, two] = [await redirected(), await redirected()]
      expect(codeOf(await redeem(one.id, two.code, 'attempt-1'))).to.equal('403 VERIFIER_RESPONSE_CODE')
      const other = await site.key(API_SCOPES)
      expect(codeOf(await redeem(one.id, one.code, 'attempt-1', other))).to.equal('404 VERIFIER_SESSION_UNKNOWN')
    })

    it('is exchanged for a code once; the same attempt gets the same answer, another one nothing', async () => {
      const { id, code } = await redirected()
      const first = await redeem(id, code, 'attempt-1')
      expect(keyOf(first.body.verdict)).to.equal('valid')
      expect((await redeem(id, code, 'attempt-1')).body).to.deep.equal({ ...first.body, disclosed: null })
      expect(codeOf(await redeem(id, code, 'attempt-2'))).to.equal('409 VERIFIER_CODE_USED')
    })

    it('is exchanged for one of twenty attempts at once', async () => {
      const { id, code } = await redirected()
      const all = await Promise.all(Array.from({ length: 20 }, (_, i) => redeem(id, code, `attempt-${i}`)))
      expect(all.filter(({ status }) => status === 200)).to.have.length(1)
      expect(all.filter(answer => codeOf(answer) === '409 VERIFIER_CODE_USED')).to.have.length(19)
    })
  })

  describe('an answer', () => {
    it('counts once, of twenty at once', async () => {
      const id = await made()
      const forms = await Promise.all(Array.from({ length: 20 }, () => site.formFor(id)))
      const all = await Promise.all(forms.map(form => site.post(id, form)))
      expect(all.filter(({ status }) => status === 200)).to.have.length(1)
      expect(all.filter(answer => codeOf(answer) === '409 VERIFIER_ALREADY_ANSWERED')).to.have.length(19)
      expect(keyOf((await result(id)).body.verdict)).to.equal('valid')
    })

    it('that is not encrypted is refused, and the request stays open', async () => {
      const id = await made()
      const { state } = await site.requestOf(id)
      const plain = { vp_token: JSON.stringify({ resident: ['x'] }), state }
      expect(codeOf(await site.post(id, plain))).to.equal('400 VERIFIER_RESPONSE_INVALID')
      expect((await result(id)).body).to.deep.equal({ state: 'pending' })
      expect((await site.post(id, await site.formFor(id))).status).to.equal(200)
    })

    it('after an error answer changes nothing, and the other way round', async () => {
      const id = await made()
      const form = await site.formFor(id)
      const declined = { error: 'access_denied', state: (await site.requestOf(id)).state }
      expect((await site.post(id, declined)).status).to.equal(200)
      expect(codeOf(await site.post(id, form))).to.equal('409 VERIFIER_ALREADY_ANSWERED')
      expect(keyOf((await result(id)).body.verdict)).to.equal('retry/declined')

      const other = await made()
      const { state } = await site.requestOf(other)
      expect((await site.post(other, await site.formFor(other))).status).to.equal(200)
      const late = await site.post(other, { error: 'access_denied', state })
      expect(codeOf(late)).to.equal('409 VERIFIER_ALREADY_ANSWERED')
      expect(keyOf((await result(other)).body.verdict)).to.equal('valid')
    })

    it('that is still being judged when the time is over does not change a verdict that was read', async () => {
      const id = await made()
      const form = await site.formFor(id)
      site.time.now += 299
      const answered = site.post(id, form)
      site.time.now += 2
      const [{ body }] = await Promise.all([result(id), answered])
      expect((await result(id)).body.verdict).to.deep.equal(body.verdict)
    })
  })

  describe('a preset of the caller’s own', () => {
    const own = { ...presetNamed('age'), id: 'own', name: { ko: '자판기', en: 'Vending machine' } }

    it('is asked for as it is, and stays with its request', async () => {
      const id = await made({ preset: own })
      expect(JSON.stringify((await site.requestOf(id)) as object)).to.include('Vending machine')
      expect((await site.post(id, await site.formFor(id))).status).to.equal(200)
      expect(keyOf((await result(id)).body.verdict)).to.equal('valid')
    })

    it('is refused if it asks for what its members forbid, or is no preset', async () => {
      const wrong = { ...presetNamed('bank'), anchor: 'if_distrusted' }
      for (const preset of [wrong, { id: 'own' }, { ...own, extra: 1 }]) {
        const answer = await site.call('POST', '/verifier/requests', key, { preset })
        expect(answer.status, JSON.stringify(answer.body)).to.equal(400)
        expect(answer.body.code).to.equal('VERIFIER_PRESET_INVALID')
      }
      const unknown = await site.call('POST', '/verifier/requests', key, { preset: 'tostring' })
      expect(codeOf(unknown)).to.equal('404 VERIFIER_PRESET_UNKNOWN')
    })
  })

  describe('a record of a check', () => {
    it('is signed, numbered without a gap, only of presets that demand one, and has no claim', async () => {
      const before = (await site.call('GET', '/verifier/records?limit=1000', key)).body
      const [bank, web] = [await made(), await made({ preset: 'website' })]
      for (const id of [bank, web]) await site.post(id, await site.formFor(id))
      const { body } = await site.call('GET', `/verifier/records?from=${before.next}`, key)
      expect(body.records).to.have.length(1)
      const { payload } = parseJws(body.records[0], { typ: 'dojang-check-record+jwt', numbers: 'any' })
      expect(payload).to.include({ number: before.next, request: bank, preset: 'bank', outcome: 'valid', reason: null })
      for (const value of ['홍', '길동', '2006-02-28']) expect(JSON.stringify(payload)).not.to.include(value)
    })
  })

  it('logs no key, code or claim', async () => {
    const { id, code } = await redirected()
    await redeem(id, code, 'attempt-9')
    for (const needle of [key.split('.')[1] ?? '', code, id, '길동']) expect(site.logged()).not.to.include(needle)
  })
})
