/** One check of the check screen, without its screen: what the camera sees, and what comes over a real relay. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { BodyBudget } from '../../../../node/http/body-budget.ts'
import { relayRoutes } from '../../../../node/http/relay-routes.ts'
import { closeServer } from '../../../../node/http/server.ts'
import { DAY, systemTimer } from '../../../../node/lib/time.ts'
import { FrameReader, framesOf } from '../../../../node/verifier/in-person/frames.ts'
import { awaitRequest, openRelay, sendAnswer } from '../../../../node/verifier/in-person/relay-client.ts'
import { makeRendezvous } from '../../../../node/verifier/in-person/rendezvous.ts'
import { SeenPresentations } from '../../../../node/verifier/in-person/seen.ts'
import { answerForm, encryptAnswer } from '../../../../node/verifier/oid4vp/wallet-side/answer.ts'
import type { Preset } from '../../../../node/verifier/presets/preset.ts'
import { Relay } from '../../../../node/verifier/relay/relay.ts'
import { type VerifiedPresentation, Verifier } from '../../../../node/verifier/verifier.ts'
import { CheckSession, type Reading } from '../../../../node/web/check/core/session.ts'
import { presetNamed } from '../../../support/presets.ts'
import { ManualTimer } from '../../../support/timer.ts'
import { until } from '../../../support/until.ts'
import {
  answer,
  oneWay,
  openRequest,
  random,
  residentCard,
  shop,
  shownFor,
  till,
} from '../../verifier/in-person/support.ts'
import { keyOf, MemoryView, NOW, noFaults, present, profile } from '../../verifier/support.ts'

const age = presetNamed('age')
const bank = presetNamed('bank')

describe('a check of the check screen', () => {
  const relay = new Relay({ timer: systemTimer, random })
  let server: Server
  let url: string
  const stops: (() => void)[] = []

  before(async () => {
    const app = express()
    app.set('query parser', 'simple')
    app.use(relayRoutes(relay, new BodyBudget(2 ** 20)))
    server = await new Promise<Server>(resolve => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening))
    })
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/relay`
  })
  afterEach(() => {
    for (const stop of stops.splice(0)) stop()
  })
  after(async () => {
    relay.close()
    await closeServer(server)
  })

  interface Circumstances {
    readonly fetcher?: typeof fetch
    /** Where the device stores what it has seen. */
    readonly write?: () => Promise<void>
  }

  async function begin(preset: Preset, { fetcher = fetch, write = async () => {} }: Circumstances = {}) {
    const view = new MemoryView()
    const clock = () => NOW
    const timer = new ManualTimer()
    const seen = await SeenPresentations.open({ read: async () => [], write })
    const readings: Reading[] = []
    const verdicts: VerifiedPresentation[] = []
    const session = new CheckSession({
      ...{ preset, seen, clock, timer, random, fetcher, relay: url, codeSize: 'normal' },
      verifier: new Verifier({ profile, view, clock, warn: noFaults }),
      till: {
        x5c: [till.certificate, shop.certificate],
        until: NOW + 7 * DAY,
        sign: async data => till.key.sign(data),
      },
      onChange: reading => void readings.push(reading),
      onVerdict: verdict => void verdicts.push(verdict),
    })
    stops.push(() => session.stop())
    session.start()
    const last = () => readings.at(-1)
    const request = async () => {
      await until('the request is shown', () => last()?.request != null)
      return openRequest(read(last()?.request ?? { count: 0, text: () => '' }))
    }
    const verdict = async () => {
      await until('there is a verdict', () => verdicts.length === 1)
      return keyOf(verdicts[0] as VerifiedPresentation)
    }
    return { session, request, verdict, last, timer, card: residentCard(view) }
  }

  /** What is on a screen. */
  function read({ text }: { text: (frame: number) => string }): Uint8Array {
    const reader = new FrameReader()
    for (let frame = 0; ; frame++) {
      const { complete } = reader.add(text(frame))
      if (complete) return complete
    }
  }

  /** Shows a message to the camera. */
  function show(session: CheckSession, message: Uint8Array): void {
    const frames = framesOf(message)
    for (let frame = 0; frame < frames.count; frame++) session.onText(frames.text(frame))
  }

  const offline: typeof fetch = async () => {
    throw new TypeError('fetch failed')
  }

  it('two-way, without a network', async () => {
    const { session, request, verdict, card } = await begin(bank, { fetcher: offline })
    const asked = await request()
    expect(asked.responseUri).to.equal(null)
    show(session, await answer(asked, card, { show: shownFor(bank) }))
    expect(await verdict()).to.equal('valid')
  })

  it('two-way, and the phone posts its answer', async () => {
    const { request, verdict, card } = await begin(bank)
    const asked = await request()
    const { clientId: audience, nonce } = asked
    const shown = present(card, { audience, nonce, show: shownFor(bank) })
    const body = answerForm(await encryptAnswer(asked, { resident: [shown] }))
    await fetch(asked.responseUri ?? '', { method: 'POST', body })
    expect(await verdict()).to.equal('valid')
  })

  it('somebody who posts something else ends nothing', async () => {
    let taken = 0
    const fetcher: typeof fetch = async (...call) => {
      const response = await fetch(...call)
      if (String(call[0]).includes('/request/take') && response.status === 200) taken += 1
      return response
    }
    for (const junk of [{ response: 'eyJhbGciOiJFQ0RILUVTIn0..a.b.c' }, { error: 'access_denied', state: 'another' }]) {
      const { session, request, verdict, card } = await begin(bank, { fetcher })
      const asked = await request()
      const before = taken
      await fetch(asked.responseUri ?? '', { method: 'POST', body: new URLSearchParams(junk) })
      await until('the relay passed it on', () => taken > before)
      show(session, await answer(asked, card, { show: shownFor(bank) }))
      expect(await verdict()).to.equal('valid')
    }
  })

  it('one-way, where the purpose accepts it', async () => {
    const { session, verdict, card } = await begin(age)
    show(session, await oneWay(age, card))
    expect(await verdict()).to.equal('valid')
  })

  it('one-way, where it does not: reading goes on', async () => {
    const { session, last, card } = await begin(bank)
    show(session, await oneWay({ ...bank, oneWay: true }, card))
    await until('it is refused', () => last()?.hint === 'one_way_refused')
    expect(last()?.state).to.equal('reading')
  })

  it('rendezvous', async () => {
    const { session, verdict, card } = await begin(bank)
    const ports = { fetcher: fetch, random }
    const wallet = makeRendezvous(url, random)
    await openRelay(wallet, ports)
    session.onText(wallet.code)
    const asked = await openRequest(await awaitRequest(wallet, ports))
    await sendAnswer(wallet, await answer(asked, card, { show: shownFor(bank) }), ports)
    expect(await verdict()).to.equal('valid')
  })

  it('an answer to another clerk, and codes of other kinds: reading goes on', async () => {
    const { session, last, card, request } = await begin(bank)
    const other = await begin(bank)
    await request()
    show(session, await answer(await other.request(), card, { show: shownFor(bank) }))
    await until('it is not ours', () => last()?.hint === 'other_request')
    const code = makeRendezvous('https://127.0.0.1:9/relay', random).code
    session.onText(code)
    await until('it is not reached', () => last()?.hint === 'rendezvous_failed')
    session.onText('https://example.com')
    expect(last()?.state).to.equal('reading')
  })

  it('a code that names a relay which never answers keeps nobody from the next check', async () => {
    let asked = 0
    const silent: typeof fetch = (_, init) => {
      asked += 1
      return new Promise((__, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    }
    const { session, last, timer } = await begin(bank, { fetcher: silent })
    session.onText(makeRendezvous('https://relay.example/relay', random).code)
    await until('the relay is asked', () => asked === 2)
    expect(last()?.state).to.equal('judging')
    timer.pass(60_000)
    await until('the device reads again', () => last()?.hint === 'rendezvous_failed')
    expect(last()?.state).to.equal('reading')
  })

  it('the rest of an answer that stays in view does not keep the place of the request', async () => {
    const { session, request, verdict, last, timer, card } = await begin(bank, { fetcher: offline })
    const asked = await request()
    const frames = framesOf(await answer(asked, card, { show: shownFor(bank) }))
    session.onText(frames.text(0))
    const { progress } = last() as Reading
    expect(progress).to.be.greaterThan(0)
    timer.pass(3000)
    expect(last()).to.include({ progress: 0, state: 'reading' })
    // The same picture again says nothing new.
    session.onText(frames.text(0))
    expect(last()?.progress).to.equal(0)
    // What was read counts when the person shows it again.
    session.onText(frames.text(1))
    expect(last()?.progress).to.be.greaterThan(progress)
    for (let frame = 2; frame < frames.count; frame++) session.onText(frames.text(frame))
    expect(await verdict()).to.equal('valid')
  })

  it('a fault of the device is said until the next code is read', async () => {
    let isFull = true
    const write = async () => {
      if (isFull) throw new Error('the disk is full')
    }
    const { session, verdict, last, card } = await begin(age, { write })
    const shown = await oneWay(age, card)
    show(session, shown)
    await until('the fault is said', () => last()?.isFaulty === true)
    expect(last()).to.include({ state: 'reading', progress: 0 })
    isFull = false
    const next = framesOf(await oneWay(age, card))
    session.onText(next.text(0))
    expect(last()).to.include({ isFaulty: false })
    for (let frame = 1; frame < next.count; frame++) session.onText(next.text(frame))
    expect(await verdict()).to.equal('valid')
  })
})
