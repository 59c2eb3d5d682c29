import { Bucket } from './buckets.ts'
import { StoreError } from './errors.ts'
import { migrations } from './migrations/all.ts'
import type { Migration, ResumePoint } from './migrations/migration.ts'
import { jsonCodec, type Store, Table, textCodec } from './store.ts'

/** The schema that this version reads and writes. */
export const SCHEMA_VERSION = schemaAfter(migrations)

export type MigrationProgress = (done: number, of: number, name: string) => void

/** On disk during the migration to the schema `to`: how much of it is committed. */
interface StoredProgress {
  readonly to: number
  readonly place: ResumePoint
}

/**
 * Migrates the database to this version's schema. To be called before anything else reads it. A new database gets the
 * number of the schema. A database of a newer version is refused. A migration that was interrupted continues after its
 * last committed step. Why: docs/decisions/075.
 * @throws {StoreError} STORE_SCHEMA
 */
export async function migrate(
  store: Store,
  progress: MigrationProgress,
  all: readonly Migration[] = migrations,
): Promise<void> {
  const schema = new Table<string, number>(store, Bucket.meta, textCodec, jsonCodec())
  const stored = new Table<string, StoredProgress>(store, Bucket.meta, textCodec, jsonCodec())
  const known = schemaAfter(all)
  const found = schema.get('schema')
  if (found === undefined) {
    await store.commit([schema.put('schema', known)])
    return
  }
  if (found > known) {
    throw new StoreError(
      { code: 'STORE_SCHEMA', found, known },
      `The database has schema ${found}, and this version reads schemas up to ${known}. Run the newer version that wrote ` +
        'it, or restore a backup that this version wrote.',
    )
  }
  for (const { to, name, run } of all) {
    if (to <= found) continue
    const interrupted = stored.get('migration')
    const start = interrupted?.to === to ? interrupted.place : undefined
    for await (const { ops, next, done, of } of run(store, start)) {
      await store.commit([...ops, stored.put('migration', { to, place: next })])
      progress(done, of, name)
    }
    await store.commit([schema.put('schema', to), stored.del('migration')])
  }
}

/** For readers of a stopped install, which change nothing. @throws {StoreError} STORE_SCHEMA */
export function requireSchema(store: Store): void {
  const found = new Table<string, number>(store, Bucket.meta, textCodec, jsonCodec()).get('schema') ?? 0
  if (found === SCHEMA_VERSION) return
  throw new StoreError(
    { code: 'STORE_SCHEMA', found, known: SCHEMA_VERSION },
    `The database has schema ${found}, and this command reads schema ${SCHEMA_VERSION}. Start the node of this version ` +
      'once, which upgrades an older database; for a newer one, run the newer version.',
  )
}

function schemaAfter(all: readonly Migration[]): number {
  return all.at(-1)?.to ?? 1
}
