/** The configuration of nginx in docs/operator.md, with a real nginx in front of a node. Needs Debian's nginx. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ClientRequest, RequestOptions } from 'node:http'
import { request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { selfSigned } from '../node/residents/rest/self-signed.ts'
import { freePort } from '../support/free-port.ts'
import { codeOf, OperatorPage } from '../support/operator-page.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { openSite, type Site } from '../support/site.ts'
import { until } from '../support/until.ts'

const HOST = 'counter.example.go.kr'
const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync)

describe('the operators’ pages behind nginx, as docs/operator.md configures it', function () {
  this.timeout(120_000)
  const directory = scratchDirectory('nginx')
  let site: Site
  let nginx: ChildProcess
  let port: number

  before(async function () {
    if (NGINX === undefined) {
      if (process.env.DOJANG_TEST_ALL) throw new Error('there is no nginx: apt-get install nginx-light')
      console.log('      there is no nginx: apt-get install nginx-light')
      return this.skip()
    }
    site = await openSite({ publicUrl: 'https://id.example.go.kr', operatorUrl: `https://${HOST}` })
    port = await freePort()
    nginx = spawn(NGINX, ['-p', directory, '-c', await configuration(), '-e', join(directory, 'error.log')])
    await until('nginx listens', () => reachable(port))
  })
  after(async () => {
    if (nginx && nginx.exitCode === null) {
      nginx.kill('SIGQUIT')
      await once(nginx, 'exit')
    }
    await site?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  /** The block of the page. Only addresses and paths are those of this test. */
  async function configuration(): Promise<string> {
    const page = readFileSync('docs/operator.md', 'utf8')
    const [, block = ''] = /```nginx\n(.*?)```/s.exec(page) ?? []
    const { certificate, key } = await selfSigned(directory, HOST)
    const server = block
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replace('127.0.0.1:4102', `127.0.0.1:${site.authority.config.operator.port}`)
      .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate};`)
      .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    mkdirSync(join(directory, 'tmp'))
    const own = [
      `access_log ${join(directory, 'access.log')};`,
      ...temporary.map(name => `${name}_temp_path ${join(directory, 'tmp', name)};`),
    ]
    const path = join(directory, 'nginx.conf')
    const main = `daemon off;\nmaster_process off;\npid ${join(directory, 'pid')};\nevents {}\n`
    writeFileSync(path, `${main}http {\n${own.join('\n')}\n${server}}\n`)
    return path
  }

  const overTls = (options: RequestOptions): ClientRequest =>
    request({ host: '127.0.0.1', port, servername: HOST, rejectUnauthorized: false, agent: false, ...options })

  /** A browser that knows the node by nginx alone. */
  class PageBehind extends OperatorPage {
    protected override open(options: RequestOptions): ClientRequest {
      return overTls(options)
    }
  }

  const get = (path: string, host = HOST): Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }> =>
    new Promise((resolve, reject) => {
      overTls({ path, headers: { host } })
        .once('error', reject)
        .once('response', response => {
          response.resume()
          resolve({ status: response.statusCode ?? 0, headers: response.headers })
        })
        .end()
    })

  it('enrol by a link, whose code is in no log of the proxy, and sign in', async () => {
    const invited = await site.authority.accounts.invite(
      { name: 'a clerk', role: 'administrator', centre: null },
      { kind: 'local' },
    )
    expect(invited.enrolmentUrl).to.match(new RegExp(`^https://${HOST}/counter/enrol#`))
    const page = new PageBehind(site)
    expect((await page.enrol(invited.enrolmentUrl)).status).to.equal(201)
    expect((await page.signIn()).status).to.equal(201)
    expect((await page.send('GET', '/session')).body.operator).to.include({ role: 'administrator' })
    expect((await page.touch()).status).to.equal(200)
    // Larger than what nginx takes without a setting of its own, and refused by the node, not by nginx.
    const large = await page.send('POST', '/rollout', { file: ' '.repeat(1_048_576) })
    expect(large.body).to.include({ code: 'ISSUER_ROLLOUT_INVALID' })
    await until('nginx has logged', () => readFileSync(join(directory, 'access.log'), 'utf8').includes('/rollout'))
    const logged = readFileSync(join(directory, 'access.log'), 'utf8')
    expect(logged).to.include('/operator/enrolments').and.not.include(codeOf(invited.enrolmentUrl))
    expect(logged).not.to.include(page.cookie?.split('=')[1])
  })

  it('are told to browsers as https only, without the metrics', async () => {
    const { status, headers } = await get('/healthz')
    expect(status).to.equal(200)
    expect(headers['strict-transport-security']).to.equal('max-age=31536000')
    expect((await get('/metrics')).status).to.equal(404)
    expect((await get('//metrics')).status).not.to.equal(200)
    expect((await get('/metrics?x')).status).to.equal(404)
  })

  it('do not open to the token of the command line, whatever name the client sends', async () => {
    const page = new PageBehind(site)
    const token = { authorization: `Bearer ${site.authority.custody.operatorToken}` }
    expect((await page.raw('GET', '/operators', undefined, { host: HOST, ...token })).status).to.equal(401)
    // The answer is the same under every name: none of them makes a client one of this host.
    for (const host of ['evil.example', 'localhost', '127.0.0.1']) {
      const answer = await page.raw('GET', '/operators', undefined, { host, ...token })
      expect(answer.status, host).to.equal(401)
    }
  })
})

const reachable = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
