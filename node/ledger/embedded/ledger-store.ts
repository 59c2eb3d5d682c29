import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Level } from 'level'
import { diskFailure } from '../../store/disk-failure.ts'
import { logFileFaults } from '../../store/level-files.ts'
import { LedgerError } from '../errors.ts'

export interface LedgerWriteOp {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** The database of a ledger node. Reads are synchronous, and `commit` is the only write. */
export interface LedgerStore {
  get(key: Uint8Array): Uint8Array | undefined
  /** Keys in [from, to], ascending. */
  keys(from: Uint8Array, to: Uint8Array): AsyncIterable<Uint8Array>
  /**
   * Writes all operations or none; they are on disk (fsync) when it resolves. If it rejects, they may or may not be on
   * disk: the caller must stop, and the next start reads which of the two is true.
   */
  commit(ops: readonly LedgerWriteOp[]): Promise<void>
  /** Size of its files in bytes. */
  size(): number
  close(): Promise<void>
}

/** A record that must be on disk is missing. The node must stop: its answers could be wrong. */
export class DamagedStore extends Error {
  override name = 'DamagedStore'

  constructor(what: string) {
    super(`the ledger's database is damaged: ${what} is missing. Restore it from a backup or a follower`)
  }
}

const MEGABYTE = 1024 * 1024

/** The directories that this process has open. LevelDB's lock keeps out other processes only. */
const openDirectories = new Set<string>()

/**
 * Opens the database in `path`, or creates it; no other caller can open it meanwhile. Threads of this process may open
 * it too, with `openSharedLedgerStore`. They use its cache, so they must end before it is closed.
 * @throws {LedgerError} LEDGER_IN_USE with the id of the process that has it open; LEDGER_DAMAGED
 * @throws {StoreError} STORE_IO
 */
export async function openLedgerStore(path: string): Promise<LedgerStore> {
  const realPath = realDirectory(path)
  if (openDirectories.has(realPath)) throw inUse(path, process.pid)
  const pidFile = join(path, 'pid')
  const faults = logFileFaults(join(path, 'blocks'))
  if (faults.length > 0) {
    throw new LedgerError(
      { code: 'LEDGER_DAMAGED', path, faults },
      `${path} is damaged on disk: ${faults.join('; ')}. Nothing was changed. Restore it from a backup or a follower.`,
    )
  }
  openDirectories.add(realPath)
  try {
    const db = await openLevel(path)
    // Only for the text of LEDGER_IN_USE: LevelDB has its own lock.
    writeFileSync(pidFile, String(process.pid))
    const close = async () => {
      await db.close()
      openDirectories.delete(realPath)
    }
    return { ...storeOf(db, path), close }
  } catch (error) {
    openDirectories.delete(realPath)
    if (codeOf(error) === 'LEVEL_LOCKED') throw inUse(path, readPid(pidFile))
    throw diskFailure(path, error) ?? error
  }
}

/** Creates the directory if it is missing. */
function realDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return realpathSync(path)
  } catch (error) {
    throw diskFailure(path, error) ?? error
  }
}

/** Opens a database that another thread of this process has open with `openLedgerStore`; both share one lock. */
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

/** LevelDB creates and deletes files at any time, so a listed file may be gone. */
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
