import { MINUTE } from '../../lib/time.ts'

const RETENTION_MS = 2 * MINUTE * 1000

/**
 * Values that can be read once. They are only in memory, and are deleted when they are read, after two minutes, or when the
 * process ends (docs/decisions/062).
 */
export class OneTimeValues<T> {
  readonly #values = new Map<string, { value: T; timer: NodeJS.Timeout }>()

  put(id: string, value: T): void {
    this.take(id)
    const timer = setTimeout(() => this.#values.delete(id), RETENTION_MS)
    timer.unref()
    this.#values.set(id, { value, timer })
  }

  take(id: string): T | null {
    const found = this.#values.get(id)
    if (!found) return null
    clearTimeout(found.timer)
    this.#values.delete(id)
    return found.value
  }

  clear(): void {
    for (const id of [...this.#values.keys()]) this.take(id)
  }
}
