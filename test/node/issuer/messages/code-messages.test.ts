/** The transaction code of an offer, sent to the applicant's verified line. */
import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { failureOf } from '../../../support/failure.ts'
import { CLERK, type Desk, openDesk } from '../applications/desk.ts'
import { Wallet } from '../oid4vci/wallet.ts'
import { codeIn, FakeService } from './fake-service.ts'

const LINE = '010-1234-5678'

describe('a transaction code that is sent to the line', () => {
  let desk: Desk
  let service: FakeService
  let id: string

  beforeEach(async () => {
    service = new FakeService()
    desk = await openDesk({}, service)
    await desk.residents.lines.put([{ line: '+821012345678', person: desk.person }], randomBytes)
    const identified = await desk.identified()
    id = identified.id
    await desk.acts.line(id, identified.version, LINE, CLERK)
  })

  const application = () => desk.authority.applications.require(id)
  const offer = (delivery: 'line' | 'slip' = 'line') => desk.acts.offer(id, desk.version(id), CLERK, delivery)
  const everything = async (): Promise<string> => {
    let stored = ''
    for await (const [key, value] of desk.authority.store.range(new Uint8Array(), new Uint8Array([255]))) {
      stored += Buffer.concat([key, value]).toString('latin1')
    }
    return stored
  }

  it('is in the message and not in the answer, and the wallet needs it', async () => {
    const handout = await offer()
    expect(handout).to.include({ delivery: 'line', txCode: null })
    const [message] = service.delivered
    if (!message) throw new Error('nothing was sent')
    expect(message).to.include({ line: '+821012345678', kind: 'transaction-code', expiresAt: handout.expiresAt })
    const txCode = codeIn(message)
    expect(JSON.stringify(handout)).not.to.include(txCode)
    const wallet = new Wallet(desk.authority)
    expect(await wallet.token({ ...handout, txCode })).to.be.a('string')
  })

  it('is journalled by its way, without code or number', async () => {
    await offer()
    const entry = (await desk.authority.journal()).at(-1)
    expect(entry).to.include({ event: 'application.offered', application: id, by: CLERK.by, delivery: 'line' })
    const txCode = codeIn(service.delivered[0] ?? expect.fail('nothing was sent'))
    const stored = await everything()
    for (const secret of [txCode, '1012345678', LINE]) expect(stored.includes(secret), secret).to.equal(false)
  })

  it('does not make an offer when it was not sent; the slip is the way that remains', async () => {
    const before = application()
    for (const [failure, reason] of [
      [FakeService.DOWN, 'unavailable'],
      [{ code: 'RESIDENTS_MESSAGES_ANSWER', path: 'messages' }, 'bad_answer'],
      [FakeService.REFUSES, 'refused'],
    ] as const) {
      service.failure = failure
      const failed = await failureOf(offer())
      expect(failed.detail).to.include({ code: 'ISSUER_CODE_NOT_SENT', reason })
      expect((failed.detail as { text: { ko: string } }).text.ko).to.include('전표')
      const code = codeIn(service.asked.at(-1) ?? expect.fail('nothing was asked'))
      expect(inspect(failed, { depth: null })).not.to.include(code)
      const entry = (await desk.authority.journal()).at(-1)
      expect(entry).to.include({ event: 'offer.code_not_sent', application: id, by: CLERK.by, reason })
      expect(JSON.stringify(entry)).not.to.include(code)
      expect(application(), 'so the next press is not refused for its version').to.deep.equal(before)
    }
    const handout = await offer('slip')
    expect(handout.txCode).to.match(/^\d{6}$/)
    expect(service.asked, 'the slip is not sent').to.have.length(3)
  })

  it('of a message that arrives late is not valid, because a newer offer has another code', async () => {
    service.failure = FakeService.DOWN
    await failureOf(offer())
    const late = codeIn(service.asked[0] ?? expect.fail('nothing was asked'))
    const handout = await offer('slip')
    if (late === handout.txCode) return // by chance, once in a million
    const refused = await failureOf(new Wallet(desk.authority).token({ ...handout, txCode: late }))
    expect(refused).to.be.instanceOf(Error)
  })

  it('is sent once when the clerk presses twice, and not at all for a refused step', async () => {
    const version = desk.version(id)
    const pressed = [1, 2].map(() => desk.acts.offer(id, version, CLERK, 'line'))
    const outcomes = await Promise.allSettled(pressed)
    expect(outcomes.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected'])
    expect(service.asked).to.have.length(1)
    await desk.acts.cancel(id, desk.version(id), 'applicant', CLERK)
    expect((await failureOf(offer())).code).to.equal('ISSUER_APPLICATION_STATE')
    expect(service.asked).to.have.length(1)
  })

  it('cannot be sent without a verified line, without a service, or after an erasure', async () => {
    const other = await desk.identified()
    const noLine = await failureOf(desk.acts.offer(other.id, other.version, CLERK, 'line'))
    expect(noLine.detail).to.include({ code: 'ISSUER_CODE_UNSENDABLE', reason: 'no_line' })
    await desk.residents.erase(desk.person)
    expect((await failureOf(offer())).detail).to.include({ code: 'ISSUER_CODE_UNSENDABLE', reason: 'no_line' })
    const without = await openDesk()
    const { id: there, version } = await without.identified()
    const noService = await failureOf(without.acts.offer(there, version, CLERK, 'line'))
    expect(noService.detail).to.include({ code: 'ISSUER_CODE_UNSENDABLE', reason: 'no_service' })
  })

  it('is sent five times for one application, taken or not, and then the slip remains', async () => {
    for (let i = 0; i < 4; i++) await offer()
    service.failure = FakeService.DOWN
    expect((await failureOf(offer())).code).to.equal('ISSUER_CODE_NOT_SENT')
    service.failure = null
    const before = application()
    const refused = await failureOf(offer())
    expect(refused.detail).to.include({ code: 'ISSUER_CODE_UNSENDABLE', reason: 'limit' })
    expect((refused.detail as { text: { ko: string } }).text.ko).to.include('전표')
    expect(service.asked).to.have.length(5)
    expect(application(), 'the earlier offer still counts').to.deep.equal(before)
    expect((await offer('slip')).txCode).to.match(/^\d{6}$/)
  })

  it('does not hide a fault of the node behind a failed message', async () => {
    service.failure = new TypeError('a bug')
    expect(await failureOf(offer())).to.be.instanceOf(TypeError)
    expect(application().state).to.equal('identity_checked')
  })
})
