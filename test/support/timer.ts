import type { Timer } from '../../node/lib/time.ts'

/** A timer whose time passes when no other work is left, so timeouts come at once and in their order. */
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

/** A timer whose time only the test moves. */
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

  /** The number of pending callbacks. */
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
