/** What can be requested, and of which wallet. */
import { expect } from 'chai'
import { authorityKeyIds } from '../../../../node/credential/certificate.ts'
import { VerifierError } from '../../../../node/verifier/errors.ts'
import type { CreateOptions } from '../../../../node/verifier/oid4vp/create-options.ts'
import type { PresentationsOptions } from '../../../../node/verifier/oid4vp/presentations.ts'
import { issuer, keyOf } from '../support.ts'
import { answerWith, encrypt, makeWorld, readRequest, URL_ } from './support.ts'

async function requested(preset: string, options: CreateOptions = {}, change: Partial<PresentationsOptions> = {}) {
  const world = await makeWorld(URL_, change)
  const { id, requestUrl } = await world.presentations.create(preset, options)
  const request = readRequest(world.presentations.requestObject(id))
  const answer = async (card = 'resident') => {
    const { vp_token } = answerWith(world.view, request, world.time.now)
    await world.presentations.respond(id, await encrypt(request, { vp_token: { [card]: vp_token.resident } }))
    const result = await world.presentations.awaitVerdict(id, 0)
    return result.state === 'done' ? keyOf(result.verdict) : result.state
  }
  return { ...world, id, requestUrl, request, answer }
}

async function refusal(preset: string, options: CreateOptions): Promise<unknown> {
  const { presentations } = await makeWorld()
  const error = await presentations.create(preset, options).catch(thrown => thrown)
  return error instanceof VerifierError ? error.detail : error
}

describe('a request', () => {
  it('is for any card of the preset, or for one', async () => {
    const ids = ({ request }: { request: { dcql_query: { credentials: readonly { id: string }[] } } }) =>
      request.dcql_query.credentials.map(({ id }) => id)
    const any = await requested('website')
    expect(ids(any)).to.deep.equal(['resident', 'driver', 'foreigner'])
    expect(any.request.dcql_query).to.have.property('credential_sets')
    const one = await requested('website', { card: 'resident' })
    expect(ids(one)).to.deep.equal(['resident'])
    expect(one.request.dcql_query).not.to.have.property('credential_sets')
    expect(await one.answer()).to.equal('valid')
    // Another card of the preset does not answer it.
    const driver = await requested('website', { card: 'driver' })
    expect(await driver.answer('driver')).to.equal('retry/claims_missing')
    for (const card of ['veteran', 'toString', '']) {
      expect(await refusal('website', { card })).to.deep.equal({ code: 'VERIFIER_CONFIGURATION', reason: 'card' })
    }
  })

  it('has a redirect URI if the wallet is on the same device, and only then', async () => {
    const redirectUri = 'https://shop.example/done'
    const wrong = { code: 'VERIFIER_CONFIGURATION', reason: 'redirectUri' }
    expect(await refusal('website', { device: 'same' })).to.deep.equal(wrong)
    expect(await refusal('website', { device: 'other', redirectUri })).to.deep.equal(wrong)
    for (const device of ['same', undefined] as const) {
      const { presentations, id, request, view, time } = await requested('website', { device, redirectUri })
      // Also if the holder declines: the browser has to go on.
      const form =
        device === 'same'
          ? await encrypt(request, answerWith(view, request, time.now))
          : { error: 'access_denied', state: request.state }
      const { redirect_uri = '' } = await presentations.respond(id, form)
      expect(redirect_uri).to.match(/^https:\/\/shop\.example\/done#response_code=[\w-]{22}$/)
    }
  })

  it('names the authorities whose cards it is for, and takes no others', async () => {
    const [own = ''] = authorityKeyIds(issuer.x5c)
    const ours = await requested('website', {}, { trustedAuthorities: [own] })
    for (const credential of ours.request.dcql_query.credentials) {
      expect(credential)
        .to.have.property('trusted_authorities')
        .that.deep.equals([{ type: 'aki', values: [own] }])
    }
    expect(await ours.answer()).to.equal('valid')
    const others = await requested('website', {}, { trustedAuthorities: ['s9tIpPmhxdiuNkHMEWNpYim8S8Y'] })
    expect(await others.answer()).to.equal('retry/claims_missing')
    const any = await requested('website', {}, { trustedAuthorities: [] })
    expect(any.request.dcql_query.credentials[0]).not.to.have.property('trusted_authorities')
  })

  it('can be by DNS name: the response must be for that client identifier', async () => {
    const { request, requestUrl, answer } = await requested('website', {}, { clientId: 'x509_san_dns' })
    expect(request.client_id).to.equal('x509_san_dns:verifier.example')
    expect(new URL(requestUrl).searchParams.get('client_id')).to.equal(request.client_id)
    expect(await answer()).to.equal('valid')
    for (const url of ['http://127.0.0.1:4100', 'http://[::1]:4100']) {
      const refused = await makeWorld(url, { clientId: 'x509_san_dns' }).catch(error => error)
      expect(refused).to.be.instanceOf(VerifierError)
    }
  })
})

describe('a compressed response', () => {
  it('is accepted (zip: DEF)', async () => {
    const { presentations, id, request, view, time } = await requested('website')
    await presentations.respond(id, await encrypt(request, answerWith(view, request, time.now), { zip: 'DEF' }))
    const result = await presentations.awaitVerdict(id, 0)
    expect(result.state === 'done' && keyOf(result.verdict)).to.equal('valid')
  })

  it('that decompresses beyond the limit, or with another algorithm, is refused, and the request stays open', async () => {
    const { presentations, id, request } = await requested('website')
    const bomb = await encrypt(request, { vp_token: 'x'.repeat(50_000_000) }, { zip: 'DEF' })
    expect(bomb.response.length).to.be.lessThan(200_000)
    const before = process.memoryUsage().arrayBuffers
    const error = await presentations.respond(id, bomb).catch(thrown => thrown)
    expect(error.code).to.equal('VERIFIER_RESPONSE_INVALID')
    expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(20_000_000)
    expect((await presentations.awaitVerdict(id, 0)).state).to.equal('pending')
  })
})
