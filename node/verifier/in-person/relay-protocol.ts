/** What the relay (verifier/relay) and its clients have to agree on. Protocol: docs/in-person-rendezvous.md. */
import { sha256 } from '#crypto'
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'

/** Bytes of what is posted, and of an answer. A standard answer with two portraits of 4 kB has 31,000. */
export const RELAY_LIMIT = 40_960
/** The longest time in seconds that a call may wait for something to arrive. */
export const RELAY_WAIT = 20

const ID_BYTES = 16

/**
 * The id of the session that the holder of a token opens. Nobody can compute the token from it.
 * @param token 32 random bytes in base64url
 * @throws {ParseError} PARSE_ENCODING
 */
export const relayIdOf = (token: string): string => toBase64url(sha256(fromBase64url(token)).subarray(0, ID_BYTES))
