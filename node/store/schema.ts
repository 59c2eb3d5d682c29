import { Bucket } from './buckets.ts'
import { StoreError } from './errors.ts'
import { jsonCodec, type Store, Table, textCodec } from './store.ts'

/** Rises whenever this version would misread what an older one wrote. */
export const SCHEMA_VERSION = 1

/**
 * Marks a new database, and refuses one that a newer version wrote.
 * @throws {StoreError} STORE_SCHEMA
 */
export async function checkSchema(store: Store): Promise<void> {
  const meta = new Table<string, number>(store, Bucket.meta, textCodec, jsonCodec())
  const found = meta.get('schema')
  if (found === undefined) return store.commit([meta.put('schema', SCHEMA_VERSION)])
  if (found === SCHEMA_VERSION) return
  throw new StoreError(
    { code: 'STORE_SCHEMA', found, known: SCHEMA_VERSION },
    `The database has schema ${found} and this version knows ${SCHEMA_VERSION}: it was written by a newer dojang. ` +
      'Run that version, or restore a backup of this one.',
  )
}
