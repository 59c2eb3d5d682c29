import { mkdirSync } from 'node:fs'
import { Level } from 'level'
import { lastSequence, numberCommits, type Write } from './commit-point.ts'
import { StoreError } from './errors.ts'
import { logFileFaults } from './level-files.ts'
import { type CompactableDatabase, type PurgeRange, Purger } from './purge.ts'
import type { RangeOptions, Store, WriteOp } from './store.ts'

/** The minimum of LevelDB. Open tables (2 MB each) are mapped into memory, so this limits them to 128 MB. */
const OPEN_FILES = 74

type LevelOperation = { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array }

interface PendingCommit {
  readonly ops: readonly WriteOp[]
  readonly resolve: (sequence: number) => void
  readonly reject: (error: unknown) => void
}

/**
 * The store on disk. Commits that arrive during a sync wait and share the next one. Each of them is still atomic and has
 * its own number.
 * After a failed write the store accepts no other: a partial record remains in LevelDB's log, and recovery would drop all
 * records after it, even synced ones. Opening the store again begins a new log.
 */
export class LevelStore implements Store {
  /** Resolves with the reason when the store accepts no more writes until it is opened again. */
  readonly stopped: Promise<StoreError>
  readonly #purger: Purger
  #pending: PendingCommit[] = []
  #writing: Promise<void> | undefined
  #failure: StoreError | undefined
  #stop: (failure: StoreError) => void = () => undefined

  private constructor(
    private readonly db: Level<Uint8Array, Uint8Array>,
    private readonly path: string,
  ) {
    this.#purger = new Purger(db as unknown as CompactableDatabase)
    this.stopped = new Promise(resolve => {
      this.#stop = resolve
    })
  }

  /** @throws {StoreError} STORE_IN_USE, STORE_IO, STORE_DAMAGED */
  static async open(path: string): Promise<LevelStore> {
    const faults = logFileFaults(path)
    if (faults.length > 0) {
      throw new StoreError(
        { code: 'STORE_DAMAGED', path, faults },
        `${path} is damaged on disk: ${faults.join('; ')}. Nothing was changed. Restore it from the newest backup.`,
      )
    }
    const db = new Level<Uint8Array, Uint8Array>(path, {
      ...{ keyEncoding: 'view', valueEncoding: 'view' },
      maxOpenFiles: OPEN_FILES,
    })
    try {
      // LevelDB makes its files readable by everybody, so the directory must protect them.
      mkdirSync(path, { recursive: true, mode: 0o700 })
      await db.open()
    } catch (error) {
      throw openFailure(path, error)
    }
    return new LevelStore(db, path)
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.db.getSync(key)
  }

  range(from: Uint8Array, to: Uint8Array, options: RangeOptions = {}): AsyncIterable<[Uint8Array, Uint8Array]> {
    const { reverse = false, limit = -1 } = options
    return this.#purger.iterate(() => this.db.iterator({ gte: from, lt: to, reverse, limit }))
  }

  commit(ops: readonly WriteOp[]): Promise<number> {
    if (ops.length === 0) return Promise.resolve(lastSequence(this))
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#pending.push({ ops, resolve, reject })
      this.#writing ??= this.#write()
    })
  }

  async purge(ranges: readonly PurgeRange[]): Promise<void> {
    await this.#writing
    try {
      await this.#purger.purge(ranges)
    } catch (error) {
      const reason = reasonOf(error)
      throw new StoreError(
        { code: 'STORE_IO', path: this.path, reason },
        `Erased values may still be in the files of ${this.path} (${reason}). Check disk space and permissions, then start ` +
          'the node again: it continues with the removal.',
        { cause: error },
      )
    }
  }

  async close(): Promise<void> {
    await this.#writing
    await this.db.close()
  }

  async #write(): Promise<void> {
    // One turn of the event loop later, so that the commits of a burst share the first sync, too.
    await new Promise(setImmediate)
    while (this.#pending.length > 0) {
      const group = this.#pending
      this.#pending = []
      if (this.#failure) {
        for (const { reject } of group) reject(this.#failure)
        continue
      }
      try {
        const { writes, sequence } = numberCommits(
          this,
          group.map(({ ops }) => ops),
        )
        await this.db.batch(writes.map(toBatch), { sync: true })
        for (const [i, { resolve }] of group.entries()) resolve(sequence - group.length + 1 + i)
      } catch (error) {
        const failure = new StoreError(
          { code: 'STORE_IO', path: this.path, reason: reasonOf(error) },
          `A write to the database at ${this.path} failed. It counts as not done, and the database accepts no more writes. ` +
            'Check disk space and permissions, then start the node again.',
          { cause: error },
        )
        this.#failure = failure
        this.#stop(failure)
        for (const { reject } of group) reject(failure)
      }
    }
    this.#writing = undefined
  }
}

function toBatch(op: Write): LevelOperation {
  return 'put' in op ? { type: 'put', key: op.put, value: op.value } : { type: 'del', key: op.del }
}

function openFailure(path: string, error: unknown): StoreError {
  const reason = reasonOf(error)
  if (reason === 'LEVEL_LOCKED') {
    return new StoreError(
      { code: 'STORE_IN_USE', path },
      `The database at ${path} is open in another process. Stop that process, or use another data directory.`,
      { cause: error },
    )
  }
  return new StoreError(
    { code: 'STORE_IO', path, reason },
    `The database at ${path} cannot be opened (${reason}). Check disk space, permissions and the file system.`,
    { cause: error },
  )
}

/** `level` puts the reason in `cause`. The code of an error is preferred to its message. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code
    if (typeof code === 'string' && !['LEVEL_DATABASE_NOT_OPEN', 'LEVEL_BATCH_NOT_OPEN'].includes(code)) return code
    if (at.cause === undefined) return at.message
  }
  return String(error)
}
