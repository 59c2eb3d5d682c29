/**
 * What the issuer states to auditors about each credential, in addition to its text. Entries are stored off the ledger,
 * encrypted to the auditors. The hash of an entry is part of the leaf, so an entry cannot be changed later.
 */
import { sha256 } from '#crypto'
import { fromBase64url, fromUtf8, utf8 } from '../lib/bytes.ts'
import { type JsonValue, parseJson } from '../lib/json.ts'
import { ParseError } from '../lib/parse-error.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { KEY_STORAGES, type KeyStorage } from './card.ts'
import { asCredentialError, malformed } from './errors.ts'

export interface Entry {
  readonly vct: string
  /** Status list id as on the ledger, `org << 32 | n`. */
  readonly list: bigint
  readonly index: number
  readonly validFrom: UnixSeconds
  readonly validUntil: UnixSeconds
  readonly keyStorage: KeyStorage
  /** Who attested the wallet; null if nobody did. */
  readonly walletProvider: string | null
  /** Random for each person, base64url of 16 bytes: never derived from a personal number. */
  readonly subjectTag: string
  /** Random for each installation, base64url of 16 bytes. */
  readonly installationTag: string
  /** base64url of 16 bytes. Without it, a leaf could be guessed from its parts. */
  readonly salt: string
}

/** The UTF-8 of a JSON array in the order above. The list is a decimal string, since it may exceed 2^53. */
export function encodeEntry(entry: Entry): Uint8Array {
  return utf8(
    JSON.stringify([
      entry.vct,
      entry.list.toString(),
      entry.index,
      entry.validFrom,
      entry.validUntil,
      entry.keyStorage,
      entry.walletProvider,
      entry.subjectTag,
      entry.installationTag,
      entry.salt,
    ]),
  )
}

export const entryHash = (entry: Uint8Array): Uint8Array => sha256(entry)

/** @throws {CredentialError} CREDENTIAL_MALFORMED */
export function decodeEntry(bytes: Uint8Array): Entry {
  const [vct, list, index, validFrom, validUntil, keyStorage, walletProvider, subjectTag, installationTag, salt, more] =
    parseArray(bytes)
  if (
    typeof vct !== 'string' ||
    typeof list !== 'string' ||
    !/^(0|[1-9][0-9]{0,19})$/.test(list) ||
    !isCount(index) ||
    !isCount(validFrom) ||
    !isCount(validUntil) ||
    !isKeyStorage(keyStorage) ||
    (walletProvider !== null && typeof walletProvider !== 'string') ||
    !is128Bits(subjectTag) ||
    !is128Bits(installationTag) ||
    !is128Bits(salt) ||
    more !== undefined
  ) {
    throw malformed('not an entry')
  }
  return {
    vct,
    list: BigInt(list),
    index,
    validFrom,
    validUntil,
    keyStorage,
    walletProvider,
    subjectTag,
    installationTag,
    salt,
  }
}

/**
 * The plaintext of the *entries* file of a batch: a JSON array with one member for each leaf of the tree, which is the
 * entry's own text as a string, or null for padding. An entry is stored as a string because the leaf contains the hash
 * of its exact octets.
 */
export function encodeEntries(entries: readonly (Uint8Array | null)[]): Uint8Array {
  return utf8(JSON.stringify(entries.map(entry => (entry === null ? null : fromUtf8(entry)))))
}

/** @throws {CredentialError} CREDENTIAL_MALFORMED */
export function decodeEntries(bytes: Uint8Array): (Uint8Array | null)[] {
  return parseArray(bytes).map(entry => {
    if (entry === null) return null
    if (typeof entry !== 'string') throw malformed('not a file of entries')
    return utf8(entry)
  })
}

/** A batch of 2^20 entries of some 200 bytes each. */
const FILE_LIMIT = 2 ** 29 - 25

function parseArray(bytes: Uint8Array): readonly JsonValue[] {
  try {
    const value = parseJson(fromUtf8(bytes), { maxLength: FILE_LIMIT, maxDepth: 1 })
    if (Array.isArray(value)) return value
  } catch (error) {
    throw asCredentialError(error, 'not a JSON array')
  }
  throw malformed('not a JSON array')
}

const isCount = (value: JsonValue | undefined): value is number => typeof value === 'number' && value >= 0

const isKeyStorage = (value: JsonValue | undefined): value is KeyStorage =>
  KEY_STORAGES.some(storage => storage === value)

function is128Bits(value: JsonValue | undefined): value is string {
  if (typeof value !== 'string') return false
  try {
    return fromBase64url(value).length === 16
  } catch (error) {
    if (error instanceof ParseError) return false
    throw error
  }
}
