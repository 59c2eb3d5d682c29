import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ResidentFacts } from '../../../../node/credential/subject.ts'
import { toHex } from '../../../../node/lib/bytes.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import { RestClient } from '../../../../node/residents/rest/client.ts'
import { REGISTER_FAILURES } from '../../../../node/residents/rest/failures.ts'
import { registerApi } from '../../../../node/residents/rest/openapi.ts'
import { RestRegister } from '../../../../node/residents/rest/register.ts'
import { RestService } from '../../../../node/residents/rest/service.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { NOW, population } from '../support.ts'
import { RunningService } from './running-service.ts'
import { selfSigned } from './self-signed.ts'

const [someone, other] = population(2) as [ResidentFacts, ResidentFacts]
const MASTER = randomBytes(32)
const NEW_ADDRESS = '세종특별자치시 가상로 99'

const entry = (id: string, facts: ResidentFacts, changes: Readonly<Record<string, string>> = {}) => ({
  id,
  columns: {
    personal_number: facts.personalNumber,
    family_name: facts.familyName,
    given_name: facts.givenName,
    address: facts.address,
    municipality: facts.municipality,
    portrait: Buffer.from(facts.portrait).toString('base64'),
    ...changes,
  },
})

const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    answer => (answer === undefined ? 'unknown' : 'answered'),
    error => error.code ?? String(error),
  )

describe('a register of another authority', function () {
  this.timeout(30_000)
  const scratch = scratchDirectory('register')
  let server: RunningService
  let store: MemoryStore
  let client: RestClient
  let register: RestRegister
  let now = NOW

  function open(settings: object = {}): RestRegister {
    client?.close()
    const service = { kind: 'rest', url: `http://127.0.0.1:${server.port}/api`, ...settings }
    client = new RestClient(RestService.parse(service), systemTimer, REGISTER_FAILURES)
    const vault = new Vault(store, MASTER, randomBytes)
    register = new RestRegister({ client, store, vault, columns: [], clock: () => now, cacheSeconds: 30 })
    return register
  }
  const byNumber = (facts = someone) => register.findByNumber(facts.personalNumber)
  const knownPerson = async (facts = someone) => (await byNumber(facts))?.person ?? new Uint8Array()
  const commits = () => store.commit([])

  before(async () => {
    server = await RunningService.start()
  })
  after(async () => {
    client.close()
    await server[Symbol.asyncDispose]()
    rmSync(scratch, { recursive: true, force: true })
  })
  beforeEach(async () => {
    now = NOW
    store = new MemoryStore()
    open()
    server.requests.length = 0
    await server.behave({ residents: [entry('A-1', someone)] })
  })

  it('is asked for a resident, who gets a random person id and keeps it', async () => {
    expect((await byNumber())?.facts.address).to.equal(someone.address)
    const person = await knownPerson()
    expect(person).to.have.length(16)
    expect(toHex(await knownPerson())).to.equal(toHex(person))
    await server.heard()
    expect(new Set(server.requests.map(({ url }) => url)), 'no number is in a URL').to.deep.equal(
      new Set(['/api/search']),
    )
  })

  it('finds a person again by the identifier of the register, and for a short time from memory', async () => {
    const person = await knownPerson()
    expect((await register.find(person))?.facts.familyName).to.equal(someone.familyName)
    await server.heard()
    expect(server.requests).to.have.length(1)
    now += 30
    await register.find(person)
    await server.heard()
    expect(JSON.parse(server.requests[1]?.body ?? '')).to.deep.equal({ id: 'A-1' })
    await server.behave({ residents: [] })
    now += 30
    expect(await register.find(person), 'who left the register').to.equal(undefined)
  })

  it('finds a resident by an identifier from outside, and refuses an answer about another', async () => {
    expect((await register.findByRegisterId('A-1'))?.facts.familyName).to.equal(someone.familyName)
    expect(await codeOf(register.findByRegisterId('A-2'))).to.equal('RESIDENTS_REGISTER_INCONSISTENT')
    await server.heard()
    const asked = server.requests.length
    for (const malformed of ['', 'A 1', '각', 'x'.repeat(201)]) {
      expect(await register.findByRegisterId(malformed)).to.equal(undefined)
    }
    await server.heard()
    expect(server.requests, 'malformed identifiers are not asked for').to.have.length(asked)
  })

  it('finds residents by name and birthdate', async () => {
    const name = `${someone.familyName}${someone.givenName}`
    expect(await register.findByName(name, someone.birthdate, 20)).to.have.length(1)
    expect(await codeOf(register.findByName(name, '1900-01-01', 20))).to.equal('RESIDENTS_REGISTER_INCONSISTENT')
  })

  it('calls a resident unknown only if the register says so', async () => {
    await server.behave({ residents: [] })
    expect(await byNumber()).to.equal(undefined)
  })

  it('leaves nothing that can be read without the keys', async () => {
    await server.behave({ residents: [entry('A-1-of-the-register', someone)] })
    await byNumber()
    let stored = ''
    for await (const [key, value] of store.range(new Uint8Array(), new Uint8Array([255]))) {
      stored += Buffer.concat([key, value]).toString('latin1')
    }
    expect(stored.length).to.be.greaterThan(100)
    for (const plain of ['A-1-of-the-register', someone.personalNumber, someone.birthdate]) {
      expect(stored.includes(plain), plain).to.equal(false)
    }
  })

  it('forgets an erased person, who is somebody new afterwards', async () => {
    const before = await knownPerson()
    await register.erase(before)
    expect(await register.find(before)).to.equal(undefined)
    expect(toHex(await knownPerson())).not.to.equal(toHex(before))
  })

  it('cannot be imported into', async () => {
    expect(await codeOf(register.store())).to.equal('RESIDENTS_REGISTER_ELSEWHERE')
  })

  it('gets the bearer secret of a file that only its owner can read', async () => {
    await using guarded = await RunningService.start('s3cret')
    await guarded.behave({ residents: [entry('A-1', someone)] })
    const secretFile = join(scratch, 'secret')
    const url = `http://127.0.0.1:${guarded.port}`
    writeFileSync(secretFile, 's3cret\n', { mode: 0o600 })
    expect(await codeOf(open({ url, secretFile }).findByNumber(someone.personalNumber))).to.equal('answered')
    writeFileSync(secretFile, 'wrong')
    expect(await codeOf(open({ url, secretFile }).findByNumber(someone.personalNumber))).to.equal(
      'RESIDENTS_REGISTER_UNAVAILABLE',
    )
    chmodSync(secretFile, 0o644)
    expect(() => open({ secretFile }))
      .to.throw()
      .with.property('code', 'RESIDENTS_REGISTER_FILES')
    expect(() => open({ secretFile: join(scratch, 'none') })).to.throw('ENOENT')
  })

  it('knows this node by its client certificate', async () => {
    const [own, theirs] = [await selfSigned(scratch, 'client'), await selfSigned(scratch, 'server')]
    await using guarded = await RunningService.start('', theirs.certificate, theirs.key, own.certificate)
    await guarded.behave({ residents: [entry('A-1', someone)] })
    const url = `https://localhost:${guarded.port}`
    const tls = { ...own, ca: theirs.certificate }
    expect(await codeOf(open({ url, tls }).findByNumber(someone.personalNumber))).to.equal('answered')
    const stranger = { ...(await selfSigned(scratch, 'stranger')), ca: theirs.certificate }
    for (const settings of [{ url }, { url, tls: stranger }, { url, tls: { ...own, ca: stranger.certificate } }]) {
      expect(await codeOf(open(settings).findByNumber(someone.personalNumber))).to.equal(
        'RESIDENTS_REGISTER_UNAVAILABLE',
      )
    }
  })

  it('is reached by http on this machine only', () => {
    const accepts = (url: string) => RestService.safeParse({ kind: 'rest', url }).success
    expect([accepts('http://127.0.0.1:1'), accepts('https://register.example')]).to.deep.equal([true, true])
    expect([accepts('http://register.example'), accepts('ftp://127.0.0.1')]).to.deep.equal([false, false])
  })

  describe('that cannot be asked is unavailable, and nobody is called unknown:', () => {
    const failures: Readonly<Record<string, object>> = {
      'it answers 500': { status: 500 },
      'it answers 404, as a wrong address does': { status: 404 },
      'it redirects': { status: 302, location: 'http://127.0.0.1:9/' },
      'it breaks off': { breakOff: true },
      'it answers too much': { large: true },
      'it is slow': { delayMs: 1500, residents: [entry('A-1', someone)] },
    }
    for (const [name, behaviour] of Object.entries(failures)) {
      it(name, async () => {
        open({ timeoutMs: 300 })
        await server.behave(behaviour)
        expect(await codeOf(byNumber())).to.equal('RESIDENTS_REGISTER_UNAVAILABLE')
        expect(await commits()).to.equal(0)
      })
    }

    it('it is absent', async () => {
      open({ url: 'http://127.0.0.1:9' })
      expect(await codeOf(byNumber())).to.equal('RESIDENTS_REGISTER_UNAVAILABLE')
    })

    it('it fails for a known person whose facts are not in memory any more', async () => {
      const person = await knownPerson()
      now += 60
      await server.behave({ status: 503 })
      expect(await codeOf(register.find(person))).to.equal('RESIDENTS_REGISTER_UNAVAILABLE')
    })
  })

  describe('that lies is refused, and nothing is stored:', () => {
    const lies: Readonly<Record<string, object>> = {
      'no JSON': { text: 'residents' },
      'repeated members': { text: '{"residents":[],"residents":[]}' },
      'no list': { text: '{"residents":null}' },
      'prototype members': { text: '{"residents":[{"id":"A-1","columns":{"__proto__":{"x":1}}}]}' },
      'column names of Object': { residents: [{ id: 'A-1', columns: { constructor: 'x', toString: 'y' } }] },
      'an impossible number': { residents: [entry('A-1', someone, { personal_number: '990230-1000000' })] },
      'a portrait that does not decode': { residents: [entry('A-1', someone, { portrait: 'AAAA' })] },
      'an identifier with a control character': { residents: [entry('A\u0007', someone)] },
    }
    for (const [name, behaviour] of Object.entries(lies)) {
      it(name, async () => {
        await server.behave(behaviour)
        expect(await codeOf(byNumber())).to.equal('RESIDENTS_REGISTER_ANSWER')
        expect(await commits()).to.equal(0)
      })
    }

    it('another number than the one asked for, or several residents', async () => {
      await server.behave({ residents: [entry('A-2', other)] })
      expect(await codeOf(byNumber())).to.equal('RESIDENTS_REGISTER_INCONSISTENT')
      await server.behave({ residents: [entry('A-1', someone), entry('A-2', other)] })
      expect(await codeOf(byNumber())).to.equal('RESIDENTS_REGISTER_INCONSISTENT')
      expect(await commits()).to.equal(0)
    })

    it('another person under a known identifier or number', async () => {
      const person = await knownPerson()
      const before = await commits()
      now += 60
      await server.behave({ residents: [entry('A-2', someone)] })
      expect(await codeOf(byNumber()), 'the number has another identifier').to.equal('RESIDENTS_REGISTER_INCONSISTENT')
      expect(await codeOf(register.find(person)), 'not the identifier asked for').to.equal(
        'RESIDENTS_REGISTER_INCONSISTENT',
      )
      await server.behave({ residents: [entry('A-1', other)] })
      expect(await codeOf(register.find(person)), 'another birthdate').to.equal('RESIDENTS_REGISTER_INCONSISTENT')
      expect(await commits()).to.equal(before)
      await server.behave({ residents: [entry('A-1', someone)] })
      expect((await register.find(person))?.facts.birthdate).to.equal(someone.birthdate)
    })

    it('the number of one known person for another one', async () => {
      await byNumber()
      const twin = { ...someone, personalNumber: `${someone.personalNumber.slice(0, 8)}000002` }
      await server.behave({ residents: [entry('A-2', twin)] })
      const person = await knownPerson(twin)
      now += 60
      await server.behave({ residents: [entry('A-2', someone)] })
      expect(await codeOf(register.find(person))).to.equal('RESIDENTS_REGISTER_INCONSISTENT')
    })
  })

  it('may change facts, and the number of a person whose birthdate stays', async () => {
    const person = await knownPerson()
    now += 60
    const renumbered = { ...someone, personalNumber: `${someone.personalNumber.slice(0, 8)}000001` }
    await server.behave({ residents: [entry('A-1', renumbered, { address: NEW_ADDRESS })] })
    expect((await register.find(person))?.facts.address).to.equal(NEW_ADDRESS)
    expect(toHex(await knownPerson(renumbered))).to.equal(toHex(person))
    const commitsBefore = await commits()
    await knownPerson(renumbered)
    expect(await commits(), 'an answer without a new number stores nothing').to.equal(commitsBefore)
  })

  it('is described by docs/register-api.json', () => {
    const committed = readFileSync(join(import.meta.dirname, '../../../../docs/register-api.json'), 'utf8')
    expect(JSON.parse(committed), 'run `npm run service-apis`').to.deep.equal(JSON.parse(JSON.stringify(registerApi())))
  })
})
