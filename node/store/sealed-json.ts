import { fromUtf8, utf8 } from '../lib/bytes.ts'
import type { Codec } from './store.ts'
import type { Vault } from './vault.ts'

/** For records with names or reasons of people, encrypted under the master key. */
export function sealedJson<T>(vault: Vault, context: string): Codec<T> {
  return {
    encode: value => vault.sealForInstall(context, utf8(JSON.stringify(value))),
    decode: bytes => JSON.parse(fromUtf8(vault.openForInstall(context, bytes))) as T,
  }
}
