/** Callers that wait for an event of an id, each for a limited time. */
export class VerdictWaiters {
  readonly #woken = new Map<string, Set<() => void>>()
  #closed = false

  /** Resolves when the id is woken, or after `ms`. */
  wait(id: string, ms: number): Promise<void> {
    if (this.#closed || ms <= 0) return Promise.resolve()
    return new Promise(resolve => {
      const others = this.#woken.get(id) ?? new Set()
      const done = () => {
        clearTimeout(timer)
        others.delete(done)
        if (others.size === 0) this.#woken.delete(id)
        resolve()
      }
      const timer = setTimeout(done, ms)
      others.add(done)
      this.#woken.set(id, others)
    })
  }

  wake(id: string): void {
    for (const done of [...(this.#woken.get(id) ?? [])]) done()
  }

  close(): void {
    this.#closed = true
    for (const id of [...this.#woken.keys()]) this.wake(id)
  }
}
