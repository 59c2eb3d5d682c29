import { MINUTE } from '../../lib/time.ts'

const KEPT_MS = 2 * MINUTE * 1000

/**
 * What is shown to the asker once and kept nowhere: in memory alone, given out a single time, gone after two minutes
 * or with the process, whichever is first (docs/decisions/062).
 */
export class Once<T> {
  readonly #kept = new Map<string, { value: T; timer: NodeJS.Timeout }>()

  put(id: string, value: T): void {
    this.take(id)
    const timer = setTimeout(() => this.#kept.delete(id), KEPT_MS)
    timer.unref()
    this.#kept.set(id, { value, timer })
  }

  take(id: string): T | null {
    const found = this.#kept.get(id)
    if (!found) return null
    clearTimeout(found.timer)
    this.#kept.delete(id)
    return found.value
  }

  clear(): void {
    for (const id of [...this.#kept.keys()]) this.take(id)
  }
}
