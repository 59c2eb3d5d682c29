/** A card's whole way over https, with a certificate of the install's own authority. */
import { readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { Child } from './support/process.ts'

const residents = people(1)

/** @param ca PEM of the roots that are trusted */
const fetchText = (url: string, ca: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, response => resolve(text(response))).once('error', reject)
  })

describe('e2e: https', function () {
  this.timeout(120_000)
  let node: TestNode
  let aside: string
  before(async () => {
    aside = scratchDirectory('e2e-aside')
    node = new TestNode(['--tls', '--tls-port', '0'])
    await node.start()
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const root = () => join(node.data, 'keys', 'ca.crt')
  const wallet = (...args: string[]) =>
    Child.start('test/e2e/wallet/cli.ts', [...args, '--home', join(aside, 'wallet')], {
      env: { NODE_EXTRA_CA_CERTS: root() },
    }).finished()

  it('issues and verifies a card, and names no http address', async () => {
    expect(node.url).to.match(/^https:\/\/localhost:\d+$/)
    expect((await node.import(csvOf(residents))).status).to.equal(200)
    const offered = await node.cli(['offer', '--card', 'resident', '--json'], `${residents[0]?.personalNumber}\n`)
    expect(offered.exit, offered.err).to.equal(0)
    const { offerUrl, txCode } = JSON.parse(offered.out)
    const accepted = await wallet('accept', offerUrl, '--tx-code', txCode)
    expect(accepted.exit, accepted.err).to.equal(0)
    const asked = JSON.parse((await node.cli(['verify', '--preset', 'bank', '--wait', '0', '--json'])).out)
    const presented = await wallet('present', asked.requestUrl)
    expect(presented.exit, presented.err).to.equal(0)
    expect((await node.cli(['verdict', asked.id, '--wait', '10'])).out).to.match(/^valid: /)
    for (const name of ['openid-credential-issuer', 'oauth-authorization-server']) {
      const metadata = await fetchText(`${node.url}/.well-known/${name}`, [readFileSync(root(), 'utf8')])
      expect(metadata).to.include(node.url).and.not.include('http:')
    }
  })

  it('serves the wallet by https too, under the same root and on its own port', async () => {
    const { walletUrl, wallet: at } = node.config
    expect(walletUrl).to.equal(`https://localhost:${at.port}`)
    const settings = await fetchText(`${walletUrl}/wallet/settings.json`, [readFileSync(root(), 'utf8')])
    expect(JSON.parse(settings)).to.include({ authority: node.url, helpLine: '1688-0990' })
    expect(await fetchText(`${walletUrl}/healthz`, []).catch(() => 'refused')).to.equal('refused')
  })

  it('is refused by clients that do not trust its root', async () => {
    const code = await fetchText(node.url, []).catch((error: NodeJS.ErrnoException) => error.code)
    expect(code).to.be.oneOf(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'])
  })

  it('stays enabled after a restart without options, under the same root', async () => {
    await node.stop()
    await node.start()
    expect(await fetchText(`${node.url}/healthz`, [readFileSync(root(), 'utf8')])).to.include('ok')
  })
})

// docs/phone.md: a phone reaches the desktop by its name in the network.
describe('e2e: https under the name of this machine', function () {
  this.timeout(120_000)
  const node = new TestNode([
    ...['--tls', '--tls-port', '0', '--host', '0.0.0.0'],
    ...['--public-url', 'https://desk.local:4443'],
  ])
  before(() => node.start())
  after(() => node.dispose())

  it('has a certificate for that name on both ports, and leaves the operators on loopback', async () => {
    const { walletUrl, wallet, operator, host, tls } = node.config
    expect([host, wallet.host, operator.host]).to.deep.equal(['0.0.0.0', '0.0.0.0', '127.0.0.1'])
    expect(walletUrl).to.equal(`https://desk.local:${wallet.port}`)
    const ca = [readFileSync(join(node.data, 'keys', 'ca.crt'), 'utf8')]
    for (const port of [wallet.port, (tls as { port: number }).port]) {
      // The name need not be known here: what counts is that the certificate is for it.
      const answer = await new Promise<string>((resolve, reject) => {
        const at = { ca, agent: false, host: '127.0.0.1', port, path: '/healthz', servername: 'desk.local' }
        get(at, response => resolve(text(response))).once('error', reject)
      })
      expect(answer).to.include('ok')
    }
  })
})
