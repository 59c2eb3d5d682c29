import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { secretOf } from '../../../../node/issuer/online/client-authentication.ts'
import { OnlineError } from '../../../../node/issuer/online/errors.ts'
import { IdentityProvider } from '../../../../node/issuer/online/identity-provider.ts'
import { HIGH, settingFor } from '../../../support/identity-provider/identity-provider.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { NOW } from '../../credential/support.ts'

const ISSUER = 'https://login.example'
const SECRETS = { state: 'state', nonce: 'nonce', codeVerifier: 'v'.repeat(43) }

/** The real one is in test/e2e/online.test.ts; here are providers of other kinds. */
describe('online application: an identity provider', () => {
  const directory = scratchDirectory('identity-provider')
  const secretFile = join(directory, 'secret')
  writeFileSync(secretFile, 'the secret', { mode: 0o600 })
  after(() => rmSync(directory, { recursive: true, force: true }))

  const asked: { url: string; authorization: string | null; body: string }[] = []
  const warned: object[] = []
  let now = NOW
  beforeEach(() => {
    asked.length = 0
    warned.length = 0
  })

  const open = (metadata: object, token: () => Response = () => new Response(null, { status: 500 })) =>
    new IdentityProvider({
      setting: settingFor(ISSUER),
      redirectUri: 'https://id.example/apply/callback',
      authentication: secretOf(secretFile),
      clock: () => now,
      warn: facts => void warned.push(facts),
      fetch: async (url, init) => {
        asked.push({
          url,
          authorization: new Headers(init.headers).get('authorization'),
          body: String(init.body ?? ''),
        })
        if (url.endsWith('/token')) return token()
        return Response.json({
          ...{ issuer: ISSUER, authorization_endpoint: `${ISSUER}/authorize`, token_endpoint: `${ISSUER}/token` },
          ...metadata,
        })
      },
    })
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.catch(found => found)
    return error instanceof OnlineError ? error.detail : error
  }
  const answer = new URLSearchParams({ code: 'code', state: SECRETS.state })

  it('without an endpoint for pushed requests gets the request in the URL, with everything that is demanded', async () => {
    const { origin, searchParams } = new URL(await open({}).begin(SECRETS))
    expect(origin).to.equal(ISSUER)
    expect(Object.fromEntries(searchParams)).to.deep.equal({
      client_id: 'dojang-test',
      redirect_uri: 'https://id.example/apply/callback',
      response_type: 'code',
      scope: 'openid profile number',
      state: SECRETS.state,
      nonce: SECRETS.nonce,
      code_challenge: createHash('sha256').update(SECRETS.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
      acr_values: HIGH,
      max_age: '300',
      prompt: 'login',
    })
  })

  it('that supports the parameter `claims` is asked for the level of assurance and the identifier as essential', async () => {
    const url = new URL(await open({ claims_parameter_supported: true }).begin(SECRETS))
    expect(JSON.parse(url.searchParams.get('claims') ?? '').id_token).to.deep.include({
      acr: { essential: true, values: [HIGH] },
      personal_number: { essential: true },
    })
  })

  it('gets the client secret in a header, or in the body if it supports no other way', async () => {
    for (const [methods, inHeader] of [
      [undefined, true],
      [['client_secret_post'], false],
      [['client_secret_post', 'client_secret_basic'], true],
    ] as const) {
      asked.length = 0
      await refusal(open({ token_endpoint_auth_methods_supported: methods }).finish(answer, SECRETS))
      const { authorization, body } = asked.at(-1) ?? { authorization: null, body: '' }
      expect(authorization !== null).to.equal(inHeader)
      expect(body.includes('client_secret=the')).to.equal(!inHeader)
      expect(body).to.include(`code_verifier=${SECRETS.codeVerifier}`)
    }
  })

  it('is asked for its metadata again after ten minutes, and at once after a failure', async () => {
    const provider = open({})
    await provider.begin(SECRETS)
    await provider.begin(SECRETS)
    expect(asked).to.have.length(1)
    now += 600
    await provider.begin(SECRETS)
    expect(asked).to.have.length(2)
    const failing = open({ issuer: 'https://evil.example' })
    for (const requests of [3, 4]) {
      expect(await refusal(failing.begin(SECRETS))).to.include({ code: 'ONLINE_ANSWER_INVALID', check: 'issuer' })
      expect(asked).to.have.length(requests)
    }
  })

  it('gets no code for an answer with another state, without `iss` where it is promised, or with an error', async () => {
    const provider = open({ authorization_response_iss_parameter_supported: true })
    const invalid = { code: 'ONLINE_ANSWER_INVALID' }
    expect(await refusal(provider.finish(answer, SECRETS))).to.include(invalid)
    const other = new URLSearchParams({ ...Object.fromEntries(answer), state: 'other', iss: ISSUER })
    expect(await refusal(provider.finish(other, SECRETS))).to.include(invalid)
    const denied = new URLSearchParams({ error: 'access_denied', state: SECRETS.state, iss: ISSUER })
    const detail = { code: 'ONLINE_SIGN_IN_DENIED', error: 'access_denied' }
    expect(await refusal(provider.finish(denied, SECRETS))).to.deep.equal(detail)
    expect(asked.filter(({ url }) => url.endsWith('/token'))).to.have.length(0)
  })

  it('that answers with nonsense is logged without it', async () => {
    const secret = 'a name in an answer'
    for (const [body, status] of [
      [secret, 200],
      [`{"error":"${secret}"}`, 400],
      [`{"access_token":"${secret}","token_type":"bearer"}`, 200],
      [`{"access_token":"x","token_type":"bearer","id_token":"${secret}"}`, 200],
    ] as const) {
      const headers = { 'content-type': 'application/json' }
      const refused = await refusal(open({}, () => new Response(body, { status, headers })).finish(answer, SECRETS))
      expect(refused, body).to.include({ code: 'ONLINE_ANSWER_INVALID' })
      expect(JSON.stringify([refused, warned])).not.to.include(secret)
    }
    expect(warned).to.have.length(4)
  })
})
