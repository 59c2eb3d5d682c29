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

  /** Runs the body while it has all keys. In one order, so that two callers never wait for each other. */
  async runAll<T>(keys: readonly string[], body: () => Promise<T>): Promise<T> {
    const { promise: done, resolve: release } = Promise.withResolvers<void>()
    try {
      for (const key of [...new Set(keys)].sort()) {
        const { promise: ours, resolve: begin } = Promise.withResolvers<void>()
        void this.run(key, () => {
          begin()
          return done
        })
        await ours
      }
      return await body()
    } finally {
      release()
    }
  }
}

const ignore = () => undefined
