import { sha256 } from '#crypto'
import { concat, fromUtf8, readU32be, u32be, utf8 } from '../lib/bytes.ts'
import { entryHash } from './entry.ts'
import { malformed } from './errors.ts'
import { type CredentialHeader, credentialHeaderFrom } from './header.ts'
import { leafHash } from './leaf.ts'

/**
 * A credential before its receipt and its signature. It contains claims and salts: store it sealed, and delete it when
 * the card is issued.
 */
export interface PreparedCredential {
  readonly header: CredentialHeader
  /** The payload's octets, with the placeholder in place of the anchor's digest. */
  readonly payload: Uint8Array
  /** The position of the placeholder in `payload`. */
  readonly placeholderOffset: number
  /** base64url, each followed by a tilde. Completion adds the anchor's disclosure. */
  readonly disclosures: string
  /**
   * Chosen now, so that a completion that is repeated after a crash gives the same credential, except for the
   * signature.
   */
  readonly anchorSalt: string
  readonly entry: Uint8Array
  readonly entryHash: Uint8Array
  readonly leaf: Uint8Array
}

const VERSION = 1

/**
 * Version (u8 = 1), offset of the placeholder (u32), then header, payload, disclosures, anchor salt and entry, each
 * with its length (u32) in front.
 */
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
    if (at + 4 > bytes.length) throw malformed('the prepared credential ends early')
    const length = readU32be(bytes, at)
    at += 4 + length
    if (at > bytes.length) throw malformed('the prepared credential ends early')
    return bytes.slice(at - length, at)
  }
  const header = credentialHeaderFrom(next())
  const payload = next()
  const disclosures = fromUtf8(next())
  const anchorSalt = fromUtf8(next())
  const entry = next()
  if (at !== bytes.length) throw malformed('bytes follow the prepared credential')
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
