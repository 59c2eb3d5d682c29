/** A map of at most `capacity` entries. When it is full, the least recently used entry is dropped. */
export class LruCache<Key, Value extends NonNullable<unknown>> {
  /** In the order of their last use. */
  readonly #entries = new Map<Key, Value>()

  /** @param capacity at least 1 */
  constructor(private readonly capacity: number) {}

  /** Counts as a use. */
  get(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }

  set(key: Key, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.capacity) return
    const [leastRecent] = this.#entries.keys()
    this.#entries.delete(leastRecent as Key)
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }
}
