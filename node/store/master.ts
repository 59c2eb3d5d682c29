import { Bucket } from './buckets.ts'
import { bytesCodec, type Store, Table, textCodec } from './store.ts'
import type { Vault } from './vault.ts'

const CONTEXT = 'master key'

/**
 * Marks a new database as this master key's, and refuses one of another's. With another key nobody would be found
 * any more, and a register imported again would stand beside the old one: everyone twice.
 * @throws {StoreError} STORE_SEAL_BROKEN
 */
export async function checkMaster(store: Store, vault: Vault): Promise<void> {
  const meta = new Table(store, Bucket.meta, textCodec, bytesCodec)
  const mark = meta.get('master')
  if (mark === undefined) return store.commit([meta.put('master', vault.sealForInstall(CONTEXT, new Uint8Array()))])
  vault.openForInstall(CONTEXT, mark)
}
