import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Level } from 'level'
import { logFileFaults } from '../../store/level-files.ts'
import { LedgerError } from '../errors.ts'

export interface LedgerWriteOp {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** What the node needs of a database: a synchronous read, and one way to write. */
export interface LedgerStore {
  get(key: Uint8Array): Uint8Array | undefined
  /** Keys in [from, to], ascending. */
  keys(from: Uint8Array, to: Uint8Array): AsyncIterable<Uint8Array>
  /**
   * All or nothing, and on disk (fsync) when it resolves. If it rejects, either may be the case: the caller must stop
   * and let the next start find out.
   */
  commit(ops: readonly LedgerWriteOp[]): Promise<void>
  /** Bytes it takes up. */
  size(): number
  close(): Promise<void>
}

/** Something that must be on disk is not. The node stops: nothing it could go on with would be true. */
export class DamagedStore extends Error {
  override name = 'DamagedStore'

  constructor(what: string) {
    super(`the ledger's database is damaged: ${what} is missing. Restore it from a backup or a follower`)
  }
}

const MEGABYTE = 1024 * 1024

/** Directories open in this process. LevelDB's lock keeps other processes out, and not this one. */
const openHere = new Set<string>()

/**
 * Opens or makes the database in `path`, for this caller alone. Threads may open it beside this one, and must have ended
 * before this one closes it: they use its cache.
 * @throws {LedgerError} LEDGER_IN_USE with the other's process id; LEDGER_DAMAGED
 */
export async function openLedgerStore(path: string): Promise<LedgerStore> {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const place = realpathSync(path)
  if (openHere.has(place)) throw inUse(path, process.pid)
  const pidFile = join(path, 'pid')
  const faults = logFileFaults(join(path, 'blocks'))
  if (faults.length > 0) {
    throw new LedgerError(
      { code: 'LEDGER_DAMAGED', path, faults },
      `${path} is damaged on disk: ${faults.join('; ')}. Nothing was changed. Restore it from a backup or a follower.`,
    )
  }
  openHere.add(place)
  try {
    const db = await openLevel(path)
    // Only a hint for people: the lock is LevelDB's own.
    writeFileSync(pidFile, String(process.pid))
    const close = async () => {
      await db.close()
      openHere.delete(place)
    }
    return { ...storeOf(db, path), close }
  } catch (error) {
    openHere.delete(place)
    throw codeOf(error) === 'LEVEL_LOCKED' ? inUse(path, readPid(pidFile)) : error
  }
}

/** Opens a database that `openLedgerStore` holds open in another thread of this process: the same one, with the same lock. */
export async function openSharedLedgerStore(path: string): Promise<LedgerStore> {
  return storeOf(await openLevel(path, { createIfMissing: false }), path)
}

type Database = Level<Uint8Array, Uint8Array>

async function openLevel(path: string, options: { createIfMissing?: boolean } = {}): Promise<Database> {
  const db: Database = new Level(join(path, 'blocks'), {
    ...{ keyEncoding: 'view', valueEncoding: 'view', multithreading: true, ...options },
    ...{ cacheSize: 16 * MEGABYTE, writeBufferSize: 8 * MEGABYTE },
  })
  await db.open()
  return db
}

const storeOf = (db: Database, path: string): LedgerStore => ({
  get: key => db.getSync(key),
  keys: (from, to) => db.keys({ gte: from, lte: to }),
  commit: ops =>
    db.batch(
      ops.map(({ key, value }) => ({ type: 'put' as const, key, value })),
      { sync: true },
    ),
  size: () => bytesIn(join(path, 'blocks')),
  close: () => db.close(),
})

function inUse(path: string, pid: number | null): LedgerError {
  const message = `${path} is already in use by process ${pid ?? 'unknown'}: stop it first`
  return new LedgerError({ code: 'LEDGER_IN_USE', path, pid }, message)
}

/** Files come and go while the database tidies up. */
function bytesIn(directory: string): number {
  const sizes = readdirSync(directory).map(
    name => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

function codeOf(error: unknown): unknown {
  const cause = (error as { cause?: { code?: unknown } }).cause
  return cause?.code
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null
  } catch {
    return null
  }
}
