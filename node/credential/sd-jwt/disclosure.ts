import { sha256Base64url } from '#crypto'
import { textFromBase64url } from '../../lib/bytes.ts'
import { type JsonValue, parseJson } from '../../lib/json.ts'
import { asCredentialError, badDisclosure } from '../errors.ts'
import { JSON_LIMITS } from '../header.ts'

/** RFC 9901 §4.2. */
export interface Disclosure {
  /** The text as presented. */
  readonly encoded: string
  /** base64url of the SHA-256 of `encoded`. */
  readonly digest: string
  readonly salt: string
  /** The claim's name; null for an array element. */
  readonly name: string | null
  readonly value: JsonValue
}

/** Names that are reserved for digests, and one that would reach the prototype of an object. */
const FORBIDDEN = new Set(['_sd', '...', '_sd_alg', '__proto__'])

/** @throws {CredentialError} CREDENTIAL_MALFORMED, CREDENTIAL_BAD_DISCLOSURE */
export function parseDisclosure(encoded: string): Disclosure {
  let content: JsonValue
  try {
    content = parseJson(textFromBase64url(encoded), JSON_LIMITS)
  } catch (error) {
    throw asCredentialError(error, 'a disclosure cannot be decoded')
  }
  if (!Array.isArray(content) || (content.length !== 2 && content.length !== 3)) {
    throw badDisclosure('a disclosure is an array of two or three members')
  }
  const members: readonly JsonValue[] = content
  const salt = members[0]
  if (typeof salt !== 'string') throw badDisclosure('a salt is a string')
  const digest = sha256Base64url(encoded)
  if (members.length === 2) return { encoded, digest, salt, name: null, value: members[1] as JsonValue }
  const name = members[1]
  if (typeof name !== 'string') throw badDisclosure('a claim name is a string')
  if (FORBIDDEN.has(name)) throw badDisclosure('a claim name that is reserved')
  return { encoded, digest, salt, name, value: members[2] as JsonValue }
}
