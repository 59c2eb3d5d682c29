import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import { statusAt } from '../../../../node/credential/status-list.ts'
import { parseStatusListToken } from '../../../../node/credential/status-token.ts'
import type { TelecomReports } from '../../../../node/issuer/loss/telecom-reports.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { utf8 } from '../../../../node/lib/bytes.ts'
import { NEVER } from '../../../../node/proof/registries/interval.ts'
import { KeyUse } from '../../../../node/proof/registries/records.ts'
import { failureOf } from '../../../support/failure.ts'
import { type Core, World } from '../../../support/world.ts'
import { cardOn, LINE, TELECOM, Telecom } from './support.ts'

describe('a loss report of a telecom', function () {
  this.timeout(60_000)
  let world: World
  let core: Core
  let telecom: Telecom
  let reports: TelecomReports
  let next = 0

  before(async () => {
    world = await World.make(20)
    core = await world.open()
  })
  beforeEach(() => {
    telecom = new Telecom(world)
    reports = telecom.reports(core)
  })
  afterEach(() => {
    world.ledger.cut = false
  })
  after(() => world.dispose())

  const someone = () => world.people[next++] as Uint8Array
  const line = (n: number) => `+82102000${String(n).padStart(4, '0')}`
  const report = (text: string, organisation: number | undefined = TELECOM) => reports.report(organisation, text)
  const refusal = async (text: string, organisation?: number) => {
    const failure = await failureOf(report(text, organisation))
    return [failure.code, failure.detail?.reason].filter(Boolean).join(' ')
  }
  const published = (id: string) => {
    const { list, idx } = core.credentials.get(id)
    const { bits, compressed } = parseStatusListToken(core.lists.token(BigInt(list)).token)
    return statusAt(inflateSync(compressed), bits, idx)
  }

  it('locks all cards on that line, and those that may be on it, and no others', async () => {
    const person = someone()
    const card = await cardOn(core, person, LINE)
    const stranger = await cardOn(core, someone(), line(1))
    const taken = await report(telecom.sign())
    expect(taken.credentials).to.deep.equal([card])
    expect(await core.lossDesk.waitFor(taken.id)).to.have.length(1)
    expect([core.status(card), core.status(stranger)]).to.deep.equal(['SUSPENDED', 'VALID'])
    expect(core.lossDesk.get(taken.id)?.doneAt).not.to.equal(null)
    const entries = await core.entries()
    const set = entries.findLast(({ event }) => event === 'credential.status-set')
    expect(set).to.include({ credential: card, to: 'SUSPENDED', by: 'telecom:7' })
  })

  it('has its salted hash as the cause on the ledger, and is nowhere in the clear', async () => {
    await cardOn(core, someone(), line(2))
    const text = telecom.sign({ line: line(2) })
    const { id } = await report(text)
    await core.lossDesk.waitFor(id)
    for await (const [key, value] of core.store.range(new Uint8Array([0]), new Uint8Array([0xff]))) {
      for (const secret of [text, line(2), line(2).slice(3)]) {
        const needle = Buffer.from(utf8(secret))
        expect(Buffer.from(key).includes(needle) || Buffer.from(value).includes(needle)).to.equal(false)
      }
    }
  })

  it('is in the published list at once while the ledger is out of reach, and the ledger follows after a restart', async () => {
    const card = await cardOn(core, someone(), line(3))
    world.ledger.cut = true
    const began = performance.now()
    const taken = await report(telecom.sign({ line: line(3) }))
    expect(published(card)).to.equal(2)
    expect(performance.now() - began).to.be.lessThan(5_000)
    expect(core.status(card)).to.equal('VALID')
    expect(await core.lossDesk.waitFor(taken.id)).to.equal(null)
    world.ledger.cut = false
    core = await world.open()
    reports = telecom.reports(core)
    expect(published(card)).to.equal(2)
    await core.lossDesk.sweep()
    expect(core.status(card)).to.equal('SUSPENDED')
    expect(core.lossDesk.get(taken.id)?.doneAt).not.to.equal(null)
    // Whoever unlocks it now really unlocks it.
    await core.lossDesk.unlock(card, { channel: 'counter', by: 'operator:x', reason: 'found', identity: 'passport' })
    expect(published(card)).to.equal(0)
  })

  it('is taken once: the same one gets the same answer, and locks nothing again', async () => {
    const card = await cardOn(core, someone(), line(4))
    const text = telecom.sign({ line: line(4) })
    const { id } = await report(text)
    await core.lossDesk.waitFor(id)
    expect((await report(text)).id).to.equal(id)
    await reports.close(TELECOM, id, telecom.closure(id))
    expect(core.status(card)).to.equal('VALID')
    await world.ledger.pass(3600)
    expect((await report(text)).id).to.equal(id)
    expect(core.status(card)).to.equal('VALID')
    expect(published(card)).to.equal(0)
  })

  it('with the jti of another one is refused, also if both come at the same time', async () => {
    await cardOn(core, someone(), line(5))
    const jti = 'the-same-jti'
    const one = telecom.sign({ line: line(5), jti })
    const other = telecom.sign({ line: line(5), jti, time: world.clock() - 1 })
    const both = await Promise.allSettled([report(one), report(other)])
    expect(both.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected'])
    expect(await refusal(other)).to.equal('LOSS_JTI_REPEATED')
  })

  it('for a line that is unknown, another telecom’s, or of no known telecom is refused, in the same words', async () => {
    const person = someone()
    await cardOn(core, person, line(6))
    const { lines } = core.residents
    const random = (length: number) => new Uint8Array(length).fill(9)
    await lines.put([{ line: line(7), person, telecom: TELECOM + 1 }], random)
    await lines.put([{ line: line(8), person }], random)
    const failures = await Promise.all(
      [line(7), line(8), line(9)].map(each => failureOf(report(telecom.sign({ line: each })))),
    )
    const [first] = failures
    expect(first?.code).to.equal('LOSS_LINE_REFUSED')
    expect(new Set(failures.map(({ message }) => message)).size).to.equal(1)
  })

  it('of a customer without a card is answered as every other one', async () => {
    await core.residents.lines.put([{ line: line(10), person: someone(), telecom: TELECOM }], core.random)
    const { id } = await report(telecom.sign({ line: line(10) }))
    expect(await core.lossDesk.waitFor(id)).not.to.equal(null)
    world.ledger.cut = true
    const later = await report(telecom.sign({ line: line(10) }))
    expect(await core.lossDesk.waitFor(later.id)).to.equal(null)
  })

  it('is refused that is malformed, altered, for another authority, too old or of the future', async () => {
    const now = world.clock()
    const altered = telecom.sign().split('.')
    altered[1] = telecom.sign({ line: line(11) }).split('.')[1] as string
    const other = new SoftwareSigner(makeP256Pem())
    const attempts: readonly (readonly [string, string])[] = [
      ['no report', 'malformed'],
      [telecom.sign({ line: '02-1234-5678' }), 'malformed'],
      [telecom.sign({ extra: 1 }), 'malformed'],
      [telecom.sign({ jti: 'short' }), 'malformed'],
      [telecom.sign({}, { typ: 'JWT' }), 'malformed'],
      [telecom.sign({}, { crit: ['b64'] }), 'malformed'],
      [telecom.sign({}, { jwk: { ...telecom.signer.publicKey.jwk, d: 'AAAA' } }), 'malformed'],
      [altered.join('.'), 'signature'],
      [telecom.sign({}, { jwk: { ...other.publicKey.jwk } }), 'signature'],
      [telecom.sign({ aud: 'https://other.example' }), 'audience'],
      [telecom.sign({ time: now - 601 }), 'time'],
      [telecom.sign({ time: now + 120 }), 'time'],
    ]
    for (const [text, reason] of attempts) expect(await refusal(text), reason).to.equal(`LOSS_REPORT_REFUSED ${reason}`)
  })

  it('is refused of a key or organisation that may not report, and of another organisation’s client', async () => {
    const live = { from: 0, until: NEVER }
    const ended = { from: 0, until: 5 }
    const good = telecom.record
    if (!good?.key) throw new Error('no record')
    const refused = async (change: Partial<typeof good>) => {
      telecom.record = { ...good, ...change }
      const found = await refusal(telecom.sign())
      telecom.record = good
      return found
    }
    const { key } = good
    expect(await refused({ grant: null })).to.equal('LOSS_REPORTER_REFUSED no_grant')
    expect(await refused({ grant: ended })).to.equal('LOSS_REPORTER_REFUSED no_grant')
    expect(await refused({ organisation: ended })).to.equal('LOSS_REPORTER_REFUSED no_grant')
    expect(await refused({ key: { ...key, uses: KeyUse.REQUEST } })).to.equal('LOSS_REPORTER_REFUSED key_unknown')
    expect(await refused({ key: null })).to.equal('LOSS_REPORTER_REFUSED key_unknown')
    expect(await refused({ key: { ...key, ...ended } })).to.equal('LOSS_REPORTER_REFUSED key_ended')
    expect(await refused({ key: { ...key, ...live, distrustedFrom: 1 } })).to.equal('LOSS_REPORTER_REFUSED key_ended')
    expect(await refusal(telecom.sign(), TELECOM + 1)).to.equal('LOSS_REPORTER_REFUSED another_organisation')
    const none = await failureOf(reports.report(undefined, telecom.sign()))
    expect([none.code, none.detail?.reason]).to.deep.equal(['LOSS_REPORTER_REFUSED', 'no_organisation'])
    telecom.record = null
    expect(await refusal(telecom.sign())).to.equal('LOSS_REPORTER_UNCHECKED')
    telecom.record = { ...good, time: world.clock() - 100_000 }
    expect(await refusal(telecom.sign())).to.equal('LOSS_REPORTER_UNCHECKED')
  })

  it('beyond the number of an hour is refused, and an alarm is raised; a repeated one is not counted', async () => {
    await core.residents.lines.put([{ line: line(12), person: someone(), telecom: TELECOM }], core.random)
    await world.ledger.pass(7200)
    const few = telecom.reports(core, 2)
    const text = telecom.sign({ line: line(12) })
    await few.report(TELECOM, text)
    await few.report(TELECOM, text)
    await few.report(TELECOM, telecom.sign({ line: line(12) }))
    expect((await failureOf(few.report(TELECOM, telecom.sign({ line: line(12) })))).code).to.equal('LOSS_LIMIT')
    expect(telecom.alarms).to.have.length(1)
    // Counted on disk: another process has no new ones.
    expect((await failureOf(telecom.reports(core, 2).report(TELECOM, telecom.sign({ line: line(12) })))).code).to.equal(
      'LOSS_LIMIT',
    )
    await world.ledger.pass(3700)
    await few.report(TELECOM, telecom.sign({ line: line(12) }))
  })

  it('is closed by the telecom that made it, and by no other one', async () => {
    const card = await cardOn(core, someone(), line(13))
    const { id } = await report(telecom.sign({ line: line(13) }))
    await core.lossDesk.waitFor(id)
    const code = async (work: Promise<unknown>) => (await failureOf(work)).code
    expect(await code(reports.close(TELECOM, id, telecom.closure('A'.repeat(22))))).to.equal('LOSS_REPORT_REFUSED')
    expect(await code(reports.close(TELECOM + 1, id, telecom.closure(id)))).to.equal('LOSS_REPORTER_REFUSED')
    expect(await code(reports.close(TELECOM, id, telecom.sign({ line: line(13) })))).to.equal('LOSS_REPORT_REFUSED')
    // The holder locked it, too: that is not the telecom's to close.
    const person = Buffer.from(core.credentials.get(card).person.slice(2), 'hex')
    await core.lossDesk.lock({
      ...{ channel: 'holder', by: 'holder:code', reason: 'holder:code', credentials: [card] },
      person: new Uint8Array(person),
    })
    await reports.close(TELECOM, id, telecom.closure(id))
    expect(core.status(card)).to.equal('SUSPENDED')
  })
})
