/** Text messages to a service in a process of its own: its answers, its faults, and what it keeps. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { systemTimer } from '../../../../node/lib/time.ts'
import type { LineMessage } from '../../../../node/residents/lines/messages.ts'
import { RestClient } from '../../../../node/residents/rest/client.ts'
import { MESSAGES_FAILURES } from '../../../../node/residents/rest/failures.ts'
import { RestMessages } from '../../../../node/residents/rest/messages.ts'
import { messagesApi } from '../../../../node/residents/rest/openapi.ts'
import { RestEndpoint } from '../../../../node/residents/rest/service.ts'
import { RunningService } from './running-service.ts'

const MESSAGE: LineMessage = {
  id: 'M'.repeat(22),
  line: '+821012345678',
  kind: 'transaction-code',
  text: '확인 번호: 493027',
  expiresAt: 1_800_000_300,
}
const ACCEPTS = { repeat: ['id'], json: { outcome: 'accepted' } }

describe('a message service', function () {
  this.timeout(30_000)
  let server: RunningService
  let client: RestClient

  function open(settings: object = {}): RestMessages {
    client?.close()
    const endpoint = { kind: 'rest', url: `http://127.0.0.1:${server.port}/api`, ...settings }
    client = new RestClient(RestEndpoint.parse(endpoint), systemTimer, MESSAGES_FAILURES)
    return new RestMessages(client)
  }
  const outcome = (messages: RestMessages) =>
    messages.send(MESSAGE).then(
      () => 'sent',
      error => error.code ?? String(error),
    )

  before(async () => {
    server = await RunningService.start()
  })
  after(async () => {
    client.close()
    await server[Symbol.asyncDispose]()
  })

  it('gets the message in the body, and nothing of it in the URL', async () => {
    await server.behave(ACCEPTS)
    server.requests.length = 0
    expect(await outcome(open())).to.equal('sent')
    await server.heard()
    expect(server.requests.map(({ url }) => url)).to.deep.equal(['/api/messages'])
    expect(JSON.parse(server.requests[0]?.body ?? '')).to.deep.equal(MESSAGE)
  })

  it('is not asked again by itself after a fault, so that nothing is sent twice', async () => {
    for (const behaviour of [{ status: 503 }, { breakOff: true }, { ...ACCEPTS, delayMs: 1500 }]) {
      await server.behave(behaviour)
      server.requests.length = 0
      expect(await outcome(open({ timeoutMs: 300 }))).to.equal('RESIDENTS_MESSAGES_UNAVAILABLE')
      await server.heard()
      expect(server.requests).to.have.length(1)
    }
  })

  const answers: Readonly<Record<string, readonly [code: string, behaviour: object]>> = {
    'a line to which it never sends': [
      'RESIDENTS_MESSAGES_REFUSED',
      { repeat: ['id'], json: { outcome: 'refused', why: '+821012345678 493027' } },
    ],
    'another message': ['RESIDENTS_MESSAGES_ANSWER', { json: { id: 'N'.repeat(22), outcome: 'accepted' } }],
    'a word of its own': ['RESIDENTS_MESSAGES_ANSWER', { repeat: ['id'], json: { outcome: 'probably' } }],
    'no JSON': ['RESIDENTS_MESSAGES_ANSWER', { text: 'OK' }],
    'a wrong address': ['RESIDENTS_MESSAGES_UNAVAILABLE', { status: 404, ...ACCEPTS }],
    'a redirect': ['RESIDENTS_MESSAGES_UNAVAILABLE', { status: 308, location: 'http://127.0.0.1:9/' }],
    'a created message, which is not its API': ['RESIDENTS_MESSAGES_UNAVAILABLE', { status: 201, ...ACCEPTS }],
  }
  for (const [name, [code, behaviour]] of Object.entries(answers)) {
    it(`that answers with ${name} has not taken the message`, async () => {
      await server.behave(behaviour)
      expect(await outcome(open())).to.equal(code)
    })
  }

  it('that repeats code and number in its answer puts neither into an error', async () => {
    for (const behaviour of [
      { status: 500, text: 'could not send <body>' },
      { text: 'could not send <body>' },
      { repeat: ['id', 'line', 'text'], json: { outcome: 'refused' } },
      { quote: true },
    ]) {
      await server.behave(behaviour)
      const messages = open()
      const error = await messages.send(MESSAGE).then(
        () => expect.fail('sent'),
        failure => `${failure}${inspect(failure, { depth: null, showHidden: true })}`,
      )
      expect(error).not.to.match(/493027|12345678/)
    }
  })

  it('is described by docs/messages-api.json', () => {
    const committed = readFileSync(join(import.meta.dirname, '../../../../docs/messages-api.json'), 'utf8')
    expect(JSON.parse(committed), 'run `npm run service-apis`').to.deep.equal(JSON.parse(JSON.stringify(messagesApi())))
  })
})
