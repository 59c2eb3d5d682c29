import { Bucket } from './buckets.ts'
import { StoreError } from './errors.ts'
import { migrations } from './migrations/all.ts'
import type { Migration, MigrationPlace } from './migrations/migration.ts'
import { jsonCodec, type Store, Table, textCodec } from './store.ts'

/** The schema that this version reads and writes. */
export const SCHEMA_VERSION = schemaAfter(migrations)

export type MigrationProgress = (done: number, of: number, name: string) => void

/** Under way: of the migration to this schema, what is committed. */
interface UnderWay {
  readonly to: number
  readonly place: MigrationPlace
}

/**
 * Brings the database to this version's schema; to be called before anything else reads it. A new database is marked
 * with the schema, and one that a newer version wrote is refused. A migration that was cut off at any point goes on
 * where it was. Why: docs/decisions/075.
 * @throws {StoreError} STORE_SCHEMA
 */
export async function migrate(
  store: Store,
  progress: MigrationProgress,
  all: readonly Migration[] = migrations,
): Promise<void> {
  const schema = new Table<string, number>(store, Bucket.meta, textCodec, jsonCodec())
  const underWay = new Table<string, UnderWay>(store, Bucket.meta, textCodec, jsonCodec())
  const known = schemaAfter(all)
  const found = schema.get('schema')
  if (found === undefined) {
    await store.commit([schema.put('schema', known)])
    return
  }
  if (found > known) {
    throw new StoreError(
      { code: 'STORE_SCHEMA', found, known },
      `The database has schema ${found} and this version knows ${known}: it was written by a newer dojang. ` +
        'Run that version, or restore a backup of this one.',
    )
  }
  for (const { to, name, run } of all) {
    if (to <= found) continue
    const left = underWay.get('migration')
    for await (const { ops, place, done, of } of run(store, left?.to === to ? left.place : undefined)) {
      await store.commit([...ops, underWay.put('migration', { to, place })])
      progress(done, of, name)
    }
    await store.commit([schema.put('schema', to), underWay.del('migration')])
  }
}

function schemaAfter(all: readonly Migration[]): number {
  return all.at(-1)?.to ?? 1
}
