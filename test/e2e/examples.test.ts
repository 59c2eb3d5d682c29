/** The examples for programs that check cards (docs/sdk.md): a shop and a kiosk, with the packed file installed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { signWebhook } from '../../node/issuer/machines/webhook-signature.ts'
import { makeLeafCertificate, makeRootCertificate } from '../../node/keys/certificates.ts'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { utf8 } from '../../node/lib/bytes.ts'
import { DAY, systemClock } from '../../node/lib/time.ts'
import { openProfile } from '../../node/proof/profile.ts'
import { API_SCOPES } from '../../node/verifier/service/api-keys.ts'
import { serveMemoryVerifier } from '../node/http/verifier/support.ts'
import { issueOn, openCardWorld } from '../node/verifier/replica/card-world.ts'
import type { LedgerWorld } from '../node/verifier/replica/ledger-world.ts'
import { freePort } from '../support/free-port.ts'
import { type LedgerSite, openLedgerSite } from '../support/ledger-site.ts'
import { oneWayCodes } from '../support/one-way-codes.ts'
import { installInto, type PackedFiles, packAll } from '../support/packages.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { ROOT } from './support/process.ts'
import { change, issue } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const codeIn = (url: string | undefined) => new URLSearchParams(new URL(url ?? '').hash.slice(1)).get('response_code')

describe('e2e: the examples for programs that check cards', function () {
  this.timeout(180_000)
  let folder: string
  let packed: PackedFiles
  const children = new Set<ChildProcess>()
  before(async () => {
    folder = scratchDirectory('examples')
    packed = await packAll(join(folder, 'dist'))
  })
  after(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  /** A copy of the example, with the packed file installed. */
  function projectOf(example: string): string {
    const project = join(folder, example)
    installInto(project, packed['dojang-verifier'])
    cpSync(join(ROOT, 'docs', 'examples', example), project, { recursive: true })
    return project
  }

  function start(project: string, args: readonly string[], variables: Record<string, string> = {}) {
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(process.execPath, args, { cwd: project, env: { ...env, ...variables } })
    children.add(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', data => {
        said += data
      })
    }
    return { child, said: () => said }
  }

  describe('express-shop', () => {
    let node: TestNode
    let wallet: Wallet
    let shop: string
    let credentialId: string
    before(async () => {
      const project = projectOf('express-shop')
      symlinkSync(join(ROOT, 'node_modules', 'express'), join(project, 'node_modules', 'express'))
      node = await TestNode.start()
      const [resident] = people(1)
      await node.import(csvOf(people(1)))
      wallet = new Wallet(join(folder, 'wallet'))
      credentialId = (await issue(node, wallet, 'resident', resident?.personalNumber ?? '')).credentialId
      const profile = (await (await fetch(`${node.url}/.well-known/dojang-ledger`)).text()).trim()
      const port = await freePort()
      shop = `http://127.0.0.1:${port}`
      await certify(project, shop)
      const settings = { AUTHORITY: node.url, PROFILE_KEY: openProfile(profile).signer, SHOP: shop, PORT: String(port) }
      const { said } = start(project, ['server.js'], settings)
      await until('the shop is open', () => said().includes('open at') || said().includes('Error'), {
        withinMs: 60_000,
      })
      expect(said()).to.include(shop)
    })
    after(() => node?.dispose())

    const post = async (path: string, body: object, cookie = '') => {
      const headers = { 'content-type': 'application/json', cookie }
      const response = await fetch(`${shop}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      return { status: response.status, body: await response.json(), cookie: response.headers.get('set-cookie') ?? '' }
    }
    const begin = async (device: 'same' | 'other') => {
      const { body, cookie } = await post('/check', { device })
      return { link: body.link as string, cookie: cookie.split(';')[0] ?? '' }
    }

    it('gets a verdict from a wallet on the same device, in the browser that asked, once', async () => {
      const { link, cookie } = await begin('same')
      expect((await post('/result', {}, cookie)).body).to.equal(null)
      const { sent } = await wallet.present(link)
      expect(sent.redirectUri).to.match(/\/back\.html#response_code=/)
      const code = codeIn(sent.redirectUri)
      const stranger = await begin('same')
      // With the code alone, with another browser's cookie, and with the cookie alone.
      expect((await post('/result', { code })).status).to.equal(404)
      expect((await post('/result', { code }, stranger.cookie)).body).to.equal(null)
      expect((await post('/result', {}, cookie)).status).to.equal(403)
      const { body } = await post('/result', { code }, cookie)
      expect(body.outcome, JSON.stringify(body)).to.equal('valid')
      expect(body.sentence.ko).to.match(/[가-힣]/)
      expect((await post('/result', { code }, cookie)).status).to.equal(403)
    })

    it('gets a verdict from a wallet on another device, and none for its address alone', async () => {
      const { link, cookie } = await begin('other')
      await wallet.present(link)
      const id = new URL(new URL(link).searchParams.get('request_uri') ?? '').pathname.split('/')[2]
      expect((await post('/result', {}, `check=${id}`)).status).to.equal(404)
      expect((await post('/result', {}, cookie)).body.outcome).to.equal('valid')
    })

    it('refuses what is no answer, and does not fall over', async () => {
      const { link, cookie } = await begin('other')
      const requestUri = new URL(link).searchParams.get('request_uri') ?? ''
      const responseUri = requestUri.replace(/request$/, 'response')
      for (const body of ['', 'response=x', 'response=a&response=b', '__proto__[response]=x', 'x='.repeat(9000)]) {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const { status } = await fetch(responseUri, { method: 'POST', headers, body })
        expect(status, body.slice(0, 30)).to.be.within(400, 413)
      }
      expect((await fetch(requestUri.replace(/[\w-]+\/request$/, 'none/request'))).status).to.equal(404)
      expect((await post('/result', {}, cookie)).body).to.equal(null)
    })

    it('tells that a card was suspended', async () => {
      await change(node, credentialId, 'suspend')
      const outcome = async () => {
        const { link, cookie } = await begin('other')
        await wallet.present(link)
        return (await post('/result', {}, cookie)).body.outcome
      }
      await until('the shop knows', async () => (await outcome()) === 'suspended', { withinMs: 30_000, everyMs: 500 })
    })
  })

  describe('webhook', () => {
    let site: Awaited<ReturnType<typeof serveMemoryVerifier>>
    before(async () => {
      site = await serveMemoryVerifier({ now: systemClock() })
    })
    after(() => site?.close())

    it('is told of a verdict, fetches it once, and refuses what the service did not send to it', async () => {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}/hook`
      const key = await site.key(API_SCOPES, { webhook: { url, privateNetwork: false } })
      const settings = { SERVICE: site.url, API_KEY: key, PORT: String(port) }
      const { said } = start(projectOf('webhook'), ['receiver.js'], settings)
      await until('it listens', () => said().includes('Listening'))
      const { body } = await site.call('POST', '/verifier/requests', key, { preset: 'bank' })
      await site.post(body.id, await site.formFor(body.id))
      await until('it has the result', () => said().includes(`${body.id} valid`))
      await site.verdictNotices.settled()

      const message = utf8(JSON.stringify({ id: body.id, event: 'verdict' }))
      const posted = async (signature: string) =>
        (await fetch(url, { method: 'POST', headers: { 'dojang-signature': signature }, body: Buffer.from(message) }))
          .status
      const [receiver = ''] = key.split('.')
      const forger = new SoftwareSigner(makeP256Pem())
      expect(await posted(signWebhook(forger, receiver, message, systemClock()))).to.equal(400)
      expect(await posted(signWebhook(site.webhook, 'another', message, systemClock()))).to.equal(400)
      expect(await posted(signWebhook(site.webhook, receiver, message, systemClock()))).to.equal(204)
      expect(said().match(/valid/g), 'it was fetched once').to.have.length(1)
      expect(said()).to.include('refused: key').and.include('refused: receiver')
    })
  })

  describe('offline-kiosk', () => {
    let project: string
    let world: LedgerWorld
    let site: LedgerSite
    before(async () => {
      project = projectOf('offline-kiosk')
      world = await openCardWorld(1024)
      site = await openLedgerSite(world)
    })
    after(async () => {
      await site?.close()
      await world?.close()
    })

    const load = async (snapshot = site.snapshot(), version = 1) => {
      writeFileSync(join(project, 'ledger.profile'), site.profile({ version }))
      writeFileSync(join(project, 'ledger.snapshot'), await snapshot)
    }
    /** A kiosk that runs until its input ends. @returns the lines that it wrote */
    async function kiosk(codes: readonly string[], pin = site.pin) {
      const { child, said } = start(project, ['kiosk.js', project, pin])
      const lines: string[] = []
      createInterface({ input: child.stdout }).on('line', line => lines.push(line))
      child.stdin.end(`${codes.join('\n')}\n`)
      const exit = await new Promise(resolve => child.once('close', resolve))
      return { exit, said: said(), verdicts: lines.slice(1).map(line => JSON.parse(line)) }
    }

    it('checks cards from two files, with the portrait to compare', async () => {
      const card = await issueOn(world, 21)
      const lost = await issueOn(world, 22)
      await world.set([[22, 0, 1]])
      await load()
      const asked = site.asked.length
      const noise = [
        '',
        'https://shop.example',
        'ur:bytes/1-9/lpadascfadaxcywenbpljkhdcahkadaemejtswhhylkepmykhhtsytsnoyoyaxaedsuttydmmhhpktpmsrjtdkgslpgh',
      ]
      const { exit, said, verdicts } = await kiosk([
        ...noise,
        ...(await oneWayCodes(card)),
        ...(await oneWayCodes(lost)),
      ])
      expect(exit, said).to.equal(0)
      expect(verdicts.map(({ outcome }) => outcome)).to.deep.equal(['valid', 'revoked'])
      expect(verdicts[0].portrait).to.match(/^data:image\/jpeg;base64,/)
      expect(verdicts[1].portrait).to.equal(null)
      expect(site.asked.length, 'no request').to.equal(asked)
      const kept = readFileSync(join(project, 'seen.json'), 'utf8')
      expect(kept).to.not.include('data:image')
    })

    it('accepts each code once, also after a restart', async () => {
      const codes = await oneWayCodes(await issueOn(world, 23))
      await load()
      expect((await kiosk(codes)).verdicts[0].outcome).to.equal('valid')
      expect((await kiosk(codes)).verdicts[0].outcome).to.equal('replayed')
    })

    it('does not start with an older snapshot, an older profile, or one of another key', async () => {
      const older = await site.snapshot()
      await issueOn(world, 24)
      await load(site.snapshot(), 2)
      expect((await kiosk([])).exit).to.equal(0)
      await load(Promise.resolve(older), 2)
      expect(await kiosk([]))
        .to.deep.include({ exit: 1 })
        .and.have.property('said')
        .that.includes('PROOF_ROLLBACK')
      await load(site.snapshot(), 1)
      expect((await kiosk([])).said).to.include('PROOF_PROFILE_INVALID')
      await load(site.snapshot(), 3)
      expect((await kiosk([], 'another')).said).to.include('PROOF_PROFILE_INVALID')
      expect((await kiosk([])).exit).to.equal(0)
    })
  })
})

/** The shop's key, and a certificate for it. */
async function certify(project: string, url: string): Promise<void> {
  const [ca, key] = [new SoftwareSigner(makeP256Pem()), new SoftwareSigner(makeP256Pem())]
  const term = { notBefore: systemClock() - DAY, notAfter: systemClock() + DAY }
  const root = await makeRootCertificate(ca, 'Shops', term.notBefore, random)
  writeFileSync(join(project, 'shop.pem'), key.pkcs8)
  const certificate = await makeLeafCertificate(ca, root, key, { commonName: 'Shop', url, ...term }, random)
  writeFileSync(join(project, 'shop.crt'), certificate)
}
