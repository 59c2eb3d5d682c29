/** Whose a line is, asked of a telecom in a process of its own: its answers, its faults and its lies. */
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'chai'
import type { ResidentFacts } from '../../../../node/credential/subject.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import type { LineOwner } from '../../../../node/residents/lines/port.ts'
import { RestClient } from '../../../../node/residents/rest/client.ts'
import { LINES_FAILURES } from '../../../../node/residents/rest/failures.ts'
import { RestLines } from '../../../../node/residents/rest/lines.ts'
import { linesApi } from '../../../../node/residents/rest/openapi.ts'
import { RestEndpoint } from '../../../../node/residents/rest/service.ts'
import { StoredRegister } from '../../../../node/residents/stored.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { population } from '../support.ts'
import { RunningService } from './running-service.ts'

const [someone, other] = population(2) as [ResidentFacts, ResidentFacts]
const LINE = '010-1234-5678'
const TELECOM = { repeat: ['request', 'line'] }
const HERS = { ...TELECOM, json: { owner: 'person' } }
const SECRET = 's3cret-of-the-telecom'

describe('whose a line is, asked of a telecom', function () {
  this.timeout(30_000)
  const scratch = scratchDirectory('telecom')
  const secretFile = join(scratch, 'secret')
  let server: RunningService
  let store: MemoryStore
  let residents: StoredRegister
  let client: RestClient
  let lines: RestLines
  let person: Uint8Array

  function open(settings: object = {}): void {
    client?.close()
    const endpoint = { kind: 'rest', url: `http://127.0.0.1:${server.port}/api`, secretFile, ...settings }
    client = new RestClient(RestEndpoint.parse(endpoint), systemTimer, LINES_FAILURES)
    lines = new RestLines({ client, stored: residents.lines, residents, random: randomBytes })
  }
  const personOf = async (facts: ResidentFacts) => {
    const found = await residents.findByNumber(facts.personalNumber)
    return found?.person ?? expect.fail('not stored')
  }
  const outcome = (number = LINE, whose = person): Promise<string> =>
    lines.ownerOf(number, whose).then(
      ({ owner }) => owner,
      error => error.code ?? String(error),
    )
  const tagOf = (found: LineOwner) => (found.owner === 'person' ? Buffer.from(found.tag).toString('hex') : found.owner)

  before(async () => {
    writeFileSync(secretFile, SECRET, { mode: 0o600 })
    server = await RunningService.start(SECRET)
  })
  after(async () => {
    client.close()
    await server[Symbol.asyncDispose]()
    rmSync(scratch, { recursive: true, force: true })
  })
  beforeEach(async () => {
    store = new MemoryStore()
    residents = new StoredRegister(store, new Vault(store, randomBytes(32), randomBytes))
    await residents.store([someone, other])
    person = await personOf(someone)
    open()
    server.requests.length = 0
    await server.behave(HERS)
  })

  it('gives the line of the person a tag, which stays the same', async () => {
    const first = tagOf(await lines.ownerOf(LINE, person))
    expect(first).to.match(/^[0-9a-f]{32}$/)
    expect(tagOf(await lines.ownerOf('+82 10 1234 5678', person))).to.equal(first)
    const commits = await store.commit([])
    await lines.ownerOf(LINE, person)
    expect(await store.commit([]), 'a known line is not stored again').to.equal(commits)
  })

  it('asks every time, in the body, with a request id of its own', async () => {
    await outcome()
    await outcome()
    await server.heard()
    expect(server.requests.map(({ url }) => url)).to.deep.equal(['/api/owner', '/api/owner'])
    const [first, second] = server.requests.map(({ body }) => JSON.parse(body))
    expect(first).to.include({ line: '+821012345678', personalNumber: someone.personalNumber })
    expect(first.request).to.match(/^[\w-]{22}$/)
    expect(first.request).not.to.equal(second.request)
  })

  it("says that a line is another's or unknown only if the telecom says so, and stores nothing", async () => {
    const commits = await store.commit([])
    for (const owner of ['another', 'unknown']) {
      await server.behave({ ...TELECOM, json: { owner } })
      expect(await outcome()).to.equal(owner)
    }
    expect(await store.commit([])).to.equal(commits)
  })

  it('does not ask about text that is no line, or for a person who was erased', async () => {
    expect(await outcome('toString')).to.equal('unknown')
    await residents.erase(person)
    expect(await outcome()).to.equal('unknown')
    await server.heard()
    expect(server.requests).to.deep.equal([])
  })

  it('takes a line from the person whose it was, when the telecom gives it to another', async () => {
    const before = tagOf(await lines.ownerOf(LINE, person))
    const next = tagOf(await lines.ownerOf(LINE, await personOf(other)))
    expect(next)
      .to.match(/^[0-9a-f]{32}$/)
      .and.not.equal(before)
    await server.behave({ ...TELECOM, json: { owner: 'another' } })
    expect(await outcome(LINE, await personOf(other)), 'what is stored does not count against the telecom').to.equal(
      'another',
    )
  })

  it('leaves nothing of the line behind when the person is erased', async () => {
    await outcome()
    await residents.erase(person)
    expect((await residents.lines.ownerOf(LINE, person)).owner).to.equal('unknown')
  })

  describe('that cannot answer is unavailable, and the line is nobody else’s for that:', () => {
    const faults: Readonly<Record<string, object>> = {
      'it answers 500': { status: 500 },
      'it answers 404, as a wrong address does': { status: 404, json: { owner: 'another' } },
      'it redirects': { status: 307, location: 'http://127.0.0.1:9/' },
      'it breaks off': { breakOff: true },
      'it answers too much': { large: true },
      'it is slow': { ...HERS, delayMs: 1500 },
      'it answers what is no HTTP': { quote: true },
    }
    for (const [name, behaviour] of Object.entries(faults)) {
      it(name, async () => {
        open({ timeoutMs: 300 })
        await server.behave(behaviour)
        expect(await outcome()).to.equal('RESIDENTS_LINES_UNAVAILABLE')
      })
    }

    it('it is absent, or does not accept the secret', async () => {
      open({ url: 'http://127.0.0.1:9' })
      expect(await outcome()).to.equal('RESIDENTS_LINES_UNAVAILABLE')
      const wrong = join(scratch, 'wrong')
      writeFileSync(wrong, 'wrong', { mode: 0o600 })
      open({ secretFile: wrong })
      expect(await outcome()).to.equal('RESIDENTS_LINES_UNAVAILABLE')
      expect(() => open({ secretFile: join(scratch, 'none') }))
        .to.throw()
        .with.property('code', 'RESIDENTS_SERVICE_FILES')
    })
  })

  describe('that does not answer as its API demands is refused:', () => {
    const answers: Readonly<Record<string, object>> = {
      'no JSON': { text: '<html>person</html>' },
      'a word of its own': { ...TELECOM, json: { owner: 'maybe' } },
      'a truth value': { ...TELECOM, json: { owner: true } },
      'no owner': TELECOM,
      'a member twice': { text: '{"owner":"another","owner":"person"}' },
      'members of Object': { text: '{"__proto__":{"owner":"person"},"request":"toString","line":"constructor"}' },
      'a list': { text: '[{"owner":"person"}]' },
    }
    for (const [name, behaviour] of Object.entries(answers)) {
      it(name, async () => {
        await server.behave(behaviour)
        expect(await outcome()).to.equal('RESIDENTS_LINES_ANSWER')
      })
    }

    it('an answer about another line, or to another request', async () => {
      const commits = await store.commit([])
      await server.behave({ repeat: ['request'], json: { line: '+821099998888', owner: 'person' } })
      expect(await outcome()).to.equal('RESIDENTS_LINES_INCONSISTENT')
      await server.behave({ repeat: ['line'], json: { request: 'A'.repeat(22), owner: 'person' } })
      expect(await outcome()).to.equal('RESIDENTS_LINES_INCONSISTENT')
      expect(await store.commit([]), 'nothing was stored').to.equal(commits)
    })
  })

  it('has no number, secret or answer in an error, also if the telecom repeats what it was sent', async () => {
    for (const behaviour of [
      { status: 400, text: 'cannot read <body>' },
      { status: 200, text: 'cannot read <body>' },
      { ...HERS, json: { owner: 'person', line: '+821099998888' } },
      { quote: true },
    ]) {
      await server.behave(behaviour)
      const error = await lines.ownerOf(LINE, person).then(() => expect.fail('answered'), String)
      const shown = await lines
        .ownerOf(LINE, person)
        .catch(failure => inspect(failure, { depth: null, showHidden: true }))
      for (const secret of [SECRET, someone.personalNumber, '1012345678', '1099998888']) {
        expect(`${error}${shown}`, secret).not.to.include(secret)
      }
    }
  })

  it('is described by docs/lines-api.json', () => {
    const committed = readFileSync(join(import.meta.dirname, '../../../../docs/lines-api.json'), 'utf8')
    expect(JSON.parse(committed), 'run `npm run service-apis`').to.deep.equal(JSON.parse(JSON.stringify(linesApi())))
  })
})
