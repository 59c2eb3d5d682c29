/** Records how to undo each change, so that the changes of an invalid delta can be undone. */
export class UndoLog {
  #undo: (() => void)[] = []
  #recording = false

  /**
   * Starts recording. While a replica is filled for the first time nothing is recorded: if that fails, the replica is
   * discarded.
   */
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

  /** Makes all changes permanent. */
  commit(): void {
    this.#undo = []
  }

  /** Undoes all changes since the last commit. */
  rollback(): void {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo()
  }
}
