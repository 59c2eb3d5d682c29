/** What the relay (verifier/relay) and its clients have to agree on. Protocol: docs/in-person-rendezvous.md. */
import { sha256 } from '#crypto'
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'

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

export interface RelaySession {
  /** Without a slash at the end: `https://id.example/relay`. */
  readonly relay: string
  readonly id: string
}

/** As the side knows it that opens it. The token is secret. */
export interface OwnRelaySession extends RelaySession {
  readonly token: string
}

export function makeRelaySession(relay: string, random: Random): OwnRelaySession {
  const token = toBase64url(random(32))
  return { relay, id: relayIdOf(token), token }
}

/** For a checker in the mode two-way that opened the session: where a wallet with a network posts its answer. */
export const responseUriOf = ({ relay, id }: RelaySession): string => `${relay}/${id}/response`
