import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { IssuerError } from '../../../../node/issuer/errors.ts'
import { BrowserCookie } from '../../../../node/issuer/online/browser.ts'
import { secretOf } from '../../../../node/issuer/online/client-authentication.ts'
import { OnlineError } from '../../../../node/issuer/online/errors.ts'
import { isKnownWallet, type Online } from '../../../../node/issuer/online/online.ts'
import { type Fetch, providerFetch } from '../../../../node/issuer/online/provider-fetch.ts'
import { SimulatedProvider, simulatedSetting } from '../../../../node/issuer/online/simulated-provider.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { random } from '../../credential/support.ts'
import { exchange, form } from '../oid4vci/authority.ts'

const VALUE = 'a'.repeat(43)

const codeOf = (error: unknown): string => {
  if (error instanceof OnlineError || error instanceof IssuerError) return error.code
  throw error
}
const refusal = (work: () => unknown): string => {
  try {
    work()
    return 'allowed'
  } catch (error) {
    return codeOf(error)
  }
}

describe('online application: the cookie', () => {
  it('is HttpOnly and Lax, and with https has the prefix that no other host can set', () => {
    const https = new BrowserCookie('https://id.example/base').set(VALUE)['Set-Cookie']
    expect(https).to.equal(`__Host-dojang-apply=${VALUE}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=1200`)
    const http = new BrowserCookie('http://localhost:4100').set(VALUE)['Set-Cookie']
    expect(http).to.equal(`dojang-apply=${VALUE}; Path=/; HttpOnly; SameSite=Lax; Max-Age=1200`)
    expect(new BrowserCookie('http://localhost:4100').end()['Set-Cookie']).to.include('Max-Age=0')
  })

  it('is read only if it is there once, has the right form, and has the right name', () => {
    const cookie = new BrowserCookie('https://id.example')
    const read = (header: string | undefined) => cookie.read({ cookie: header, fetchSite: undefined }).cookie
    expect(read(`x=1; __Host-dojang-apply=${VALUE}; y=2`)).to.equal(VALUE)
    expect(read(`__Host-dojang-apply=${VALUE}; __Host-dojang-apply=${'b'.repeat(43)}`)).to.equal(null)
    for (const other of [
      undefined,
      '',
      `dojang-apply=${VALUE}`,
      '__Host-dojang-apply=short',
      `x__Host-dojang-apply=${VALUE}`,
    ]) {
      expect(read(other), other).to.equal(null)
    }
  })

  it('knows a request of another page by what the browser says', () => {
    const cookie = new BrowserCookie('https://id.example')
    const own = (fetchSite: string | undefined) => cookie.read({ cookie: undefined, fetchSite }).isOwnPage
    for (const site of ['same-origin', 'none', undefined]) expect(own(site), site).to.equal(true)
    for (const site of ['same-site', 'cross-site', '', 'constructor']) expect(own(site), site).to.equal(false)
  })
})

describe('online application: to which wallets it returns', () => {
  it('is an app with a scheme of its own, or a site that is known', () => {
    const online = { walletOrigins: new Set(['https://wallet.example', 'http://localhost:4103']) } as unknown as Online
    for (const known of [
      'kr.example.wallet:/cb',
      'https://wallet.example/cb',
      'http://localhost:4103/wallet/returned',
    ]) {
      expect(isKnownWallet(online, known), known).to.equal(true)
    }
    for (const other of [
      'https://wallet.example:8443/cb',
      'https://wallet.example.evil.example/cb',
      'http://wallet.example/cb',
      'http://localhost:4104/cb',
    ]) {
      expect(isKnownWallet(online, other), other).to.equal(false)
    }
  })
})

describe('online application: requests to the identity provider', () => {
  const asked = async (send: Fetch) => {
    try {
      const url = 'https://login.example/token'
      const response = await providerFetch(send)(url, {
        method: 'GET',
        headers: {},
        body: undefined,
        redirect: 'manual',
      })
      return `${response.status} ${await response.text()}`
    } catch (error) {
      return codeOf(error)
    }
  }

  it('pass an answer on, also a refusal', async () => {
    expect(await asked(async () => new Response('{}'))).to.equal('200 {}')
    expect(await asked(async () => new Response('no', { status: 400 }))).to.equal('400 no')
    expect(await asked(async () => new Response(null, { status: 204 }))).to.equal('204 ')
  })

  it('are "cannot be reached" after a failure, and for an answer that is too long', async () => {
    const failed = 'ONLINE_PROVIDER_UNREACHABLE'
    expect(await asked(async () => new Response('', { status: 502 }))).to.equal(failed)
    expect(await asked(() => Promise.reject(new TypeError('fetch failed')))).to.equal(failed)
    expect(await asked(async () => new Response('x'.repeat(256 * 1024 + 1)))).to.equal(failed)
  })
})

describe('online application: the client secret', () => {
  const directory = scratchDirectory('online-secret')
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('is in a file that only its owner can read', () => {
    const path = join(directory, 'secret')
    expect(refusal(() => secretOf(path))).to.equal('ONLINE_SECRET_FILE')
    writeFileSync(path, 'secret\n', { mode: 0o600 })
    expect(refusal(() => secretOf(path))).to.equal('allowed')
    writeFileSync(path, '\n')
    expect(refusal(() => secretOf(path))).to.equal('ONLINE_SECRET_FILE')
    writeFileSync(path, 'secret\n')
    chmodSync(path, 0o644)
    expect(refusal(() => secretOf(path))).to.equal('ONLINE_SECRET_FILE')
  })
})

describe('online application: the identity provider of the demo', () => {
  const setting = simulatedSetting('http://localhost:4100')
  const secrets = { state: 's', nonce: 'n', codeVerifier: 'v' }
  const CALLBACK = 'http://localhost:4100/apply/callback'

  it('works in no other mode', () => {
    for (const mode of ['local', 'production']) {
      expect(refusal(() => new SimulatedProvider(mode, setting, CALLBACK, random))).to.equal('ISSUER_SIMULATOR_REFUSED')
    }
  })

  it('signs in whoever was typed, once, for the sign-in that was begun, with no number in a URL', async () => {
    const provider = new SimulatedProvider('demo', setting, CALLBACK, random)
    expect(await provider.begin(secrets)).to.equal('http://localhost:4100/apply/simulated?state=s')
    expect(provider.page(new URLSearchParams({ state: '"><script>' })).body).not.to.include('<script')
    const { headers } = provider.submit(exchange(form({ state: 's', number: '900101-1990001' })))
    expect(headers.Location).not.to.include('900101')
    const answer = new URL(String(headers.Location)).searchParams
    const other = provider.finish(answer, { ...secrets, state: 'other' })
    expect(await other.catch(codeOf)).to.equal('ONLINE_ANSWER_INVALID')
    expect(await provider.finish(answer, secrets).catch(codeOf), 'once').to.equal('ONLINE_ANSWER_INVALID')
    const again = new URL(
      String(provider.submit(exchange(form({ state: 's', number: '900101-1990001' }))).headers.Location),
    )
    expect(await provider.finish(again.searchParams, secrets)).to.deep.equal({
      ...{ stated: { person: '900101-1990001' }, acr: setting.acrValues[0] },
    })
  })
})
