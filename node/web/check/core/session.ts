/**
 * One check, from the codes that the camera sees to a verdict. Whoever stands in front of the device need not say how they
 * show their card: the codes say it themselves. Why: docs/decisions/151.
 *
 *   our request is shown ─▶ an answer to it is read      two-way; a phone with a network may post it instead
 *   a presentation that nobody asked for is read         one-way, where the purpose accepts it
 *   a short code is read ─▶ our request is sent there    rendezvous
 */
import { ParseError } from '../../../lib/parse-error.ts'
import type { Random } from '../../../lib/random.ts'
import type { Clock, Timer } from '../../../lib/time.ts'
import { relayUnreachable, VerifierError } from '../../../verifier/errors.ts'
import { CHECK_LIFETIME, InPersonCheck } from '../../../verifier/in-person/check.ts'
import { type CodeSize, FrameReader, type Frames, framesOf } from '../../../verifier/in-person/frames.ts'
import { parseMessage } from '../../../verifier/in-person/message.ts'
import { judgeOneWay } from '../../../verifier/in-person/one-way.ts'
import { awaitAnswer, awaitPosted, openRelay, postRequest } from '../../../verifier/in-person/relay-client.ts'
import { makeRelaySession, type OwnRelaySession, responseUriOf } from '../../../verifier/in-person/relay-protocol.ts'
import { isRendezvous, parseRendezvous } from '../../../verifier/in-person/rendezvous.ts'
import type { SeenPresentations } from '../../../verifier/in-person/seen.ts'
import { type Preset, policyOf } from '../../../verifier/presets/preset.ts'
import { requestPolicyOf } from '../../../verifier/presets/request-policy.ts'
import type { VerifiedPresentation, Verifier } from '../../../verifier/verifier.ts'
import type { Till } from './till.ts'

/** What the screen shows now. */
export interface Reading {
  /** Our request as a code; null if this device has no certificate to ask with. */
  readonly request: Frames | null
  /** How much of the other side's code has arrived, from 0 to 1. */
  readonly progress: number
  readonly state: 'reading' | 'judging'
  /** Why a code that was read is no use here. It stays until the next one. */
  readonly hint: Hint | null
  /** The last code could not be judged because of a fault of this program, which says nothing about the card. */
  readonly isFaulty: boolean
}

export const NOTHING_READ: Reading = { request: null, progress: 0, state: 'reading', hint: null, isFaulty: false }

/**
 * `one_way_refused`: this purpose needs a request. `other_request`: an answer to somebody else's. `rendezvous_failed`: the
 * phone is not reached over the network.
 */
export type Hint = 'one_way_refused' | 'other_request' | 'not_registered' | 'other_code' | 'rendezvous_failed'

export interface SessionOptions {
  readonly preset: Preset
  readonly verifier: Verifier
  readonly till: Till | null
  readonly seen: SeenPresentations
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly codeSize: CodeSize
  readonly fetcher: typeof fetch
  /** The authority's relay, where a phone with a network may post its answer. */
  readonly relay: string
  readonly onChange: (reading: Reading) => void
  readonly onVerdict: (result: VerifiedPresentation) => void
}

/** Seconds after which a new request is shown, so that a phone that scans it always has time to answer. */
const RENEW = 25
/** How long the relay has to answer before a request is shown that can only be answered by a code. */
const RELAY_MS = 2000

/** Milliseconds in which a phone that is met at a relay has to answer: as long as the request counts. */
const RENDEZVOUS_MS = CHECK_LIFETIME * 1000
/**
 * Milliseconds after which a code of which nothing more is read is not in front of the camera any more. What stays in view
 * by chance, such as the answer of the last check, must not keep the place of the request.
 */
const LOST_MS = 3000

export class CheckSession {
  readonly #reader = new FrameReader()
  /** Those that can still be answered, the newest first. */
  #requests: readonly InPersonCheck[] = []
  #reading = NOTHING_READ
  #renewal: ReturnType<typeof setInterval> | undefined
  readonly #life = new AbortController()
  /** Of the last text that was read. */
  #progress = 0
  #forgetLost = () => {}
  /** A rendezvous code stays in front of the camera; it is used once. */
  #lastRendezvous = ''

  constructor(private readonly options: SessionOptions) {}

  /** Shows the first request, and a new one from time to time. */
  start(): void {
    if (this.options.till === null) return
    const renew = () => this.#renew().catch(() => this.#show({ isFaulty: true }))
    void renew()
    this.#renewal = setInterval(renew, RENEW * 1000)
  }

  stop(): void {
    this.#life.abort()
    this.#forgetLost()
    clearInterval(this.#renewal)
  }

  /** For each text that the camera reads. */
  onText(text: string): void {
    if (this.#isOver || this.#reading.state === 'judging') return
    if (isRendezvous(text)) {
      if (text === this.#lastRendezvous) return
      this.#lastRendezvous = text
      return void this.#settle(() => this.#rendezvous(text))
    }
    const { progress, complete } = this.#reader.add(text)
    if (complete) void this.#settle(() => this.#outcomeOf(complete))
    else if (progress !== this.#progress) this.#advance(progress)
  }

  #advance(progress: number): void {
    this.#progress = progress
    if (progress > this.#reading.progress) this.#show({ progress, hint: null, isFaulty: false })
    this.#forgetLost()
    this.#forgetLost = this.options.timer.after(LOST_MS, () => {
      if (this.#reading.state === 'reading') this.#show({ progress: 0 })
    })
  }

  get #isOver(): boolean {
    return this.#life.signal.aborted
  }

  async #renew(): Promise<void> {
    const { till, codeSize } = this.options
    if (till === null || this.#isOver) return
    const session = await this.#openRelay()
    const check = await this.#ask(till, session)
    if (session !== null) void this.#awaitPosted(session, check).catch(() => this.#show({ isFaulty: true }))
    this.#requests = [check, ...this.#requests.filter(({ isOpen }) => isOpen)]
    this.#show({ request: framesOf(check.message, codeSize) })
  }

  /** @returns null without a network */
  async #openRelay(): Promise<OwnRelaySession | null> {
    const { relay, fetcher, random } = this.options
    const session = makeRelaySession(relay, random)
    try {
      const signal = AbortSignal.any([this.#life.signal, AbortSignal.timeout(RELAY_MS)])
      await openRelay(session, { fetcher, random, signal })
      return session
    } catch {
      return null
    }
  }

  async #awaitPosted(session: OwnRelaySession, check: InPersonCheck): Promise<void> {
    const { fetcher, random } = this.options
    // Null if the session is over, or the network is gone. The code on the screen can still be answered by a code.
    const posted = await awaitPosted(session, { fetcher, random, signal: this.#life.signal }).catch(() => null)
    if (posted === null || this.#isOver || !check.isOpen) return
    const result = await check.judge(posted)
    // Anybody who sees our code can post to its address. What is no answer ends nothing.
    if (!check.isOpen) await this.#settle(async () => result)
  }

  #ask(till: Till, session: OwnRelaySession | null = null): Promise<InPersonCheck> {
    const { preset, verifier, clock, random } = this.options
    return InPersonCheck.begin({
      asker: { x5c: till.x5c, sign: till.sign },
      requestPolicy: requestPolicyOf(preset),
      policy: policyOf(preset, { inPerson: true }),
      ...(session !== null && { responseUri: responseUriOf(session) }),
      ...{ verifier, clock, random },
    })
  }

  /** Shows what became of a code: a verdict, or why it is no use here and reading goes on. */
  async #settle(judge: () => Promise<VerifiedPresentation | Hint>): Promise<void> {
    this.#show({ state: 'judging', progress: 1, hint: null, isFaulty: false })
    let outcome: VerifiedPresentation | Hint
    try {
      outcome = await judge()
    } catch {
      return this.#show({ state: 'reading', progress: 0, isFaulty: true })
    }
    if (this.#isOver) return
    if (typeof outcome === 'string') return this.#show({ state: 'reading', progress: 0, hint: outcome })
    this.stop()
    this.options.onVerdict(outcome)
  }

  /** The phone waits at the relay that its code names. What goes over it is encrypted under the code's secret. */
  async #rendezvous(text: string): Promise<VerifiedPresentation | Hint> {
    const { till, fetcher, timer, random } = this.options
    if (till === null) return 'not_registered'
    // The code may name a relay that keeps this device waiting.
    const silence = new AbortController()
    const end = timer.after(RENDEZVOUS_MS, () => silence.abort(relayUnreachable(null)))
    const ports = { fetcher, random, signal: AbortSignal.any([this.#life.signal, silence.signal]) }
    try {
      const rendezvous = parseRendezvous(text)
      const check = await this.#ask(till)
      const token = await postRequest(rendezvous, check.message, ports)
      return await check.judge(await awaitAnswer(rendezvous, token, ports))
    } catch (error) {
      if (error instanceof ParseError || error instanceof VerifierError) return 'rendezvous_failed'
      throw error
    } finally {
      end()
    }
  }

  async #outcomeOf(message: Uint8Array): Promise<VerifiedPresentation | Hint> {
    const kind = kindOf(message)
    if (kind === 'one_way') return this.#oneWay(message)
    if (kind === 'answer') return this.#answer(message)
    return 'other_code'
  }

  async #oneWay(message: Uint8Array): Promise<VerifiedPresentation | Hint> {
    const { preset, verifier, seen, clock } = this.options
    if (!preset.oneWay) return 'one_way_refused'
    const policy = policyOf(preset, { inPerson: true })
    return judgeOneWay(message, { preset, policy, verifier, seen, clock })
  }

  /** An answer says which request it is for, and that may be the one before the last. */
  async #answer(message: Uint8Array): Promise<VerifiedPresentation | Hint> {
    if (this.options.till === null) return 'not_registered'
    for (const request of this.#requests) {
      if (!request.isOpen) continue
      const result = await request.judge(message)
      if (result.outcome !== 'retry' || result.reason !== 'wrong_audience') return result
    }
    return 'other_request'
  }

  #show(change: Partial<Reading>): void {
    this.#reading = { ...this.#reading, ...change }
    if (!this.#isOver) this.options.onChange(this.#reading)
  }
}

function kindOf(message: Uint8Array) {
  try {
    return parseMessage(message).kind
  } catch (error) {
    if (error instanceof ParseError) return null
    throw error
  }
}
