/**
 * A telecom and a message service, each in its own process, that fail, lie, and repeat what they were sent. A line that is
 * another's; a code that must not be in an answer, a log or the journal; a notice that must arrive once.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { openConfig } from '../../node/config/config.ts'
import { toBase64url } from '../../node/lib/bytes.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { RunningService } from '../node/residents/rest/running-service.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { openSite, type Site } from '../support/site.ts'
import { until } from '../support/until.ts'
import { populate, random } from '../support/world.ts'

const MINE = '010-1234-5678'
const NEXT = '010-2222-3333'
const TELECOM = { repeat: ['request', 'line'] }
const ACCEPTS = { repeat: ['id'], json: { outcome: 'accepted' } }

// biome-ignore lint/suspicious/noExplicitAny: answers of routes, whose form the site checks
type Body = any

describe('attacks: a telecom and a message service', function () {
  this.timeout(120_000)
  let telecom: RunningService
  let messages: RunningService
  let site: Site
  let data: string
  let people: Uint8Array[]

  before(async () => {
    telecom = await RunningService.start()
    messages = await RunningService.start()
    data = scratchDirectory('line-services')
    const at = ({ port }: RunningService) => ({ kind: 'rest', url: `http://127.0.0.1:${port}/v1`, timeoutMs: 500 })
    const { data: _, ...settings } = await openConfig({ data, port: 0, rpcPort: 0, operatorPort: 0 }, random)
    const config = { ...settings, lines: at(telecom), messages: at(messages) }
    writeFileSync(join(data, 'config.json'), JSON.stringify(config))
    site = await openSite({ data }, { checkAnswers: true })
    people = await populate(site.authority.residents, 4)
  })
  after(async () => {
    await site.close()
    await telecom[Symbol.asyncDispose]()
    await messages[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await telecom.behave({ ...TELECOM, json: { owner: 'person' } })
    await messages.behave(ACCEPTS)
    messages.requests.length = 0
    telecom.requests.length = 0
  })

  async function post(path: string, body: unknown, status = 200): Promise<Body> {
    const answer = await fetch(`${site.operatorUrl}/operator${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.authority.custody.operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await answer.text()
    expect(answer.status, `${path}: ${text}`).to.equal(status)
    return JSON.parse(text)
  }
  async function identified(i: number): Promise<Body> {
    const person = toBase64url(people[i] as Uint8Array)
    const { applicationId, version } = await post('/applications', { person, card: 'resident', kind: 'mobile' }, 201)
    const check = { document: 'passport', documentNumber: 'M123', means: ['face-compared'] }
    return post(`/applications/${applicationId}/identity`, { version, ...check })
  }
  const verify = ({ applicationId, version }: Body, line: string, status = 200) =>
    post(`/applications/${applicationId}/line`, { version, line }, status)
  const offer = ({ applicationId, version }: Body, delivery: string, status = 201) =>
    post(`/applications/${applicationId}/offer`, { version, delivery }, status)
  const sent = async (): Promise<Body[]> => {
    await messages.heard()
    return messages.requests.map(({ body }) => JSON.parse(body))
  }
  const codeOf = (message: Body): string => /\b\d{6}\b/.exec(message.text)?.[0] ?? expect.fail('no code')
  const journal = async (): Promise<Body[]> => {
    const entries = []
    for await (const [, entry] of site.authority.journal.entries()) entries.push(entry)
    return entries
  }
  const traces = async () => `${site.logged()}${JSON.stringify(await journal())}`

  it("a line that is another's is refused; a telecom that fails or lies makes it nobody's", async () => {
    const application = await identified(0)
    await telecom.behave({ ...TELECOM, json: { owner: 'another' } })
    expect(await verify(application, MINE, 409)).to.include({ code: 'ISSUER_LINE_NOT_OWN' })
    await telecom.behave({ ...TELECOM, json: { owner: 'person' }, delayMs: 1500 })
    expect(await verify(application, MINE, 503)).to.include({ code: 'RESIDENTS_LINES_UNAVAILABLE' })
    await telecom.behave({ status: 404, text: 'another' })
    expect(await verify(application, MINE, 503)).to.include({ code: 'RESIDENTS_LINES_UNAVAILABLE' })
    await telecom.behave({ repeat: ['request'], json: { line: '+821055556666', owner: 'person' } })
    expect(await verify(application, MINE, 502)).to.include({ code: 'RESIDENTS_LINES_INCONSISTENT' })
    await telecom.behave({ text: 'you asked <body>' })
    expect(await verify(application, MINE, 502)).to.include({ code: 'RESIDENTS_LINES_ANSWER' })
    const stored = site.authority.applications.require(application.applicationId)
    expect(stored).to.include({ lineTag: null, sealedLine: null, version: application.version })
    expect(await traces()).not.to.match(/12345678|1234-5678|55556666|personalNumber/)
  })

  it('lines cannot be imported beside a telecom', async () => {
    const answer = await fetch(`${site.operatorUrl}/operator/lines/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${site.authority.custody.operatorToken}`, 'content-type': 'text/csv' },
      body: 'line_number,personal_number\n',
    })
    expect([answer.status, (await answer.json()).code]).to.deep.equal([409, 'RESIDENTS_LINES_ELSEWHERE'])
  })

  it('messages are read by nobody here: not by the command line, and not by an operator', async () => {
    const headers = { authorization: `Bearer ${site.authority.custody.operatorToken}` }
    const answer = await fetch(`${site.operatorUrl}/operator/lines/messages`, { headers })
    expect([answer.status, (await answer.json()).code]).to.deep.equal([404, 'HTTP_NOT_FOUND'])
    const stranger = await fetch(`${site.operatorUrl}/operator/lines/messages`)
    expect(stranger.status).to.equal(401)
  })

  it('a code that a service repeats in its error is nowhere, and the slip has another one', async () => {
    const verified = await verify(await identified(1), MINE)
    const codes: string[] = []
    for (const behaviour of [
      { status: 500, text: 'could not send <body>' },
      { text: '{"outcome":"accepted","of":<body>}' },
      { repeat: ['id', 'line', 'text'], json: { outcome: 'refused' } },
      { quote: true },
      { ...ACCEPTS, delayMs: 1500 },
    ]) {
      await messages.behave(behaviour)
      messages.requests.length = 0
      const refused = await offer(verified, 'line', 502)
      expect(refused).to.include({ code: 'ISSUER_CODE_NOT_SENT' })
      expect(refused.text).to.have.all.keys('ko', 'en')
      const [message] = await sent()
      codes.push(codeOf(message))
      expect(JSON.stringify(refused)).not.to.include(codeOf(message))
    }
    const slip = await offer(verified, 'slip')
    expect(codes).not.to.include(slip.txCode)
    const left = await traces()
    for (const secret of [...codes, slip.txCode, '12345678', '1234-5678']) {
      expect(new RegExp(`(?<!\\d)${secret}(?!\\d)`).test(left), secret).to.equal(false)
    }
    expect((await journal()).filter(({ event }) => event === 'offer.code_not_sent')).to.have.length(5)
    await site.authority.clerkActs.cancel(verified.applicationId, verified.version + 1, 'mistake', {
      by: 'local',
      place: 'any-centre',
    })
  })

  it('a request for the code that is repeated sends nothing again', async () => {
    const verified = await verify(await identified(1), MINE)
    const first = await offer(verified, 'line')
    expect(first).to.include({ txCode: null, delivery: 'line' })
    expect(await offer(verified, 'line', 409)).to.include({ code: 'ISSUER_APPLICATION_CHANGED' })
    expect(await sent()).to.have.length(1)
  })

  it('a person whose card is taken over learns of it, once, although the service was down', async () => {
    const old = await card(2, MINE)
    const taken = await card(2, NEXT)
    const isNotice = ({ kind }: Body) => kind === 'installation-ended'
    const said = async () => (await journal()).filter(({ event }) => event.startsWith('notice.'))
    await until('the notice is sent', async () => (await said()).length === 1, { withinMs: 20_000 })
    const notices = (await sent()).filter(isNotice)
    expect(new Set(notices.map(({ id }) => id)).size).to.equal(1)
    expect(notices[0]).to.include({ line: '+821012345678', expiresAt: null })
    expect(await said()).to.have.length(1)
    expect((await said())[0]).to.include({ event: 'notice.sent', application: taken, told: old })
    expect(await traces()).not.to.match(/12345678|22223333/)
  })

  /** A card by a code that was sent to the line. @returns its application */
  async function card(i: number, line: string): Promise<string> {
    const verified = await verify(await identified(i), line)
    const handout = await offer(verified, 'line')
    const code = codeOf((await sent()).filter(({ kind }) => kind === 'transaction-code').at(-1))
    // The notice of an earlier card is due soon.
    await messages.behave({ status: 503 })
    const wallet = new Wallet(scratchDirectory('line-wallet'))
    const session = await wallet.redeem(handout.offerUrl, code)
    const { version } = site.authority.applications.require(verified.applicationId)
    const collected = wallet.collect(session)
    await post(`/applications/${verified.applicationId}/same-phone`, { version })
    await collected
    if (i === 2 && line === NEXT) await until('the service was asked in vain', async () => (await sent()).length > 1)
    await messages.behave(ACCEPTS)
    return verified.applicationId
  }
})
