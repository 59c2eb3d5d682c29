/** The number of the document with which an identity was checked: sealed under the person's key, for one application. */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../../lib/bytes.ts'
import type { Vault } from '../../store/vault.ts'
import { type Application, personOf } from './application.ts'

const contextOf = (application: string): string => `identity document ${application}`

/** @param application its id */
export const sealDocumentNumber = (
  vault: Pick<Vault, 'seal'>,
  person: Uint8Array,
  application: string,
  number: string,
): string => toBase64url(vault.seal(person, contextOf(application), utf8(number)))

/**
 * Null if none was recorded.
 * @throws {StoreError} STORE_PERSON_ERASED
 */
export function documentNumberOf(vault: Pick<Vault, 'open'>, application: Application): string | null {
  const sealed = application.identity?.sealedNumber
  if (sealed === undefined) return null
  return fromUtf8(vault.open(personOf(application), contextOf(application.id), fromBase64url(sealed)))
}
