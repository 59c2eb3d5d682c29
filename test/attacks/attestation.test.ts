/** Strangers pretend to be wallets of an admitted provider, on a node that requires attestations. */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Oauth2ClientErrorResponseError } from '@openid4vc/oauth2'
import { Openid4vciRetrieveCredentialsError } from '@openid4vc/openid4vci'
import { expect } from 'chai'
import { endGrant, startWithProvider } from '../e2e/support/admission.ts'
import type { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { check, finding, issue, offer } from '../e2e/support/steps.ts'
import { ask, freshNonce, prove, redeemAuthorized } from '../e2e/wallet/accept.ts'
import { signIn } from '../e2e/wallet/browser.ts'
import { CLIENT_ID } from '../e2e/wallet/callbacks.ts'
import { makeKey, publicOf, signJwt } from '../e2e/wallet/keys.ts'
import { AttestedInstance, WalletProvider } from '../e2e/wallet/provider.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { scratchDirectory } from '../support/scratch.ts'

const REDIRECT = 'kr.example.wallet:/callback'

/** The `error` of the response that the wallet got. */
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

describe('attack: wallets that no admitted provider attested', function () {
  this.timeout(120_000)
  const [holder, ...others] = people(4).map(({ personalNumber }) => personalNumber) as [string, ...string[]]
  let node: TestNode
  let aside: string
  let provider: WalletProvider
  let instance: AttestedInstance
  let wallet: Wallet

  before(async () => {
    aside = scratchDirectory('attestation')
    provider = await WalletProvider.create()
    instance = await AttestedInstance.create(provider)
    wallet = new Wallet(join(aside, 'wallet'), instance)
    node = await startWithProvider(provider, ['--wallet-attestation', 'required'])
    await node.import(csvOf(people(4)))
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const now = () => Math.floor(Date.now() / 1000)
  const proof = (claims: object = {}, key = instance.key) => {
    const payload = { aud: node.url, jti: randomBytes(16).toString('hex'), iat: now(), iss: CLIENT_ID, ...claims }
    return signJwt(key, { alg: 'ES256', typ: 'oauth-client-attestation-pop+jwt' }, payload)
  }
  const headers = (attestation: string, pop: string) => ({
    'OAuth-Client-Attestation': attestation,
    'OAuth-Client-Attestation-PoP': pop,
  })
  /** A pushed request with these headers: `201`, or the error. */
  const push = async (sent: Record<string, string>): Promise<string> => {
    const response = await fetch(`${node.localUrl}/oid4vci/par`, {
      method: 'POST',
      headers: sent,
      body: new URLSearchParams({
        response_type: 'code',
        client_id: CLIENT_ID,
        redirect_uri: REDIRECT,
        code_challenge: 'c'.repeat(43),
        code_challenge_method: 'S256',
        scope: 'urn:dojang:kr:resident:1',
      }),
    })
    if (response.status === 201) return '201'
    return String(((await response.json()) as { error: string }).error)
  }

  it('get no card, while an attested wallet of independent libraries gets it in both flows', async () => {
    const { card, claims } = await issue(node, wallet, 'resident', holder)
    expect(claims.personal_administrative_number).to.equal(holder)
    expect(finding(await check(node, wallet, 'bank', [card]))).to.equal('valid')
    const { offerUrl, txCode } = await offer(node, 'resident', String(others[0]))
    const key = wallet.home.dpopKey(makeKey)
    const session = await redeemAuthorized(offerUrl, key, REDIRECT, url => signIn(url, txCode), instance)
    expect((await wallet.collect(session)).claims.personal_administrative_number).to.equal(others[0])

    const bare = new Wallet(join(aside, 'bare'))
    const next = await offer(node, 'resident', String(others[1]))
    expect(await refusal(bare.redeem(next.offerUrl, next.txCode))).to.equal('invalid_client')
  })

  it('are refused by the error of the standard: unadmitted, expired, replayed, another key, another audience', async () => {
    const { attestation } = instance
    expect(await push(headers(attestation, proof()))).to.equal('201')
    expect(await push({})).to.equal('invalid_client')
    const stranger = await WalletProvider.create()
    const unadmitted = await stranger.attestWallet(instance.key)
    expect(await push(headers(unadmitted, proof())), 'unadmitted').to.equal('invalid_client_attestation')
    const forged = await provider.attestWallet(instance.key)
    const spoiled = `${forged.slice(0, -8)}AAAAAAAA`
    expect(await push(headers(spoiled, proof())), 'spoiled').to.equal('invalid_client_attestation')
    const expired = await provider.attestWallet(instance.key, { exp: now() - 1 })
    expect(await push(headers(expired, proof())), 'expired').to.equal('use_fresh_attestation')
    const used = headers(attestation, proof())
    expect(await push(used)).to.equal('201')
    expect(await push(used), 'replayed').to.equal('invalid_client_attestation')
    expect(await push(headers(attestation, proof({}, makeKey()))), 'another key').to.equal('invalid_client_attestation')
    const elsewhere = headers(attestation, proof({ aud: 'https://another.example' }))
    expect(await push(elsewhere), 'another audience').to.equal('invalid_client_attestation')
    expect(await push(headers(attestation, proof({ iat: now() - 3600 }))), 'old').to.equal('use_attestation_challenge')
    const another = await provider.attestWallet(instance.key, { sub: 'another-wallet' })
    expect(await push(headers(another, proof({ iss: 'another-wallet' }))), 'another client').to.equal(
      'invalid_client_attestation',
    )
  })

  it('get no card for a key that the provider did not attest', async () => {
    const { offerUrl, txCode } = await offer(node, 'resident', String(others[2]))
    const session = await wallet.redeem(offerUrl, txCode)
    const nonce = await freshNonce(session)
    const proofOf = (key_attestation?: string) => {
      const header = { alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: publicOf(session.key), key_attestation }
      return signJwt(session.key, header, { aud: node.url, iat: now(), nonce })
    }
    const stranger = await WalletProvider.create()
    const refused = {
      'no attestation': proofOf(),
      unadmitted: proofOf(stranger.attestKeys([session.key], nonce)),
      expired: proofOf(provider.attestKeys([session.key], nonce, { exp: now() - 1 })),
      'another key': proofOf(provider.attestKeys([makeKey()], nonce)),
    }
    for (const [what, jwt] of Object.entries(refused)) {
      expect(await refusal(ask(session, jwt)), what).to.equal('invalid_proof')
    }
    const replayed = proofOf(provider.attestKeys([session.key], 'made-up'))
    expect(await refusal(ask(session, replayed)), 'nonce').to.equal('invalid_nonce')
    expect((await wallet.collect(session)).claims.personal_administrative_number).to.equal(others[2])
  })

  it('are refused from the block on that ends the grant of their provider', async () => {
    const before = await offer(node, 'resident', holder)
    const after = await offer(node, 'resident', String(others[0]))
    const session = await wallet.redeem(before.offerUrl, before.txCode)
    const jwt = await prove(session, await freshNonce(session))
    await endGrant(node)
    expect(await push(headers(instance.attestation, proof()))).to.equal('invalid_client_attestation')
    expect(await refusal(wallet.redeem(after.offerUrl, after.txCode))).to.equal('invalid_client_attestation')
    expect(await refusal(ask(session, jwt))).to.equal('credential_request_denied')
  })
})
