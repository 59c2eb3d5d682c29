/** Notes how to undo each change, so that changes that do not prove true leave no trace. */
export class Journal {
  #undo: (() => void)[] = []
  #recording = false

  /** Until then nothing is noted: what is being filled for the first time is thrown away when it fails. */
  start(): void {
    this.#recording = true
  }

  get recording(): boolean {
    return this.#recording
  }

  note(undo: () => void): void {
    if (this.#recording) this.#undo.push(undo)
  }

  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    if (this.#recording) {
      const before = map.get(key)
      this.#undo.push(() => (before === undefined ? map.delete(key) : map.set(key, before)))
    }
    map.set(key, value)
  }

  /** What was changed stays. */
  commit(): void {
    this.#undo = []
  }

  /** Everything is as it was at the last commit. */
  rollback(): void {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo()
  }
}
