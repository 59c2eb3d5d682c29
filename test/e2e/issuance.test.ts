/** OpenID4VCI with an independent library: both flows, and the exact error codes of refusals. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Oauth2ClientErrorResponseError } from '@openid4vc/oauth2'
import { Openid4vciRetrieveCredentialsError } from '@openid4vc/openid4vci'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { check, finding, issue, offer } from './support/steps.ts'
import { ask, freshNonce, type IssuanceSession, prove, redeemAuthorized } from './wallet/accept.ts'
import { signIn } from './wallet/browser.ts'
import { makeKey, type PrivateJwk, publicOf, signJwt } from './wallet/keys.ts'
import { Wallet } from './wallet/wallet.ts'

const LONG = process.env.DOJANG_TEST_LONG === '1'
const residents = people(30)
const [holder] = residents as [(typeof residents)[0]]
const number = holder.personalNumber
const unentitled = residents.find(({ licence, veteran }) => licence === null && veteran === null)

/** The `error` that the wallet was answered with. */
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof Oauth2ClientErrorResponseError) return error.errorResponse.error
    if (error instanceof Openid4vciRetrieveCredentialsError) {
      return String(error.response.credentialErrorResponseResult?.data?.error)
    }
    throw error
  }
  return 'not refused'
}

const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

describe('e2e: issuance', function () {
  this.timeout(60_000)
  let node: TestNode
  let aside: string
  let wallet: Wallet
  before(async function () {
    this.timeout(120_000)
    aside = scratchDirectory('e2e-aside')
    wallet = new Wallet(join(aside, 'wallet'))
    node = await TestNode.start()
    await node.import(csvOf(residents))
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const session = async (): Promise<IssuanceSession> => {
    const { offerUrl, txCode } = await offer(node, 'resident', number)
    return await wallet.redeem(offerUrl, txCode)
  }
  /** A proof like the wallet's own, except for what is changed. */
  const proofWith = async (one: IssuanceSession, changed: { header?: object; payload?: object; key?: PrivateJwk }) => {
    const header = { alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: publicOf(one.key), ...changed.header }
    const payload = {
      aud: one.issuer,
      iat: Math.floor(Date.now() / 1000),
      nonce: await freshNonce(one),
      ...changed.payload,
    }
    return signJwt(changed.key ?? one.key, header, payload)
  }

  it('the authorization code flow with PAR and PKCE gives the same card', async () => {
    const { offerUrl, txCode } = await offer(node, 'resident', number)
    const key = wallet.home.dpopKey(makeKey)
    const redirect = 'kr.example.wallet:/callback'
    const authorized = await redeemAuthorized(offerUrl, key, redirect, url => signIn(url, txCode))
    const { card, claims } = await wallet.collect(authorized)
    expect(claims.personal_administrative_number).to.equal(number)
    expect(finding(await check(node, wallet, 'bank', [card]))).to.equal('valid')
  })

  it('mission 5: a new card replaces the previous one: one phone per person', async () => {
    const first = await issue(node, wallet, 'resident', number)
    const second = await issue(node, wallet, 'resident', number)
    expect(finding(await check(node, wallet, 'bank', [second.card]))).to.equal('valid')
    const status = async () => (await node.get(`/operator/credentials/${first.credentialId}`)).body.status
    // By the sweep, every five seconds.
    await until('the old card is revoked', async () => (await status()) === 'INVALID', { withinMs: 15_000 })
    expect(finding(await check(node, wallet, 'bank', [first.card]))).to.equal('revoked')
  })

  it('a code can be used only once', async () => {
    const { offerUrl, txCode } = await offer(node, 'resident', number)
    await wallet.redeem(offerUrl, txCode)
    expect(await refusal(wallet.redeem(offerUrl, txCode))).to.equal('invalid_grant')
  })

  it('five wrong transaction codes end the offer, and then the right code is refused', async () => {
    const { offerUrl, txCode } = await offer(node, 'resident', number)
    for (let tries = 0; tries < 5; tries++) {
      expect(await refusal(wallet.redeem(offerUrl, other(txCode)))).to.equal('invalid_grant')
    }
    expect(await refusal(wallet.redeem(offerUrl, txCode))).to.equal('invalid_grant')
  })

  it('four wrong transaction codes do not end the offer', async () => {
    const { offerUrl, txCode } = await offer(node, 'resident', number)
    for (let tries = 0; tries < 4; tries++) {
      expect(await refusal(wallet.redeem(offerUrl, other(txCode)))).to.equal('invalid_grant')
    }
    expect((await wallet.redeem(offerUrl, txCode)).accessToken.length).to.be.greaterThan(20)
  })

  it('refuses an unknown nonce and a missing nonce', async () => {
    const one = await session()
    expect(await refusal(ask(one, await proofWith(one, { payload: { nonce: 'made-up' } })))).to.equal('invalid_nonce')
    expect(await refusal(ask(one, await proofWith(one, { payload: { nonce: undefined } })))).to.be.oneOf([
      'invalid_nonce',
      'invalid_proof',
    ])
  })

  it('refuses a key proof for another issuer, of another type, too old, or signed by another key', async () => {
    const one = await session()
    const stranger = (await session()).key
    const proofs = {
      audience: { payload: { aud: 'https://another.example' } },
      type: { header: { typ: 'JWT' } },
      age: { payload: { iat: Math.floor(Date.now() / 1000) - 3600 } },
      signature: { key: stranger },
      algorithm: { header: { alg: 'none' } },
    }
    for (const [name, changed] of Object.entries(proofs)) {
      expect(await refusal(ask(one, await proofWith(one, changed))), name).to.equal('invalid_proof')
    }
    // None of that used the token up.
    expect((await wallet.collect(one)).claims.personal_administrative_number).to.equal(number)
  })

  it('refuses a credential configuration that does not exist or is not that of the token', async () => {
    const one = await session()
    const proof = await prove(one, await freshNonce(one))
    const { metadata } = one
    const { resident } = metadata.credentialIssuer.credential_configurations_supported
    const pretending = (configuration: string): IssuanceSession => {
      const supported = { ...metadata.credentialIssuer.credential_configurations_supported, library: resident }
      const known = {
        ...metadata,
        credentialIssuer: { ...metadata.credentialIssuer, credential_configurations_supported: supported },
      }
      return { ...one, configuration, metadata: known as typeof metadata }
    }
    expect(await refusal(ask(pretending('library'), proof))).to.equal('unknown_credential_configuration')
    expect(await refusal(ask(pretending('driver'), proof))).to.equal('insufficient_scope')
  })

  it('refuses an invented token, and a token that is bound to another key', async () => {
    const one = await session()
    const thief = new Wallet(join(aside, 'thief'))
    const { offerUrl, txCode } = await offer(node, 'resident', number)
    const own = await thief.redeem(offerUrl, txCode)
    const status = async (stolen: IssuanceSession) => {
      try {
        await ask(stolen, await prove(stolen, await freshNonce(stolen)))
      } catch (error) {
        return (error as { response?: { response?: Response } }).response?.response?.status
      }
      return 200
    }
    expect(await status({ ...one, accessToken: 'made-up' })).to.equal(401)
    expect(await status({ ...one, dpopKey: own.dpopKey })).to.equal(401)
    expect(await status(one)).to.equal(200)
  })

  it('refuses an offer if the person is not entitled to the card or is not in the register', async () => {
    const driver = await node.post('/operator/offers', { card: 'driver', personalNumber: unentitled?.personalNumber })
    expect(driver.body).to.include({ status: 422, code: 'ISSUER_FACTS_MISSING' })
    const nobody = await node.post('/operator/offers', { card: 'resident', personalNumber: '010101-3999999' })
    expect(nobody.body).to.include({ status: 404, code: 'ISSUER_PERSON_UNKNOWN' })
  })

  it('refuses requests to the operator’s routes without the token or with another token', async () => {
    const routes = [
      ['POST', 'residents/import'],
      ['POST', 'offers'],
      ['GET', 'applications/x'],
      ['POST', 'credentials/search'],
      ['GET', 'credentials/x'],
      ['POST', 'credentials/x/suspend'],
      ['POST', 'credentials/x/reinstate'],
      ['POST', 'credentials/x/revoke'],
      ['POST', 'presentations'],
      ['GET', 'presentations/x'],
    ] as const
    for (const [method, route] of routes) {
      for (const authorization of [undefined, 'Bearer wrong', 'Basic b3A6b3A=']) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
        const response = await fetch(`${node.operatorUrl}/operator/${route}`, { method, headers })
        expect(response.status, `${method} ${route}`).to.equal(401)
        expect(response.headers.get('content-type')).to.include('application/problem+json')
      }
      expect((await fetch(`${node.url}/operator/${route}`, { method })).status, `public ${route}`).to.equal(404)
    }
  })

  if (LONG) {
    it('an offer expires after five minutes', async () => {
      const { offerUrl, txCode } = await offer(node, 'resident', number)
      await setTimeout(301_000)
      expect(await refusal(wallet.redeem(offerUrl, txCode))).to.equal('invalid_grant')
    }).timeout(330_000)
  }
})
