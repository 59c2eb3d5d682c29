/**
 * The number of an application's verified line, sealed under the person's key. When the person is erased, nobody can read
 * it any more.
 */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../../lib/bytes.ts'
import { parseLineNumber } from '../../lib/line-number.ts'
import { StoreError } from '../../store/errors.ts'
import type { Vault } from '../../store/vault.ts'
import { type Application, personOf } from '../applications/application.ts'

const contextOf = ({ id }: Application) => `line ${id}`

/** @param number in any form that `parseLineNumber` reads; null for other text */
export function sealLine(vault: Vault, application: Application, number: string): string | null {
  const line = parseLineNumber(number)
  if (line === undefined) return null
  return toBase64url(vault.seal(personOf(application), contextOf(application), utf8(line)))
}

/** @returns undefined if no line was verified, an earlier version verified it, or the person was erased */
export function openLine(vault: Vault, application: Application): string | undefined {
  const { sealedLine } = application
  if (sealedLine === null) return undefined
  try {
    return fromUtf8(vault.open(personOf(application), contextOf(application), fromBase64url(sealedLine)))
  } catch (error) {
    if (error instanceof StoreError && error.code === 'STORE_PERSON_ERASED') return undefined
    throw error
  }
}
