import { Bucket } from './buckets.ts'
import { bytesCodec, type Store, Table, textCodec } from './store.ts'
import type { Vault } from './vault.ts'

const CONTEXT = 'master key'

/**
 * Marks a new database with its master key, and refuses the database of another master key. With another key no person
 * could be found, and importing the register again would add every person a second time.
 * @throws {StoreError} STORE_SEAL_BROKEN
 */
export async function checkMasterKey(store: Store, vault: Vault): Promise<void> {
  const meta = new Table(store, Bucket.meta, textCodec, bytesCodec)
  const mark = meta.get('master')
  if (mark !== undefined) vault.openForInstall(CONTEXT, mark)
  else await store.commit([meta.put('master', vault.sealForInstall(CONTEXT, new Uint8Array()))])
}
