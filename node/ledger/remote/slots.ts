/** Runs at most `limit` bodies at a time; the others wait in the order of the calls. */
export class Slots {
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(limit: number) {
    this.#free = limit
  }

  async run<T>(body: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    try {
      return await body()
    } finally {
      // The slot goes to the next one, so nobody who comes later can take it first.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}
