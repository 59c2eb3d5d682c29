import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { toBase64url } from '../../../../node/lib/bytes.ts'
import { RELAY_LIMIT, relayIdOf } from '../../../../node/verifier/in-person/relay-protocol.ts'
import { Relay, STEP_MS } from '../../../../node/verifier/relay/relay.ts'
import { failureOf } from '../../../support/failure.ts'
import { ManualTimer } from '../../../support/timer.ts'

const bytes = (length: number) => new Uint8Array(randomBytes(length))
const newToken = () => toBase64url(bytes(32))

function makeRelay() {
  const timer = new ManualTimer()
  const relay = new Relay({ timer, random: bytes })
  const token = newToken()
  const id = relayIdOf(token)
  return { timer, relay, token, id }
}

const codeOf = async (work: () => unknown) => (await failureOf((async () => work())())).code

describe('the relay', () => {
  const request = bytes(300)
  const answer = bytes(500)

  it('passes a request and its answer on, once', async () => {
    const { relay, id, token } = makeRelay()
    relay.open(id, token)
    const waiting = relay.takePosted(id, token, 20_000)
    const answerToken = relay.post(id, request)
    expect(await waiting).to.deep.equal(request)
    const awaited = relay.takeAnswer(id, answerToken, 20_000)
    relay.answer(id, token, answer)
    expect(await awaited).to.deep.equal(answer)
    // A side whose connection broke can read again.
    expect(await relay.takeAnswer(id, answerToken, 0)).to.deep.equal(answer)
    expect(await codeOf(() => relay.post(id, request))).to.equal('VERIFIER_RELAY_TAKEN')
    expect(await codeOf(() => relay.answer(id, token, answer))).to.equal('VERIFIER_RELAY_TAKEN')
    expect(await codeOf(() => relay.open(id, token))).to.equal('VERIFIER_RELAY_TAKEN')
  })

  it('forgets a session after a minute without its next step', async () => {
    const { relay, timer, id, token } = makeRelay()
    relay.open(id, token)
    timer.pass(STEP_MS - 1)
    const answerToken = relay.post(id, request)
    timer.pass(STEP_MS - 1)
    relay.answer(id, token, answer)
    const late = relay.takePosted(id, token, 10)
    timer.pass(1)
    expect(await codeOf(() => relay.takeAnswer(id, answerToken, 0))).to.equal('VERIFIER_RELAY_UNKNOWN')
    expect(await codeOf(() => relay.post(id, request))).to.equal('VERIFIER_RELAY_UNKNOWN')
    expect(relay.load).to.deep.equal({ sessions: 0, bytes: 0 })
    expect(await late).to.deep.equal(request)
  })

  it('answers a call that waits when its time is over, and when the session ends', async () => {
    const { relay, timer, id, token } = makeRelay()
    relay.open(id, token)
    const short = relay.takePosted(id, token, 5_000)
    timer.pass(5_000)
    expect(await short).to.equal(null)
    const long = relay.takePosted(id, token, 20_000)
    relay.close()
    expect(await long).to.equal(null)
    expect(timer.waiting).to.equal(0)
  })

  it('nobody answers before there is a request', async () => {
    const { relay, id, token } = makeRelay()
    relay.open(id, token)
    expect(await codeOf(() => relay.answer(id, token, answer))).to.equal('VERIFIER_RELAY_UNKNOWN')
  })

  describe('attacks', () => {
    it('a third who knows the id can neither open, read nor answer', async () => {
      const { relay, id, token } = makeRelay()
      const third = newToken()
      expect(await codeOf(() => relay.open(id, third))).to.equal('VERIFIER_RELAY_TOKEN')
      relay.open(id, token)
      relay.post(id, request)
      for (const wrong of [third, '', token.slice(1), 'A'.repeat(43), `${token}A`]) {
        expect(await codeOf(() => relay.takePosted(id, wrong, 0))).to.equal('VERIFIER_RELAY_TOKEN')
        expect(await codeOf(() => relay.answer(id, wrong, answer))).to.equal('VERIFIER_RELAY_TOKEN')
        expect(await codeOf(() => relay.takeAnswer(id, wrong, 0))).to.equal('VERIFIER_RELAY_TOKEN')
      }
      expect(await codeOf(() => relay.takeAnswer(id, token, 0))).to.equal('VERIFIER_RELAY_TOKEN')
    })

    it('the second checker of a code is refused', async () => {
      const { relay, id, token } = makeRelay()
      relay.open(id, token)
      relay.post(id, request)
      expect(await codeOf(() => relay.post(id, bytes(10)))).to.equal('VERIFIER_RELAY_TAKEN')
      expect(await relay.takePosted(id, token, 0)).to.deep.equal(request)
    })

    it('sessions and their bytes are limited', async () => {
      const { relay } = makeRelay()
      const tokens = Array.from({ length: 4096 }, newToken)
      for (const token of tokens) relay.open(relayIdOf(token), token)
      const more = newToken()
      expect(await codeOf(() => relay.open(relayIdOf(more), more))).to.equal('VERIFIER_RELAY_FULL')
      const large = new Uint8Array(RELAY_LIMIT)
      let posted = 0
      const fill = () => {
        for (const token of tokens) {
          relay.post(relayIdOf(token), large)
          posted += 1
        }
      }
      expect(await codeOf(fill)).to.equal('VERIFIER_RELAY_FULL')
      expect(posted * RELAY_LIMIT).to.be.at.most(32 * 2 ** 20)
      relay.close()
      expect(relay.load).to.deep.equal({ sessions: 0, bytes: 0 })
    })

    it('calls that wait in one session are limited', async () => {
      const { relay, timer, id, token } = makeRelay()
      relay.open(id, token)
      const calls = Array.from({ length: 10 }, () => relay.takePosted(id, token, 20_000))
      expect(await Promise.all(calls.slice(0, 6))).to.deep.equal(Array(6).fill(null))
      expect(timer.waiting).to.equal(5)
      relay.close()
      await Promise.all(calls)
    })
  })
})
