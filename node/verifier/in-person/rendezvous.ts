/**
 * The mode rendezvous, for a till whose screen faces the clerk: the phone shows a short code that names a session of a relay
 * (verifier/relay) and contains a secret. The checker posts its request there, and the wallet its answer. Both are the
 * messages of two-way.ts, encrypted once more under the secret, so that the relay learns nothing but that two met.
 * Format: docs/in-person-rendezvous.md.
 */
import { concat, fromBase64url, toBase64url, utf8 } from '../../lib/bytes.ts'
import { wrongLength, wrongValue } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import { makeRelaySession, type OwnRelaySession, type RelaySession } from './relay-protocol.ts'

/** The greatest length of the code's text. A code of 200 bytes has 49 modules a side. */
const MAX_CODE = 200
const PREFIX = 'dojang:rendezvous?'
const SECRET_BYTES = 16

/** What both sides know. */
export interface Rendezvous extends RelaySession {
  /** 128 random bits, base64url. */
  readonly secret: string
}

/** What the wallet knows beside it. */
export interface OwnRendezvous extends Rendezvous, OwnRelaySession {
  /** The text of the code. */
  readonly code: string
}

/**
 * For the wallet. The session has to be opened before the code is shown.
 * @throws {ParseError} for a URL that a checker would refuse
 */
export function makeRendezvous(relay: string, random: Random): OwnRendezvous {
  const session = makeRelaySession(relay, random)
  const secret = toBase64url(random(SECRET_BYTES))
  const code = `${PREFIX}v=1&r=${encodeURIComponent(relay)}&i=${session.id}&k=${secret}`
  parseRendezvous(code)
  return { ...session, secret, code }
}

/** For the camera of the checker. */
export const isRendezvous = (text: string): boolean => text.startsWith(PREFIX)

/**
 * For the checker. The relay is whatever the code says: the checker sends it nothing but ciphertext.
 * @throws {ParseError}
 */
export function parseRendezvous(text: string): Rendezvous {
  if (text.length > MAX_CODE) throw wrongLength('rendezvous code', `at most ${MAX_CODE} characters`, text.length)
  if (!isRendezvous(text)) throw wrongValue('rendezvous code', 'not one')
  const query = new URLSearchParams(text.slice(PREFIX.length))
  const one = (name: string): string => {
    const values = query.getAll(name)
    if (values.length !== 1) throw wrongValue('rendezvous code', `${name} is missing or repeated`)
    return values[0] as string
  }
  if (one('v') !== '1') throw wrongValue('rendezvous code', 'of another version')
  const [relay, id, secret] = [one('r'), one('i'), one('k')]
  if (fromBase64url(id).length !== 16) throw wrongValue('rendezvous code', 'its session has no 128 bits')
  if (fromBase64url(secret).length !== SECRET_BYTES) throw wrongValue('rendezvous code', 'its secret has no 128 bits')
  return { relay: parseRelay(relay), id, secret }
}

function parseRelay(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isLoopback = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!isPlain || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)) || text.endsWith('/')) {
    throw wrongValue('rendezvous code', 'its relay is no https address')
  }
  return text
}

/** Who wrote a message: each direction has a key of its own, so that none can be sent back. */
export type Direction = 'request' | 'answer'

const VERSION = 1
const IV_BYTES = 12

/** Encrypts a message for the other side: a version, a nonce, and AES-256-GCM. */
export async function seal(
  { id, secret }: Pick<Rendezvous, 'id' | 'secret'>,
  direction: Direction,
  message: Uint8Array,
  random: Random,
): Promise<Uint8Array> {
  const iv = random(IV_BYTES)
  const key = await keyOf(id, secret, direction)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: own(iv) }, key, own(message))
  return concat(Uint8Array.of(VERSION), iv, new Uint8Array(sealed))
}

/** @throws {ParseError} if it was not sealed under this secret, for this session and in this direction */
export async function unseal(
  { id, secret }: Pick<Rendezvous, 'id' | 'secret'>,
  direction: Direction,
  sealed: Uint8Array,
): Promise<Uint8Array> {
  if (sealed[0] !== VERSION) throw wrongValue('sealed message', 'of another version')
  const iv = sealed.slice(1, 1 + IV_BYTES)
  const key = await keyOf(id, secret, direction)
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed.slice(1 + IV_BYTES)))
  } catch (error) {
    throw wrongValue('sealed message', 'it does not decrypt', error)
  }
}

/** HKDF-SHA256 (RFC 5869): the salt is the session, and the direction is in the info. */
async function keyOf(id: string, secret: string, direction: Direction): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', own(fromBase64url(secret)), 'HKDF', false, ['deriveKey'])
  const info = own(utf8(`dojang rendezvous ${direction}`))
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: own(utf8(id)), info },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
}

/** WebCrypto's types accept no bytes that could be shared memory. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)
