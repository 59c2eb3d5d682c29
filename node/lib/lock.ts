/** Runs one body at a time, in the order of the calls. A body that throws does not block the next one. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#last.then(body, body)
    this.#last = result.catch(() => undefined)
    return result
  }
}

/** Runs the bodies of one key one at a time, in the order of the calls. Different keys do not wait for each other. */
export class KeyedLock {
  readonly #last = new Map<string, Promise<void>>()

  busy(key: string): boolean {
    return this.#last.has(key)
  }

  run<T>(key: string, body: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const result = before ? before.then(body) : body()
    const settled: Promise<void> = result.then(ignore, ignore).then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    })
    this.#last.set(key, settled)
    return result
  }
}

const ignore = () => undefined
