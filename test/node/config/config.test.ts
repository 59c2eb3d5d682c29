import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { openConfig, type RequestedSettings, storeLedgerUrl } from '../../../node/config/config.ts'
import { failureOf } from '../../support/failure.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { random } from '../../support/world.ts'

describe('the configuration', () => {
  let data: string
  beforeEach(() => {
    data = join(scratchDirectory('config'), 'data')
  })
  afterEach(() => rmSync(join(data, '..'), { recursive: true, force: true }))

  const open = (given: Partial<RequestedSettings> = {}) => openConfig({ data, ...given }, random)
  const path = () => join(data, 'config.json')

  it('is created once, readable by its owner only, and stays the same', async () => {
    const first = await open()
    expect(first).to.include({ mode: 'local', publicUrl: 'http://localhost:4100', port: 4100, rpcPort: 4101, data })
    expect(first.host).to.equal('127.0.0.1')
    expect(first.chainId).to.be.within(100_000, 2 ** 31)
    const text = readFileSync(path(), 'utf8')
    expect(await open()).to.deep.equal(first)
    expect(readFileSync(path(), 'utf8')).to.equal(text)
    expect(statSync(path()).mode & 0o077).to.equal(0)
    expect(statSync(data).mode & 0o077).to.equal(0)
  })

  it('chooses another chain id for each install', async () => {
    const one = await open()
    rmSync(path())
    expect((await open()).chainId).not.to.equal(one.chainId)
  })

  it('chooses a free port for port 0, and keeps it', async () => {
    const first = await open({ port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0 })
    expect(first.port).to.be.greaterThan(1023)
    expect(first.publicUrl).to.equal(`http://localhost:${first.port}`)
    expect(await open({ port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0 })).to.deep.equal(first)
  })

  it('lets ports change and nothing else', async () => {
    const first = await open({ mode: 'demo', publicUrl: 'http://example.test/id', ledger: 'http://ledger.test' })
    expect(await open({ port: 5000, rpcPort: 5001 })).to.deep.equal({ ...first, port: 5000, rpcPort: 5001 })
    expect(await open(), 'and stay there').to.include({ port: 5000, rpcPort: 5001 })
    for (const [setting, given] of [
      ['mode', { mode: 'local' }],
      ['publicUrl', { publicUrl: 'http://other.test' }],
    ] as const) {
      const failure = await failureOf(open(given))
      expect(failure.code).to.equal('CONFIG_FIXED')
      expect(failure.detail).to.include({ setting })
    }
  })

  it('keeps how the verifier identifies itself, and whose cards it requests', async () => {
    const first = await open()
    expect(first).to.deep.include({ verifierId: 'x509_hash', trustedAuthorities: [] })
    const changed = { verifierId: 'x509_san_dns', trustedAuthorities: ['own', 's9tIpPmhxdiuNkHMEWNpYim8S8Y'] } as const
    expect(await open(changed)).to.deep.equal({ ...first, ...changed })
    expect(await open()).to.deep.equal({ ...first, ...changed })
    expect((await open({ trustedAuthorities: [] })).trustedAuthorities).to.deep.equal([])
    for (const trustedAuthorities of [['a b'], ['AA=='], ['']]) {
      expect((await failureOf(open({ trustedAuthorities }))).code).to.equal('CONFIG_INVALID')
    }
  })

  it('turns HAIP on for all further starts, with what it demands, and off again', async () => {
    const first = await open()
    expect(first).to.include({ haip: false, walletAttestation: 'accepted' })
    const on = { haip: true, walletAttestation: 'required', verifierId: 'x509_hash' } as const
    expect(await open({ haip: true })).to.deep.equal({ ...first, ...on })
    expect(await open(), 'without the flag').to.deep.equal({ ...first, ...on })
    for (const against of [{ walletAttestation: 'accepted' }, { verifierId: 'x509_san_dns' }] as const) {
      expect((await failureOf(open(against))).code).to.equal('CONFIG_INVALID')
      expect((await failureOf(open({ haip: true, ...against }))).code).to.equal('CONFIG_INVALID')
    }
    expect(await open({ haip: false })).to.deep.equal({ ...first, walletAttestation: 'required' })
  })

  it('turns HAIP on for an https URL, and for this machine', async () => {
    for (const publicUrl of ['http://id.example', 'http://192.168.0.7:4100']) {
      expect((await failureOf(open({ publicUrl, haip: true }))).code).to.equal('CONFIG_INVALID')
      expect(existsSync(path())).to.equal(false)
    }
    expect(await open({ publicUrl: 'https://id.example', haip: true })).to.include({ haip: true })
  })

  it('has no verifier id by DNS name for a URL with an IP address', async () => {
    for (const publicUrl of ['http://127.0.0.1:4100', 'http://[::1]:4100']) {
      const failure = await failureOf(open({ publicUrl, verifierId: 'x509_san_dns' }))
      expect(failure.code).to.equal('CONFIG_INVALID')
      expect(existsSync(path())).to.equal(false)
    }
  })

  it('lets the URLs of the ledger change, and stores them when they are of the same ledger', async () => {
    const first = await open({ ledger: 'http://a.test' })
    const moved = await open({ ledger: 'http://b.test,http://a.test' })
    expect(moved).to.deep.equal({ ...first, ledgerUrl: 'http://b.test,http://a.test' })
    expect(await open()).to.deep.equal(first)
    storeLedgerUrl(moved)
    expect(await open()).to.deep.equal(moved)
  })

  it('refuses a ledger by URL for an install with an embedded one', async () => {
    await open()
    expect((await failureOf(open({ ledger: 'http://ledger.test' }))).detail).to.include({ was: 'not set' })
  })

  const bases = [
    'http://example.test/',
    'https://example.test?x=1',
    'https://example.test#x',
    'https://user:secret@example.test',
    'https://EXAMPLE.test',
    'https://example.test:443',
    'https://example.test/a/../b',
    'ftp://example.test',
    'example.test',
    '',
  ]
  for (const publicUrl of bases) {
    it(`writes nothing for the public URL "${publicUrl}"`, async () => {
      expect((await failureOf(open({ publicUrl }))).code).to.equal('CONFIG_INVALID')
      expect(existsSync(path())).to.equal(false)
      await open()
    })
  }

  const noOperatorUrls = [
    'http://counter.example.test',
    'https://203.0.113.7',
    'https://[2001:db8::7]',
    'http://127.0.0.1:4102',
    'https://counter.example.test/',
    'https://counter.example.test/counter',
    'https://id.example.test',
    'counter.example.test',
  ]
  for (const operatorUrl of noOperatorUrls) {
    it(`writes nothing for the operator URL "${operatorUrl}"`, async () => {
      const failure = await failureOf(open({ publicUrl: 'https://id.example.test', operatorUrl }))
      expect(failure.code).to.equal('CONFIG_INVALID')
      expect(existsSync(path())).to.equal(false)
    })
  }

  it('fixes the operator URL at the first start: by default that of the port on localhost', async () => {
    const { operatorUrl, operator } = await open({ operatorPort: 4202 })
    expect(operatorUrl).to.equal(`http://localhost:${operator.port}`)
    const other = 'https://counter.example.test'
    expect((await failureOf(open({ operatorUrl: other }))).detail).to.include({
      setting: 'operatorUrl',
      was: operatorUrl,
    })
    // The port is no part of it: a proxy may lead there.
    expect((await open({ operatorPort: 4302 })).operatorUrl).to.equal(operatorUrl)
  })

  it('gives an install of an older version the operator URL of its port', async () => {
    await open({ operatorPort: 4202 })
    const { operatorUrl: _, ...older } = JSON.parse(readFileSync(path(), 'utf8'))
    writeFileSync(path(), JSON.stringify(older))
    expect((await open()).operatorUrl).to.equal('http://localhost:4202')
    expect((await open({ operatorPort: 4302 })).operatorUrl).to.equal('http://localhost:4202')
  })

  for (const walletUrl of [...noOperatorUrls, 'https://counter.example.test']) {
    it(`writes nothing for the wallet URL "${walletUrl}"`, async () => {
      const urls = { publicUrl: 'https://id.example.test', operatorUrl: 'https://counter.example.test' }
      expect((await failureOf(open({ ...urls, walletUrl }))).code).to.equal('CONFIG_INVALID')
      expect(existsSync(path())).to.equal(false)
    })
  }

  it('fixes the wallet URL at the first start: localhost, or with https the name of the public URL', async () => {
    expect((await open({ walletPort: 4203 })).walletUrl).to.equal('http://localhost:4203')
    expect((await failureOf(open({ walletUrl: 'https://wallet.example.test' }))).detail).to.include({
      setting: 'walletUrl',
    })
    expect(await open({ walletPort: 4303 })).to.deep.include({
      walletUrl: 'http://localhost:4203',
      wallet: { host: '127.0.0.1', port: 4303 },
    })
    for (const [publicUrl, expected] of [
      ['https://desk.local:4443', 'https://desk.local:4103'],
      ['https://192.0.2.7:4443', 'https://localhost:4103'],
      [undefined, 'https://localhost:4103'],
    ] as const) {
      rmSync(path())
      expect((await open({ tls: {}, ...(publicUrl && { publicUrl }) })).walletUrl).to.equal(expected)
    }
  })

  it('lets the public interface and the wallet listen on another address, and keeps it', async () => {
    const first = await open({ host: '0.0.0.0' })
    expect([first.host, first.wallet.host, first.operator.host]).to.deep.equal(['0.0.0.0', '0.0.0.0', '127.0.0.1'])
    expect(await open()).to.deep.equal(first)
    expect(await open({ host: '127.0.0.1' })).to.deep.include({
      host: '127.0.0.1',
      wallet: { ...first.wallet, host: '127.0.0.1' },
    })
  })

  it('gives an install of an older version the wallet URL of its port', async () => {
    const first = await open()
    const { walletUrl: _, wallet: _wallet, ...older } = JSON.parse(readFileSync(path(), 'utf8'))
    writeFileSync(path(), JSON.stringify(older))
    expect(await open()).to.deep.equal(first)
    expect((await open({ walletPort: 4303 })).walletUrl).to.equal('http://localhost:4103')
  })

  it('writes nothing for an invalid port', async () => {
    for (const port of [-1, 70_000, 1.5]) expect((await failureOf(open({ port }))).code).to.equal('CONFIG_INVALID')
    expect(existsSync(path())).to.equal(false)
  })

  it('accepts the default port of http', async () => {
    expect((await open({ port: 80 })).publicUrl).to.equal('http://localhost')
  })

  it('opens the config.json of a version that had no operator listener', async () => {
    const first = await open({ port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0 })
    const { operator: _operator, ...older } = JSON.parse(readFileSync(path(), 'utf8'))
    writeFileSync(path(), JSON.stringify(older))
    expect(await open()).to.deep.equal({ ...first, operator: { host: '127.0.0.1', port: 4102 } })
    expect((await open({ operatorPort: 4202 })).operator.port).to.equal(4202)
    expect((await open()).operator.port).to.equal(4202)
  })

  it('has no production mode yet: it refuses at the first start and at every later one, and says what is missing', async () => {
    const failure = await failureOf(open({ mode: 'production', publicUrl: 'https://id.example' }))
    expect(failure.code).to.equal('CONFIG_MODE_UNMET')
    expect(failure.message).to.include('second site').and.include('witnesses').and.include('--demo')
    expect(existsSync(path())).to.equal(false)
    await open()
    writeFileSync(path(), readFileSync(path(), 'utf8').replace('"mode": "local"', '"mode": "production"'))
    expect((await failureOf(open())).code).to.equal('CONFIG_MODE_UNMET')
  })

  it('asks no telecom and sends no message in the demo, whose lines are invented', async () => {
    const service = { kind: 'rest', url: 'https://telecom.example' }
    for (const member of ['lines', 'messages']) {
      await open({ mode: 'demo' })
      writeFileSync(path(), JSON.stringify({ ...JSON.parse(readFileSync(path(), 'utf8')), [member]: service }))
      expect((await failureOf(open())).code, member).to.equal('CONFIG_INVALID')
      rmSync(path())
    }
    await open()
    const services = { lines: service, messages: service }
    writeFileSync(path(), JSON.stringify({ ...JSON.parse(readFileSync(path(), 'utf8')), ...services }))
    expect(await open()).to.deep.include({ lines: { ...service, timeoutMs: 3000 } })
    const plain = { lines: { ...service, url: 'http://telecom.example' } }
    writeFileSync(path(), JSON.stringify({ ...JSON.parse(readFileSync(path(), 'utf8')), ...plain }))
    expect((await failureOf(open())).code, 'not in the clear').to.equal('CONFIG_INVALID')
  })

  it('has https when it is requested, and keeps it', async () => {
    expect((await open()).tls).to.equal(null)
    rmSync(path())
    const first = await open({ tls: {} })
    expect(first).to.deep.include({ publicUrl: 'https://localhost:4443', port: 4100, tls: { port: 4443, files: null } })
    expect(await open()).to.deep.equal(first)
    const files = { certificate: 'a.crt', key: '/b.key' }
    const moved = await open({ tls: { port: 8443, files } })
    expect(moved.publicUrl).to.equal(first.publicUrl)
    expect(moved.tls).to.deep.equal({ port: 8443, files: { certificate: resolve('a.crt'), key: '/b.key' } })
    expect(await open({ tls: {} }), 'what is not said stays').to.deep.equal(moved)
  })

  it('accepts the default port of https, and port 0', async () => {
    expect((await open({ tls: { port: 443 } })).publicUrl).to.equal('https://localhost')
    rmSync(path())
    const free = await open({ tls: { port: 0 } })
    expect(free.tls?.port).to.be.greaterThan(1023)
    expect(free.publicUrl).to.equal(`https://localhost:${free.tls?.port}`)
  })

  it('refuses https with an http URL, at the first start and later', async () => {
    const first = await failureOf(open({ tls: {}, publicUrl: 'http://id.example' }))
    expect(first.code).to.equal('CONFIG_INVALID')
    expect(first.message).to.include('https needs an https public URL')
    expect(existsSync(path())).to.equal(false)
    await open()
    const text = readFileSync(path(), 'utf8')
    expect((await failureOf(open({ tls: {} }))).message).to.include('https needs an https public URL')
    expect(readFileSync(path(), 'utf8')).to.equal(text)
  })

  it('is not created again for an install that lost it', async () => {
    await open()
    mkdirSync(join(data, 'keys'))
    rmSync(path())
    const failure = await failureOf(open())
    expect(failure.detail).to.deep.equal({ code: 'CONFIG_INVALID', path: path(), reason: 'it is missing' })
    expect(existsSync(path())).to.equal(false)
  })

  it('says why a data directory cannot be used', async () => {
    writeFileSync(join(data, '..', 'file'), '')
    for (const [name, reason] of [
      ['file', 'EEXIST'],
      ['file/data', 'ENOTDIR'],
    ] as const) {
      const given = join(data, '..', name)
      const failure = await failureOf(open({ data: given }))
      expect(failure.detail).to.deep.equal({ code: 'CONFIG_DATA', path: given, reason })
    }
  })

  it('says what is wrong in a file that was changed', async () => {
    await open()
    for (const text of ['', '{', '[]', '{"schema":2}', readFileSync(path(), 'utf8').replace('4100', '"x"')]) {
      writeFileSync(path(), text)
      const failure = await failureOf(open())
      expect(failure.code).to.equal('CONFIG_INVALID')
      expect(failure.message).to.include(path())
    }
  })
})
