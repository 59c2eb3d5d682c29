import { mkdirSync } from 'node:fs'
import { Level } from 'level'
import { lastSequence, numberCommits, type Write } from './commit-point.ts'
import { StoreError } from './errors.ts'
import { logFileFaults } from './level-files.ts'
import type { RangeOptions, Store, WriteOp } from './store.ts'

/** The fewest that LevelDB accepts. Its tables of 2 MB are mapped into memory while they are open: 128 MB at most. */
const OPEN_FILES = 74

type Batch = { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array }
interface Waiting {
  readonly ops: readonly WriteOp[]
  readonly resolve: (sequence: number) => void
  readonly reject: (error: unknown) => void
}

/**
 * The store on disk. Commits that arrive while one is being synced wait and share the next sync: each is still atomic
 * and has its own number, and many at once cost one.
 * After one failed write the store takes no more: a torn record stays in LevelDB's log, and recovery drops what follows
 * it there, even if that was synced. Opening the store again begins a new log.
 */
export class LevelStore implements Store {
  /** Resolves with the reason when the store takes no more writes. Only opening it again helps. */
  readonly stopped: Promise<StoreError>
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #failure: StoreError | undefined
  #stop: (failure: StoreError) => void = () => undefined

  private constructor(
    private readonly db: Level<Uint8Array, Uint8Array>,
    private readonly path: string,
  ) {
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
      // LevelDB makes its files readable by everybody, and the data directory may not have been made by us.
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
    return this.db.iterator({ gte: from, lt: to, reverse: options.reverse ?? false, limit: options.limit ?? -1 })
  }

  commit(ops: readonly WriteOp[]): Promise<number> {
    if (ops.length === 0) return Promise.resolve(lastSequence(this))
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ops, resolve, reject })
      this.#writing ??= this.#write()
    })
  }

  async close(): Promise<void> {
    await this.#writing
    await this.db.close()
  }

  async #write(): Promise<void> {
    // Waiting for one turn of the event loop lets the commits of a burst share the first sync as well.
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
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
          `The database at ${this.path} did not take a write; nothing of it counts as done, and it takes no more until ` +
            'the node is started again. Check disk space and permissions first.',
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

function toBatch(op: Write): Batch {
  return 'put' in op ? { type: 'put', key: op.put, value: op.value } : { type: 'del', key: op.del }
}

function openFailure(path: string, error: unknown): StoreError {
  const reason = reasonOf(error)
  if (reason === 'LEVEL_LOCKED') {
    return new StoreError(
      { code: 'STORE_IN_USE', path },
      `The database at ${path} is open in another process. Stop that one first, or name another data directory.`,
      { cause: error },
    )
  }
  return new StoreError(
    { code: 'STORE_IO', path, reason },
    `The database at ${path} cannot be opened (${reason}). Check disk space, permissions and the file system.`,
    { cause: error },
  )
}

/** LevelDB wraps the reason in `cause`; its code says more than its message. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code
    if (typeof code === 'string' && !['LEVEL_DATABASE_NOT_OPEN', 'LEVEL_BATCH_NOT_OPEN'].includes(code)) return code
    if (at.cause === undefined) return at.message
  }
  return String(error)
}
