/** Notices of verdicts: forged, replayed, to a receiver that is slow or refuses, and to addresses where they may not go. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { expect } from 'chai'
import { base64url, compactVerify, createLocalJWKSet } from 'jose'
import { webhookKeys } from '../../node/issuer/machines/webhook-signature.ts'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { API_SCOPES } from '../../node/verifier/service/api-keys.ts'
import { serveMemoryVerifier } from '../node/http/verifier/support.ts'
import { until } from '../support/until.ts'

interface Got {
  readonly body: string
  readonly signature: string
}

describe('attacks: notices of verdicts', function () {
  this.timeout(30_000)
  const receivers: Server[] = []
  let site: Awaited<ReturnType<typeof serveMemoryVerifier>>

  before(async () => {
    site = await serveMemoryVerifier()
  })
  after(async () => {
    await site.close()
    for (const receiver of receivers) {
      receiver.closeAllConnections()
      receiver.close()
    }
  })

  /** @param answer the status of each answer; null: it never answers */
  async function receiver(answer: () => number | null): Promise<{ url: string; got: Got[] }> {
    const got: Got[] = []
    const server = createServer(async (request, response) => {
      got.push({ body: await textOf(request), signature: String(request.headers['dojang-signature']) })
      const status = answer()
      if (status !== null) response.writeHead(status).end()
    })
    receivers.push(server)
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got }
  }
  const keyFor = (url: string) => site.key(API_SCOPES, { webhook: { url, privateNetwork: false } })
  const check = async (key: string): Promise<string> => {
    const { body } = await site.call('POST', '/verifier/requests', key, { preset: 'bank' })
    expect((await site.post(body.id, await site.formFor(body.id))).status).to.equal(200)
    return body.id
  }
  /** What a receiver does with the public keys that the service serves. */
  const verified = async ({ body, signature }: Got, keys = webhookKeys(site.webhook)) => {
    const [header = '', , mark = ''] = signature.split('.')
    const set = createLocalJWKSet(keys as never)
    return (await compactVerify(`${header}.${base64url.encode(body)}.${mark}`, set)).protectedHeader
  }

  it('say the request and its verdict, without a claim, signed for this key', async () => {
    const { url, got } = await receiver(() => 200)
    const key = await keyFor(url)
    const id = await check(key)
    await until('the notice arrives', () => got.length === 1)
    const { body } = got[0] as Got
    expect(JSON.parse(body)).to.deep.equal({ id, event: 'verdict', at: site.time.now, outcome: 'valid', reason: null })
    expect(await verified(got[0] as Got)).to.include({ typ: 'dojang-webhook+jws', aud: key.split('.')[0] })
    await site.verdictNotices.settled()
    await site.verdictNotices.sweep()
    expect(got).to.have.length(1)
  })

  it('that are forged or changed do not verify; one for another receiver has its `aud`', async () => {
    const [one, two] = [await receiver(() => 200), await receiver(() => 200)]
    const key = await keyFor(one.url)
    await check(key)
    await check(await keyFor(two.url))
    await until('both arrive', () => one.got.length === 1 && two.got.length === 1)
    const own = one.got[0] as Got
    const changed = { ...own, body: own.body.replace('valid', 'revoked') }
    expect(await verified(changed).catch(error => error.code)).to.equal('ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
    const forger = webhookKeys(new SoftwareSigner(makeP256Pem()))
    expect(await verified(own, forger).catch(error => error.code)).to.equal('ERR_JWKS_NO_MATCHING_KEY')
    expect((await verified(two.got[0] as Got)).aud).not.to.equal(key.split('.')[0])
  })

  it('that are sent again have the same id, and a new time in the signature', async () => {
    let answer = 500
    const { url, got } = await receiver(() => answer)
    await check(await keyFor(url))
    await until('it was refused', () => got.length === 1)
    await site.verdictNotices.settled()
    await site.verdictNotices.sweep()
    expect(got, 'not before the pause').to.have.length(1)
    answer = 200
    site.time.now += 3
    await site.verdictNotices.sweep()
    await until('it is sent again', () => got.length === 2)
    const [first, second] = got as [Got, Got]
    expect(second.body).to.equal(first.body)
    expect((await verified(second)).iat).to.equal(Number((await verified(first)).iat) + 3)
  })

  it('to a receiver that never answers delay nobody else, and are sent to it four at a time', async () => {
    const [slow, quick] = [await receiver(() => null), await receiver(() => 200)]
    const slowKey = await keyFor(slow.url)
    for (let i = 0; i < 6; i++) await check(slowKey)
    await check(await keyFor(quick.url))
    await until('the quick one has it', () => quick.got.length === 1)
    await until('the slow one has four', () => slow.got.length === 4)
    expect(slow.got).to.have.length(4)
    await site.apiKeys.end(slowKey.split('.')[0] ?? '', 'test')
    for (const server of receivers) server.closeAllConnections()
    await site.verdictNotices.settled()
    // The key has ended: what is left is given up.
    site.time.now += 3
    await site.verdictNotices.sweep()
    await site.verdictNotices.settled()
  })

  it('are given up after an hour', async () => {
    const { url, got } = await receiver(() => 503)
    await check(await keyFor(url))
    await until('it was refused', () => got.length === 1)
    await site.verdictNotices.settled()
    const before = site.verdictNotices.givenUp
    site.time.now += 3601
    await site.verdictNotices.sweep()
    await site.verdictNotices.settled()
    expect(site.verdictNotices.givenUp).to.equal(before + 1)
    await site.verdictNotices.sweep()
    expect(site.verdictNotices.waiting).to.equal(0)
  })

  it('go nowhere near the node', async () => {
    for (const url of [
      'http://169.254.169.254/',
      'https://10.0.0.1/',
      'http://shop.example/',
      'https://a:b@shop.example/',
    ]) {
      const refused = await keyFor(url).catch(error => error.code)
      expect(refused, url).to.equal('MACHINE_WEBHOOK_REFUSED')
    }
  })
})
