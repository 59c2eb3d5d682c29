/**
 * The order in which wallets' requests are handled when many arrive at once. The request that is closest to a card goes
 * first. In the order of arrival, a thousand wallets would all get their nonce before the first of them gets its token:
 * the first card would be as late as the last, and the node would wait idly for the block that has all of them.
 * Renewals go last, because nobody waits in front of a screen for them, and if many wait, further ones are asked to come later.
 * Why: docs/decisions/132, docs/decisions/198.
 */
import type { Request, RequestHandler, Response } from 'express'

/** How far the wallet has come: requests of a later step go first. */
const OF_PEOPLE = ['offer', 'nonce', 'token', 'credential'] as const
const OF_RENEWALS = ['refresh', 'renewal'] as const
export type Step = (typeof OF_PEOPLE | typeof OF_RENEWALS)[number]

interface Waiting {
  readonly arrival: number
  readonly handle: () => void
}

/** Requests that are handled before the node reads again what has arrived. With fewer, more commits and writes are small. */
const AT_ONCE = 32
/** One of so many turns goes to the request that waits longest, so that many requests of one step never stop the others. */
const OLDEST_EVERY = 4
/** One of so many turns goes to a renewal while people wait, so that people never stop the renewals. */
const RENEWAL_EVERY = 8
/** With more of them waiting, a wallet that begins a renewal is asked to come later. */
const MOST_REFRESHING = 256
/** Seconds after which it comes again: between these, so that they do not come together. */
const LATER = { from: 10, until: 70 } as const
/** With more than this waiting, a request does not wait, because its body would need memory. */
const MOST_WAITING = 2_048

export class Turns {
  readonly #waiting: Readonly<Record<Step, Waiting[]>> = {
    ...{ refresh: [], renewal: [] },
    ...{ offer: [], nonce: [], token: [], credential: [] },
  }
  #arrivals = 0
  #size = 0
  #turns = 0
  /** Turns that are scheduled. */
  #scheduled = 0

  /** Place it after the parser of the body, so that a request whose body is late has no turn yet. */
  readonly of =
    (step: Step | ((request: Request) => Step)): RequestHandler =>
    (request, response, next) => {
      const taken = typeof step === 'function' ? step(request) : step
      if (taken === 'refresh' && this.#waiting.refresh.length >= MOST_REFRESHING) this.#comeLater(response)
      else this.#add(taken, () => next())
    }

  #comeLater(response: Response): void {
    const seconds = LATER.from + (++this.#arrivals % (LATER.until - LATER.from))
    const error_description = 'many cards are renewed now: try again later'
    response.status(503).set({ 'Retry-After': String(seconds), 'Cache-Control': 'no-store' })
    response.json({ error: 'temporarily_unavailable', error_description })
  }

  #add(step: Step, handle: () => void): void {
    if (this.#size >= MOST_WAITING) {
      handle()
      return
    }
    this.#waiting[step].push({ arrival: ++this.#arrivals, handle })
    this.#size += 1
    if (this.#scheduled < AT_ONCE) this.#schedule()
  }

  /** Between two turns everything runs that was waiting for a promise. After some turns the node reads again. */
  #schedule(): void {
    this.#scheduled += 1
    setImmediate(() => {
      this.#scheduled -= 1
      const next = this.#take()
      if (this.#size > this.#scheduled) this.#schedule()
      next?.handle()
    })
  }

  #take(): Waiting | undefined {
    this.#turns += 1
    const people = this.#queuesOf(OF_PEOPLE)
    const renewals = this.#queuesOf(OF_RENEWALS)
    const isRenewal = people.length === 0 || this.#turns % RENEWAL_EVERY === 0
    const queues = isRenewal && renewals.length > 0 ? renewals : people
    const oldest = this.#turns % OLDEST_EVERY === 0 && queues === people
    const queue = oldest
      ? queues.reduce((a, b) => ((a[0]?.arrival ?? 0) < (b[0]?.arrival ?? 0) ? a : b), queues[0] ?? [])
      : queues.at(-1)
    if (queue) this.#size -= 1
    return queue?.shift()
  }

  #queuesOf(steps: readonly Step[]): Waiting[][] {
    return steps.map(step => this.#waiting[step]).filter(queue => queue.length > 0)
  }
}
