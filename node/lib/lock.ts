/** Runs one body at a time, in the order asked for. A body that throws does not hold up the next. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(body: () => Promise<T>): Promise<T> {
    const result = this.#last.then(body, body)
    this.#last = result.catch(() => undefined)
    return result
  }
}

/** One body at a time for each key; different keys run side by side. */
export class KeyedLock {
  readonly #locks = new Map<string, { readonly lock: Lock; users: number }>()

  async run<T>(key: string, body: () => Promise<T>): Promise<T> {
    const held = this.#locks.get(key) ?? { lock: new Lock(), users: 0 }
    this.#locks.set(key, held)
    held.users++
    try {
      return await held.lock.run(body)
    } finally {
      held.users--
      if (held.users === 0) this.#locks.delete(key)
    }
  }
}
