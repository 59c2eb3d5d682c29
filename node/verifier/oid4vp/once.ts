import { MINUTE } from '../../lib/time.ts'

const KEPT_MS = 2 * MINUTE * 1000

/**
 * Values that can be read once. They are only in memory, and are deleted when they are read, after two minutes, or when the
 * process ends (docs/decisions/062).
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
