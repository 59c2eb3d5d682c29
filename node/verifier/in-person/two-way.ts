/**
 * The two messages of the mode two-way, which a rendezvous uses too: a signed OpenID4VP request by value, and the
 * encrypted answer to it. Format: docs/in-person-two-way.md.
 */
import { ByteReader, ByteWriter } from '../../lib/binary.ts'
import { fromBase64url, fromUtf8, toBase64url } from '../../lib/bytes.ts'
import { decryptJwe, encryptJwe } from '../../lib/jose/jwe.ts'
import { type JsonObject, parseJsonObject } from '../../lib/json.ts'
import { wrongLength, wrongValue } from '../../lib/parse-error.ts'
import { CONTENT_ENCRYPTIONS } from '../oid4vp/encryption-key.ts'
import type { ResponseKey } from '../oid4vp/session.ts'
import type { VpToken, WalletAnswerError } from '../oid4vp/wallet-side/answer.ts'
import type { VerifiedRequest } from '../oid4vp/wallet-side/verify-request.ts'
import { MAX_MESSAGE } from './frames.ts'
import { contentOf, toMessage } from './message.ts'
import { MAX_TEXT, pack, unpack } from './packing.ts'

/** Of AES-GCM in JWE (RFC 7518 §5.3). */
const IV_LENGTH = 12
const TAG_LENGTH = 16
/** A header has about 220 bytes. */
const MAX_HEADER = 1024

/** @param requestObject a JWS in compact form */
export async function requestMessage(requestObject: string): Promise<Uint8Array> {
  return toMessage('request', await pack(requestObject))
}

/**
 * For the wallet: the request object, of which nothing is verified yet.
 * @throws {ParseError}
 */
export async function parseRequestMessage(bytes: Uint8Array): Promise<string> {
  return unpack(contentOf(bytes, 'request'))
}

/**
 * For the wallet: what it shares, or why it shares nothing. Encrypted to the key of the request.
 * @throws {ParseError} PARSE_LENGTH if it is too long for a code
 */
export async function answerMessage(
  { encryption, state }: Pick<VerifiedRequest, 'encryption' | 'state'>,
  answer: { readonly vpToken: VpToken } | { readonly error: WalletAnswerError },
): Promise<Uint8Array> {
  const content = {
    ...('error' in answer ? { error: answer.error } : { vp_token: answer.vpToken }),
    ...(state !== null && { state }),
  }
  const jwe = await encryptJwe(await pack(JSON.stringify(content)), encryption)
  const message = toMessage('answer', toBytes(jwe))
  if (message.length > MAX_MESSAGE) throw wrongLength('answer', `at most ${MAX_MESSAGE} bytes`, message.length)
  return message
}

/**
 * For the checker: the content of an answer. The sender is not authenticated yet.
 * @returns null if it is encrypted to the key of another request
 * @throws {ParseError}
 */
export async function openAnswer(bytes: Uint8Array, { kid, jwk }: ResponseKey): Promise<JsonObject | null> {
  const jwe = fromBytes(contentOf(bytes, 'answer'))
  if (jwe.header.kid !== kid) return null
  const packed = await decryptJwe(jwe.text, {
    kid,
    privateKey: { ...jwk, alg: 'ECDH-ES' },
    methods: CONTENT_ENCRYPTIONS,
    maxLength: MAX_MESSAGE,
  })
  return parseJsonObject(await unpack(packed), { maxLength: MAX_TEXT, maxDepth: 32, numbers: 'any' })
}

/** A JWE (ECDH-ES, so without an encrypted key) as bytes: the length of its header as u16, then its parts. */
function toBytes(jwe: string): Uint8Array {
  const [header, , iv, ciphertext, tag] = jwe.split('.').map(fromBase64url)
  if (!header || !iv || !ciphertext || !tag) throw new TypeError('a JWE in compact form is expected')
  return new ByteWriter().u16(header.length).put(header, iv, ciphertext, tag).bytes()
}

function fromBytes(bytes: Uint8Array): { readonly text: string; readonly header: JsonObject } {
  const reader = new ByteReader(bytes)
  const length = reader.u16()
  if (length > MAX_HEADER) throw wrongLength('header of the JWE', `at most ${MAX_HEADER} bytes`, length)
  const header = reader.take(length)
  const iv = reader.take(IV_LENGTH)
  if (reader.left < TAG_LENGTH) throw wrongValue('answer', 'too short')
  const ciphertext = reader.take(reader.left - TAG_LENGTH)
  const [encodedHeader, ...rest] = [header, iv, ciphertext, reader.take(TAG_LENGTH)].map(toBase64url)
  return {
    text: `${encodedHeader}..${rest.join('.')}`,
    header: parseJsonObject(fromUtf8(header), { maxLength: MAX_HEADER, numbers: 'any' }),
  }
}
