/** Both sides of a rendezvous, through the routes of a real server. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { pino } from 'pino'
import { BodyBudget } from '../../../../node/http/body-budget.ts'
import { problems } from '../../../../node/http/problem.ts'
import { relayRoutes } from '../../../../node/http/relay-routes.ts'
import { closeServer } from '../../../../node/http/server.ts'
import { toBase64url } from '../../../../node/lib/bytes.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import {
  awaitAnswer,
  awaitPosted,
  awaitRequest,
  openRelay,
  postRequest,
  sendAnswer,
} from '../../../../node/verifier/in-person/relay-client.ts'
import { makeRelaySession, responseUriOf } from '../../../../node/verifier/in-person/relay-protocol.ts'
import { makeRendezvous, parseRendezvous, seal, unseal } from '../../../../node/verifier/in-person/rendezvous.ts'
import { answerForm, encryptAnswer, errorForm } from '../../../../node/verifier/oid4vp/wallet-side/answer.ts'
import { Relay } from '../../../../node/verifier/relay/relay.ts'
import { failureOf } from '../../../support/failure.ts'
import { presetNamed } from '../../../support/presets.ts'
import { keyOf, present } from '../support.ts'
import { answer, makeChecker, openRequest, random, residentCard, shownFor } from './support.ts'

const bank = presetNamed('bank')
const ports = { fetcher: fetch, random }

describe('rendezvous', () => {
  const relay = new Relay({ timer: systemTimer, random })
  let server: Server
  let url: string

  before(async () => {
    const app = express()
    app.set('query parser', 'simple')
    app.use(relayRoutes(relay, new BodyBudget(2 ** 20)))
    app.use(problems(pino({ level: 'silent' }), { showFacts: false }))
    server = await new Promise<Server>(resolve => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
    })
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/relay`
  })
  after(async () => {
    relay.close()
    await closeServer(server)
  })

  it('code, request, answer and verdict', async () => {
    const checker = makeChecker(bank)
    const card = residentCard(checker.view)
    const wallet = makeRendezvous(url, random)
    await openRelay(wallet, ports)
    expect(wallet.code.length).to.be.at.most(140)

    const waiting = awaitRequest(wallet, ports)
    const seen = parseRendezvous(wallet.code)
    const check = await checker.begin()
    const token = await postRequest(seen, check.message, ports)
    const request = await openRequest(await waiting)
    await sendAnswer(wallet, await answer(request, card, { show: shownFor(bank) }), ports)
    expect(keyOf(await check.judge(await awaitAnswer(seen, token, ports)))).to.equal('valid')
  })

  it('the relay sees neither the request nor the answer', async () => {
    const checker = makeChecker(bank)
    const wallet = makeRendezvous(url, random)
    await openRelay(wallet, ports)
    const { message } = await checker.begin()
    await postRequest(parseRendezvous(wallet.code), message, ports)
    const stored = (await relay.takePosted(wallet.id, wallet.token, 0)) as Uint8Array
    expect(Buffer.from(stored).includes(Buffer.from(message.subarray(20, 60)))).to.equal(false)
    expect(stored.length - message.length).to.equal(1 + 12 + 16)
  })

  it('a relay that cannot be reached, or is none, is said to be so', async () => {
    const wallet = makeRendezvous('http://127.0.0.1:9/relay', random)
    expect((await failureOf(openRelay(wallet, ports))).code).to.equal('VERIFIER_RELAY_UNREACHABLE')
    const other = makeRendezvous(url.replace('/relay', '/nothing'), random)
    expect((await failureOf(openRelay(other, ports))).detail).to.deep.equal({
      code: 'VERIFIER_RELAY_UNREACHABLE',
      status: 404,
    })
  })

  it('a relay that always answers with nothing does not keep a phone busy for ever', async () => {
    let calls = 0
    const fetcher: typeof fetch = async () => {
      calls += 1
      return new Response(null, { status: 204 })
    }
    const waiting = awaitRequest(makeRendezvous(url, random), { fetcher, random })
    expect((await failureOf(waiting)).code).to.equal('VERIFIER_RELAY_UNREACHABLE')
    expect(calls).to.equal(30)
  })

  it('waiting ends with the signal', async () => {
    const wallet = makeRendezvous(url, random)
    await openRelay(wallet, ports)
    const abort = new AbortController()
    const waiting = failureOf(awaitRequest(wallet, { ...ports, signal: abort.signal }))
    abort.abort(new Error('closed'))
    expect((await waiting).message).to.equal('closed')
  })

  describe('attacks', () => {
    it('a third who photographed the code is second, or is seen by name', async () => {
      const wallet = makeRendezvous(url, random)
      await openRelay(wallet, ports)
      const check = await makeChecker(bank).begin()
      const seen = parseRendezvous(wallet.code)
      await postRequest(seen, check.message, ports)
      const third = await failureOf(postRequest(seen, check.message, ports))
      expect(third.code).to.equal('VERIFIER_RELAY_TAKEN')
      // He cannot read the request, and the answer is for the key in it.
      const stolen = { ...wallet, token: toBase64url(random(32)) }
      expect((await failureOf(awaitRequest(stolen, ports))).code).to.equal('VERIFIER_RELAY_TOKEN')
      expect((await failureOf(sendAnswer(stolen, check.message, ports))).code).to.equal('VERIFIER_RELAY_TOKEN')
      expect((await failureOf(awaitAnswer(seen, toBase64url(random(32)), ports))).code).to.equal('VERIFIER_RELAY_TOKEN')
    })

    it('a relay that changes, swaps or returns messages is found out', async () => {
      const wallet = makeRendezvous(url, random)
      const other = makeRendezvous(url, random)
      const sealed = await seal(wallet, 'request', random(100), random)
      const changed = Uint8Array.from(sealed)
      changed[50] = (changed[50] as number) ^ 1
      for (const [secret, direction, bytes] of [
        [wallet, 'request', changed],
        [wallet, 'request', sealed.subarray(0, 20)],
        [wallet, 'request', new Uint8Array()],
        [wallet, 'answer', sealed],
        [other, 'request', sealed],
        [{ ...wallet, id: other.id }, 'request', sealed],
      ] as const) {
        expect((await failureOf(unseal(secret, direction, bytes))).name).to.equal('ParseError')
      }
      expect(await unseal(wallet, 'request', sealed)).to.have.length(100)
    })

    it('a hostile code is refused', () => {
      const { code, id } = makeRendezvous('https://id.example/relay', random)
      expect(parseRendezvous(code).id).to.equal(id)
      const hostile = [
        code.replace('https', 'http'),
        code.replace('id.example', 'user%3Apassword%40id.example'),
        code.replace('relay&', 'relay%3Fq%3D1&'),
        code.replace('relay&', 'relay%2F&'),
        code.replace('https%3A', 'javascript%3A'),
        code.replace('v=1', 'v=2'),
        code.replace(id, id.slice(1)),
        code.replace('&k=', '&j='),
        `${code}&k=again`,
        `${code}${'&x=1'.repeat(30)}`,
        code.replace('dojang:rendezvous', 'dojang:other'),
        '',
      ]
      for (const text of hostile)
        expect(() => parseRendezvous(text), text)
          .to.throw()
          .with.property('name', 'ParseError')
      expect(() => makeRendezvous(`https://${'long.'.repeat(30)}example/relay`, random)).to.throw('rendezvous code')
    })

    it('bodies of other kinds, empty ones and ones that are too large are refused', async () => {
      const wallet = makeRendezvous(url, random)
      await openRelay(wallet, ports)
      const post = (body: Uint8Array | string, type: string, id = wallet.id) =>
        fetch(`${url}/${id}/request`, { method: 'POST', body: body as BodyInit, headers: { 'content-type': type } })
      const octets = 'application/octet-stream'
      expect((await post('{}', 'application/json')).status).to.equal(400)
      expect((await post(new Uint8Array(), octets)).status).to.equal(400)
      expect((await post(new Uint8Array(40_961), octets)).status).to.equal(413)
      expect((await post(new Uint8Array(9), octets, toBase64url(random(16)))).status).to.equal(404)
      expect((await fetch(`${url}/${wallet.id}/open`)).status).to.equal(405)
      const wait = await fetch(`${url}/${wallet.id}/request/take?wait=9999`, { method: 'POST' })
      expect(wait.status).to.equal(400)
    })

    it('a page of another origin may use it, and nothing is cached', async () => {
      const preflight = await fetch(`${url}/x/open`, { method: 'OPTIONS' })
      expect(preflight.headers.get('access-control-allow-origin')).to.equal('*')
      expect(preflight.headers.get('access-control-allow-headers')).to.include('Authorization')
      const refused = await fetch(`${url}/${toBase64url(random(16))}/answer/take`, { method: 'POST' })
      expect(refused.headers.get('cache-control')).to.equal('no-store')
    })
  })

  describe('an answer over the network, in the mode two-way', () => {
    const post = (uri: string, body: BodyInit) => fetch(uri, { method: 'POST', body })

    it('is judged like one on a screen', async () => {
      const checker = makeChecker(bank)
      const card = residentCard(checker.view)
      const session = makeRelaySession(url, random)
      await openRelay(session, ports)
      const check = await checker.begin({ responseUri: responseUriOf(session) })
      const request = await openRequest(check.message)
      expect(request.responseUri).to.equal(responseUriOf(session))
      const { clientId: audience, nonce } = request
      const shown = present(card, { audience, nonce, show: shownFor(bank) })
      const posted = await post(
        request.responseUri ?? '',
        answerForm(await encryptAnswer(request, { resident: [shown] })),
      )
      expect(await posted.json()).to.deep.equal({})
      expect(keyOf(await check.judge(await awaitPosted(session, ports)))).to.equal('valid')
    })

    it('a holder who declines is heard, with the state of the request only', async () => {
      for (const [state, verdict] of [
        [null, 'retry/declined'],
        ['another', 'replayed'],
      ] as const) {
        const session = makeRelaySession(url, random)
        await openRelay(session, ports)
        const check = await makeChecker(bank).begin({ responseUri: responseUriOf(session) })
        const request = await openRequest(check.message)
        await post(responseUriOf(session), errorForm('access_denied', state ?? request.state))
        expect(keyOf(await check.judge(await awaitPosted(session, ports)))).to.equal(verdict)
        expect(check.isOpen).to.equal(state !== null)
      }
    })

    it('only the first one is taken, and one that cannot be read leaves the check open', async () => {
      const session = makeRelaySession(url, random)
      await openRelay(session, ports)
      const check = await makeChecker(bank).begin({ responseUri: responseUriOf(session) })
      const junk = new URLSearchParams({ response: 'eyJhbGciOiJFQ0RILUVTIn0..a.b.c' })
      expect((await post(responseUriOf(session), new URLSearchParams({ x: '1' }))).status).to.equal(400)
      await post(responseUriOf(session), junk)
      expect((await post(responseUriOf(session), junk)).status).to.equal(409)
      expect(keyOf(await check.judge(await awaitPosted(session, ports)))).to.equal('unreadable/malformed')
      expect(check.isOpen).to.equal(true)
    })
  })
})
