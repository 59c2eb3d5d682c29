import type { Timer } from '../../node/lib/time.ts'

/** Time that passes as soon as everything else has been done: nobody waits, and timeouts still come in their order. */
export class HastyTimer implements Timer {
  #now = 0
  #waiting: { at: number; callback: () => void }[] = []

  readonly now = (): number => this.#now

  readonly after = (milliseconds: number, callback: () => void): (() => void) => {
    const one = { at: this.#now + milliseconds, callback }
    this.#waiting.push(one)
    setImmediate(() => this.#next())
    return () => {
      this.#waiting = this.#waiting.filter(other => other !== one)
    }
  }

  #next(): void {
    const [first] = this.#waiting.sort((a, b) => a.at - b.at)
    if (!first) return
    this.#waiting.shift()
    this.#now = Math.max(this.#now, first.at)
    first.callback()
  }
}

/** Time that passes only when a test says so. */
export class ManualTimer implements Timer {
  #now = 0
  #waiting: { at: number; callback: () => void }[] = []

  readonly now = (): number => this.#now

  readonly after = (milliseconds: number, callback: () => void): (() => void) => {
    const one = { at: this.#now + milliseconds, callback }
    this.#waiting.push(one)
    return () => {
      this.#waiting = this.#waiting.filter(other => other !== one)
    }
  }

  /** How many callbacks are to come. */
  get waiting(): number {
    return this.#waiting.length
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds
    const due = this.#waiting.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at)
    this.#waiting = this.#waiting.filter(one => !due.includes(one))
    for (const { callback } of due) callback()
  }
}
