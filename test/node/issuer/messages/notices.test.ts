/** The notice to a line whose installation a new card ended: made with the anchor, sent at least once, delivered once. */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { CredentialRecord } from '../../../../node/issuer/credential-record.ts'
import { recordCodec } from '../../../../node/issuer/credential-record.ts'
import { Installations } from '../../../../node/issuer/installations/installations.ts'
import { Journal } from '../../../../node/issuer/journal.ts'
import { NoticeOutbox } from '../../../../node/issuer/messages/notice-outbox.ts'
import { NoticeSender, TRIED_FOR } from '../../../../node/issuer/messages/notice-sender.ts'
import { ResidentsError } from '../../../../node/residents/errors.ts'
import type { LineMessages } from '../../../../node/residents/lines/messages.ts'
import type { LinePort } from '../../../../node/residents/lines/port.ts'
import { Bucket } from '../../../../node/store/buckets.ts'
import { type Store, Table, textCodec } from '../../../../node/store/store.ts'
import { population } from '../../residents/support.ts'
import { CLERK, type Desk, openDesk } from '../applications/desk.ts'
import { FakeService } from './fake-service.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const LINES = ['010-1111-1111', '010-2222-2222'] as const

describe('the notice of an ended installation', () => {
  let desk: Desk
  let store: Store
  let installations: Installations
  let service: FakeService
  let warned: unknown[]
  let lines: LinePort

  beforeEach(async () => {
    desk = await openDesk()
    store = desk.authority.store
    installations = new Installations(store, random)
    service = new FakeService()
    warned = []
    lines = desk.residents.lines
    const owned = ['+821011111111', '+821022222222'].map(line => ({ line, person: desk.person }))
    await desk.residents.lines.put(owned, randomBytes)
  })

  const clock = () => desk.authority.now
  const outbox = (sends = true) =>
    new NoticeOutbox({ store, installations, journal: new Journal(store), clock, random, sends })
  const sender = (messages: LineMessages | null = service, over: Store = store) =>
    new NoticeSender({
      ...{ messages, lines, applications: desk.authority.applications, store: over, vault: desk.vault, clock },
      journal: new Journal(store),
      authority: { ko: '행정안전부', en: 'Ministry of the Interior and Safety' },
      warn: facts => void warned.push(facts),
    })
  const events = async () =>
    (await desk.authority.journal())
      .filter(({ event }) => event.startsWith('notice.'))
      .map(({ at: _, ...rest }) => rest)

  /** A card on a wallet. @param line null: no line was verified with it */
  async function card(line: string | null, dpopKey: string, replaces: readonly string[] = []): Promise<string> {
    const { id, version } = await desk.identified()
    const { lineTag } = line === null ? { lineTag: null } : await desk.acts.line(id, version, line, CLERK)
    const facts = { walletProvider: null, dpopKey, lineTag, keyStorage: 'software' } as const
    const known = await installed()
    const { installation, ops } = installations.choose(facts, known)
    const credential = `credential of ${id}`
    const record: CredentialRecord = {
      ...{ application: id, person: `0x${Buffer.from(desk.person).toString('hex')}`, cardId: 'resident' },
      ...{ list: '1', idx: 1, root: '0x00', leafIndex: 0, issuedAt: 1, expiresAt: 2 },
      ...{ installation: installation.id, replaces },
    }
    const table = new Table(store, Bucket.credential, textCodec, recordCodec)
    await store.commit([...ops, table.put(credential, record)])
    return credential
  }
  async function installed() {
    const records = new Table(store, Bucket.credential, textCodec, recordCodec)
    const found = []
    for await (const [, record] of records.entries()) found.push(installations.of(record))
    return found
  }
  const end = async (credential: string, from = outbox()) => {
    const ops = from.ended(credential)
    if (ops.length > 0) await store.commit(ops)
    return ops.length
  }
  const applicationOf = (credential: string) => credential.replace('credential of ', '')

  it('is sent to the line of the other phone, and the journal says so without its number', async () => {
    const old = await card(LINES[0], 'phone 1')
    const next = await card(LINES[1], 'phone 2', [old])
    await end(next)
    await sender().sweep()
    expect(service.delivered).to.have.length(1)
    const [message] = service.delivered
    expect(message).to.include({ line: '+821011111111', kind: 'installation-ended', expiresAt: null })
    expect(message?.text).to.include('행정안전부').and.include('Ministry')
    const facts = { application: applicationOf(next), told: applicationOf(old) }
    expect(await events()).to.deep.equal([{ event: 'notice.sent', ...facts }])
    await sender().sweep()
    expect(service.asked).to.have.length(1)
  })

  it('is sent also if the new wallet has the same line, which its holder may not have given', async () => {
    const old = await card(LINES[0], 'phone 1')
    await end(await card(LINES[0], 'phone 2', [old]))
    await sender().sweep()
    expect(service.delivered.map(({ line }) => line)).to.deep.equal(['+821011111111'])
  })

  it('is made once for each line, and not for the wallet that gets the card, or without a line', async () => {
    const first = await card(LINES[0], 'phone 1')
    const second = await card(LINES[0], 'phone 1')
    expect(await end(await card(LINES[0], 'phone 1', [first, second])), 'the same wallet').to.equal(0)
    expect(await end(await card(LINES[1], 'phone 2', [first, second])), 'two cards').to.equal(1)
    expect(await end(await card(null, 'phone 3', ['a card whose batch was refused'])), 'a removed card').to.equal(0)
    const unverified = await card(null, 'phone 4')
    expect(await end(await card(LINES[1], 'phone 5', [unverified])), 'no line').to.equal(0)
  })

  it('is sent again after a crash with the same id, so that the telephone gets it once', async () => {
    const old = await card(LINES[0], 'phone 1')
    await end(await card(LINES[1], 'phone 2', [old]))
    const dying = new Proxy(store, {
      get: (target, name) =>
        name === 'commit' ? () => Promise.reject(new Error('killed')) : Reflect.get(target, name).bind(target),
    })
    const failed = await sender(service, dying)
      .sweep()
      .catch(error => error.message)
    expect(failed).to.equal('killed')
    expect(await events()).to.deep.equal([])
    await sender().sweep()
    expect(service.asked).to.have.length(2)
    expect(new Set(service.asked.map(({ id }) => id)).size).to.equal(1)
    expect(service.delivered).to.have.length(1)
    expect(await events()).to.have.length(1)
  })

  it('is tried later and later while the service is down, and given up after three days', async () => {
    const old = await card(LINES[0], 'phone 1')
    await end(await card(LINES[1], 'phone 2', [old]))
    service.failure = FakeService.DOWN
    const patient = sender()
    const from = clock()
    await patient.sweep()
    expect([service.asked.length, patient.waiting]).to.deep.equal([1, 1])
    await patient.sweep()
    expect(service.asked, 'not at once').to.have.length(1)
    while (clock() < from + TRIED_FOR && patient.waiting > 0) {
      desk.authority.now += 600
      await patient.sweep()
    }
    expect(service.asked.length).to.be.within(60, 90)
    desk.authority.now += 3600
    await patient.sweep()
    expect(patient.waiting).to.equal(0)
    expect(await events()).to.have.length(1)
    expect((await events())[0]).to.include({ event: 'notice.not_sent', reason: 'unavailable' })
    expect(warned, 'what was not delivered is said').to.have.length(1)
    service.failure = null
    desk.authority.now += 3600
    await patient.sweep()
    expect(service.delivered).to.deep.equal([])
  })

  it('arrives when the service is back', async () => {
    const old = await card(LINES[0], 'phone 1')
    await end(await card(LINES[1], 'phone 2', [old]))
    service.failure = FakeService.DOWN
    await sender().sweep()
    service.failure = null
    desk.authority.now += 5
    await sender().sweep()
    expect(service.delivered).to.have.length(1)
    expect(await events()).to.have.length(1)
  })

  it('that the service refuses delays no other, and is said', async () => {
    for (let i = 0; i < 20; i++) {
      const old = await card(LINES[i % 2] as string, `old ${i}`)
      await end(await card(LINES[1], `new ${i}`, [old]))
    }
    const { send } = service
    service.send = message => {
      service.failure = message.line === '+821022222222' ? FakeService.REFUSES : null
      return send.call(service, message)
    }
    await sender().sweep()
    expect(service.delivered).to.have.length(10)
    const reasons = (await events()).map(({ event, reason }) => `${event} ${reason ?? ''}`)
    expect(reasons.filter(one => one === 'notice.sent ')).to.have.length(10)
    expect(reasons.filter(one => one === 'notice.not_sent refused')).to.have.length(10)
  })

  it('that fails by a fault of the node is tried again, and delays no other', async () => {
    const old = [await card(LINES[0], 'phone 1'), await card(LINES[1], 'phone 2')]
    await end(await card(null, 'phone 3', old))
    const { send } = service
    service.send = message =>
      message.line === '+821022222222' ? Promise.reject(new TypeError('a bug')) : send.call(service, message)
    const patient = sender()
    await patient.sweep()
    expect([service.delivered.length, patient.waiting, warned.length]).to.deep.equal([1, 1, 1])
    service.send = send
    desk.authority.now += 5
    await patient.sweep()
    expect([service.delivered.length, patient.waiting]).to.deep.equal([2, 0])
  })

  it('is not sent to somebody whose line it is by then', async () => {
    const old = await card(LINES[0], 'phone 1')
    await end(await card(LINES[1], 'phone 2', [old]))
    const [another] = population(41).slice(40)
    await desk.residents.store(another ? [another] : [])
    const found = await desk.residents.findByNumber(another?.personalNumber ?? '')
    await desk.residents.lines.put([{ line: '+821011111111', person: found?.person ?? random(16) }], randomBytes)
    await sender().sweep()
    expect(service.asked).to.deep.equal([])
    expect((await events())[0]).to.include({ event: 'notice.not_sent', reason: 'line_changed' })
  })

  it('waits while the telecom cannot say whose the line is', async () => {
    const old = await card(LINES[0], 'phone 1')
    await end(await card(LINES[1], 'phone 2', [old]))
    const down = new ResidentsError({ code: 'RESIDENTS_LINES_UNAVAILABLE', reason: 'ECONNREFUSED' }, 'no answer')
    lines = { ownerOf: () => Promise.reject(down) }
    await sender().sweep()
    expect([service.asked.length, (await events()).length]).to.deep.equal([0, 0])
    lines = desk.residents.lines
    desk.authority.now += 5
    await sender().sweep()
    expect(service.delivered).to.have.length(1)
  })

  it('is not sent to a person who was erased meanwhile', async () => {
    const old = await card(LINES[0], 'phone 1')
    await end(await card(LINES[1], 'phone 2', [old]))
    await desk.residents.erase(desk.person)
    await sender().sweep()
    expect(service.asked).to.deep.equal([])
    expect((await events())[0]).to.include({ event: 'notice.not_sent', reason: 'no_line' })
  })

  it('is not made without a service, and the journal says that the line was not told', async () => {
    const old = await card(LINES[0], 'phone 1')
    await end(await card(LINES[1], 'phone 2', [old]), outbox(false))
    const waiting = sender(null)
    await waiting.sweep()
    expect(waiting.waiting).to.equal(0)
    expect((await events())[0]).to.include({ event: 'notice.not_sent', reason: 'no_service', told: applicationOf(old) })
  })
})
