import { sha256 } from '#crypto'
import { concat, fromUtf8, readU32be, u32be, utf8 } from '../lib/bytes.ts'
import { entryHash } from './entry.ts'
import { malformed } from './errors.ts'
import { type CredentialHeader, credentialHeaderFrom } from './header.ts'
import { leafHash } from './leaf.ts'

/**
 * A credential that waits for its receipt. It holds claims and salts: store it sealed, and delete it once the card is
 * issued.
 */
export interface PreparedCredential {
  readonly header: CredentialHeader
  /** The payload's octets, with 43 underscores where the anchor's digest goes. */
  readonly payload: Uint8Array
  /** Where in `payload` they start. */
  readonly placeholderOffset: number
  /** base64url, each followed by a tilde; the anchor's is added on completion. */
  readonly disclosures: string
  /** Chosen now, so that completing again after a crash gives the same credential but for the signature. */
  readonly anchorSalt: string
  readonly entry: Uint8Array
  readonly entryHash: Uint8Array
  readonly leaf: Uint8Array
}

const VERSION = 1

/** version u8 = 1, placeholderOffset u32, then header, payload, disclosures, anchor salt, entry: each u32 length and octets. */
export function encodePrepared(prepared: PreparedCredential): Uint8Array {
  const parts = [
    prepared.header.bytes,
    prepared.payload,
    utf8(prepared.disclosures),
    utf8(prepared.anchorSalt),
    prepared.entry,
  ]
  return concat(
    new Uint8Array([VERSION]),
    u32be(prepared.placeholderOffset),
    ...parts.flatMap(part => [u32be(part.length), part]),
  )
}

/** @throws {CredentialError} CREDENTIAL_MALFORMED */
export function decodePrepared(bytes: Uint8Array): PreparedCredential {
  if (bytes.length < 5 || bytes[0] !== VERSION) throw malformed('not a prepared credential of version 1')
  let at = 5
  const next = (): Uint8Array => {
    if (at + 4 > bytes.length) throw malformed('a prepared credential that is cut off')
    const length = readU32be(bytes, at)
    at += 4 + length
    if (at > bytes.length) throw malformed('a prepared credential that is cut off')
    return bytes.slice(at - length, at)
  }
  const header = credentialHeaderFrom(next())
  const payload = next()
  const disclosures = fromUtf8(next())
  const anchorSalt = fromUtf8(next())
  const entry = next()
  if (at !== bytes.length) throw malformed('a prepared credential with more behind it')
  const hash = entryHash(entry)
  return {
    header,
    payload,
    placeholderOffset: readU32be(bytes, 1),
    disclosures,
    anchorSalt,
    entry,
    entryHash: hash,
    leaf: leafHash(header.hash, sha256(payload), hash),
  }
}
