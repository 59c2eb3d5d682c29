/** Wakes those who wait for a change of one application: a clerk's screen, and a wallet whose card a clerk must confirm. */
export class Waiting {
  readonly #waiting = new Map<string, Set<() => void>>()

  /** Wakes all who wait for this application. They read its state again. */
  wake(id: string): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    for (const wake of waiting ?? []) wake()
  }

  /** Resolves at the next change of the application, or when `until` aborts. */
  change(id: string, until: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      if (until.aborted) return resolve()
      const done = () => {
        until.removeEventListener('abort', done)
        const waiting = this.#waiting.get(id)
        waiting?.delete(done)
        if (waiting?.size === 0) this.#waiting.delete(id)
        resolve()
      }
      until.addEventListener('abort', done)
      const waiting = this.#waiting.get(id) ?? new Set()
      this.#waiting.set(id, waiting.add(done))
    })
  }
}
