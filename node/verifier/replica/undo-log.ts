/** Records how to undo each change, so that changes that turn out to be wrong can be taken back. */
export class UndoLog {
  #undo: (() => void)[] = []
  #recording = false

  /** Before this call nothing is recorded: a replica that fails while it is filled for the first time is thrown away. */
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

  /** Keeps all changes. */
  commit(): void {
    this.#undo = []
  }

  /** Takes back all changes since the last commit. */
  rollback(): void {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo()
  }
}
