import { createHash } from 'node:crypto'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { koreanDate } from '../../../node/credential/dates.ts'
import { manifestHash } from '../../../node/credential/manifest.ts'
import { parseStatusListToken, verifyStatusListToken } from '../../../node/credential/status-token.ts'
import { type Hex, toHex } from '../../../node/lib/bytes.ts'
import { verifyProfile } from '../../../node/proof/profile.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'
import { ownCards, resident } from '../../support/cards.ts'
import { openSite, type Site } from '../../support/site.ts'
import { holderKey } from '../../support/world.ts'

describe('the public routes', function () {
  this.timeout(60_000)
  let site: Site

  before(async () => {
    site = await openSite()
  })
  after(() => site.close())

  const get = async (path: string) => {
    const response = await fetch(`${site.url}${path}`)
    return { response, bytes: new Uint8Array(await response.arrayBuffer()) }
  }
  const text = ({ bytes }: Awaited<ReturnType<typeof get>>) => new TextDecoder().decode(bytes)
  const header = ({ response }: Awaited<ReturnType<typeof get>>, name: string) => response.headers.get(name)

  it('serve the profile, which verifies under the pinned key', async () => {
    const answer = await get('/.well-known/dojang-ledger')
    expect(header(answer, 'content-type')).to.equal('application/dojang-ledger+jwt')
    const { profileFile, profile } = site.authority
    expect(verifyProfile(text(answer), profileFile.key)).to.deep.equal(profile)
    expect(header(answer, 'access-control-allow-origin')).to.equal('*')
  })

  it('serve a status list with the media type of the standard, and with cache headers', async () => {
    const answer = await get('/status-lists/4294967297')
    expect(answer.response.status).to.equal(200)
    expect(header(answer, 'content-type')).to.equal('application/statuslist+jwt')
    expect(header(answer, 'cache-control')).to.equal('max-age=30')
    expect(header(answer, 'access-control-allow-origin')).to.equal('*')
    expect(header(answer, 'cross-origin-resource-policy')).to.equal('cross-origin')
    const { config, custody, clock } = site.authority
    const token = parseStatusListToken(text(answer))
    const uri = `${config.publicUrl}/status-lists/4294967297`
    verifyStatusListToken(token, custody.credential.publicKey, { uri, now: clock() })
    expect(await get('/status-lists/4294967297').then(text), 'made once').to.equal(text(answer))
  })

  it('serve a status list compressed to clients that accept gzip', async () => {
    const path = '/status-lists/4294967297'
    const plain = await fetch(site.url + path, { headers: { 'accept-encoding': 'identity' } })
    const zipped = await fetch(site.url + path, { headers: { 'accept-encoding': 'br, gzip' } })
    expect([plain, zipped].map(({ headers }) => headers.get('content-encoding'))).to.deep.equal([null, 'gzip'])
    expect([plain, zipped].map(({ headers }) => headers.get('vary'))).to.deep.equal([
      'Accept-Encoding',
      'Accept-Encoding',
    ])
    expect(await zipped.text()).to.equal(await plain.text())
    expect(Number(zipped.headers.get('content-length'))).to.be.lessThan(Number(plain.headers.get('content-length')))
    const silent = await new Promise<IncomingMessage>((resolve, reject) =>
      httpGet(site.url + path, resolve).on('error', reject),
    )
    silent.resume()
    expect(silent.headers).to.not.have.property('content-encoding')
  })

  it('allow pages of other origins, and name the allowed methods', async () => {
    for (const path of ['/.well-known/dojang-ledger', '/status-lists/4294967297', '/type-metadata/x']) {
      const asked = await fetch(site.url + path, { method: 'OPTIONS', headers: { origin: 'https://verifier.example' } })
      expect(asked.status).to.equal(204)
      expect(asked.headers.get('access-control-allow-methods')).to.equal('GET')
      const posted = await fetch(site.url + path, { method: 'POST' })
      expect(posted.headers.get('allow')).to.equal('GET, HEAD, OPTIONS')
      expect(await posted.json()).to.include({ status: 405, code: 'HTTP_METHOD_NOT_ALLOWED' })
    }
  })

  it('serve type metadata as exactly the bytes whose hash is in the cards', async () => {
    for (const { vct } of ownCards.all) {
      const answer = await get(`/type-metadata/${vct}`)
      expect(answer.response.status).to.equal(200)
      expect(header(answer, 'content-type')).to.match(/^application\/json/)
      expect(JSON.parse(text(answer)).vct).to.equal(vct)
    }
  })

  it('serve both parts of a manifest, and the type metadata whose hash is in the card', async () => {
    const { authority } = site
    const people = [...fictitiousPopulation({ count: 3, seed: 'public', today: koreanDate(authority.clock()) })]
    await authority.residents.store(people)
    const { person } = (await authority.residents.findByNumber(people[0]?.personalNumber ?? '')) as {
      person: Uint8Array
    }
    const order = { application: 'x', person, card: resident, holderKey: holderKey(), ops: [] }
    const issued = await authority.pipeline.issue({
      ...order,
      keyStorage: 'software',
      walletProvider: null,
      dpopKey: 'key',
      lineTag: null,
    })
    const { root } = authority.credentials.get(issued.credentialId)

    const leaves = await get(`/manifests/${root}/leaves`)
    const entries = await get(`/manifests/${root}/entries`)
    expect(header(leaves, 'content-type')).to.equal('application/octet-stream')
    expect(header(entries, 'content-type')).to.match(/^application\/jose/)
    expect(header(leaves, 'cache-control')).to.include('immutable')
    expect(toHex(manifestHash(leaves.bytes, entries.bytes))).to.equal(authority.batches.get(root as Hex)?.manifest)

    const payload = JSON.parse(Buffer.from(issued.credential.split('.')[1] ?? '', 'base64url').toString())
    const metadata = await get(`/type-metadata/${payload.vct}`)
    const integrity = `sha256-${createHash('sha256').update(metadata.bytes).digest('base64')}`
    expect(payload['vct#integrity']).to.equal(integrity)
  })

  const problems: [string, number, string][] = [
    ['/status-lists/4294967298', 404, 'STATUS_LIST_UNKNOWN'],
    ['/status-lists/99999999999999999999', 404, 'STATUS_LIST_UNKNOWN'],
    ['/status-lists/999999999999999999999', 400, 'HTTP_REQUEST_INVALID'],
    ['/status-lists/0', 400, 'HTTP_REQUEST_INVALID'],
    ['/status-lists/1e3', 400, 'HTTP_REQUEST_INVALID'],
    ['/status-lists/-1', 400, 'HTTP_REQUEST_INVALID'],
    ['/status-lists/%00', 400, 'HTTP_REQUEST_INVALID'],
    ['/status-lists/%ff', 400, 'HTTP_REQUEST_INVALID'],
    ['/status-lists/4294967297?time=1686925000', 501, 'HTTP_NO_HISTORY'],
    ['/type-metadata/urn:dojang:kr:resident:2', 404, 'HTTP_NOT_FOUND'],
    ['/type-metadata/constructor', 404, 'HTTP_NOT_FOUND'],
    [`/manifests/0x${'0'.repeat(64)}/leaves`, 404, 'HTTP_NOT_FOUND'],
    [`/manifests/0x${'0'.repeat(64)}/keys`, 404, 'HTTP_NOT_FOUND'],
    ['/manifests/x/leaves', 400, 'HTTP_REQUEST_INVALID'],
    ['/manifests', 404, 'HTTP_NOT_FOUND'],
    ['/nothing/of/the/kind', 404, 'HTTP_NOT_FOUND'],
    ['/.env', 404, 'HTTP_NOT_FOUND'],
    ['/operator', 404, 'HTTP_NOT_FOUND'],
    ['/operator/lacking', 404, 'HTTP_NOT_FOUND'],
    ['/metrics', 404, 'HTTP_NOT_FOUND'],
  ]
  for (const [path, status, code] of problems) {
    it(`answer ${path} with ${code}`, async () => {
      const answer = await get(path)
      expect(answer.response.status, text(answer)).to.equal(status)
      expect(header(answer, 'content-type')).to.match(/^application\/problem\+json/)
      expect(header(answer, 'cache-control')).to.equal('no-store')
      expect(JSON.parse(text(answer))).to.include({ status, code })
    })
  }

  it('serve a start page with working links, and the health of the node', async () => {
    const page = await get('/')
    expect(header(page, 'content-type')).to.match(/^text\/html/)
    expect(text(page)).to.include(site.authority.config.authority.ko)
    const links = [...text(page).matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link)
    const { walletUrl, operatorUrl } = site.authority.config
    const screens = [`${walletUrl}/wallet/`, '/check/', `${operatorUrl}/counter/`]
    expect(links.slice(0, 3)).to.deep.equal(screens)
    for (const link of links.slice(3)) {
      const status = link.startsWith('http') ? (await fetch(link)).status : (await get(link)).response.status
      expect(status, link).to.equal(200)
    }
    expect(JSON.parse(text(await get('/healthz')))).to.deep.equal({ status: 'ok' })
    expect(JSON.parse(text(await get('/readyz')))).to.include({ ready: true, ledger: 'following', statusLists: 'open' })
    const metrics = await (await fetch(`${site.operatorUrl}/metrics`)).text()
    expect(metrics).to.match(/^dojang_ledger_height \d+$/m)
  })

  it('send the security headers for browsers, and no header that names the server', async () => {
    const answer = await get('/')
    expect(header(answer, 'x-content-type-options')).to.equal('nosniff')
    expect(header(answer, 'content-security-policy'))
      .to.include("default-src 'self'")
      .and.not.include('upgrade-insecure')
    expect(header(answer, 'x-powered-by')).to.equal(null)
  })
})
