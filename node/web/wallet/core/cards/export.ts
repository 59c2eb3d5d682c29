/**
 * Cards and history as a file, encrypted under a passphrase:
 *
 *   { "format": "dojang-wallet-export", "version": 1, "kdf": "PBKDF2-SHA-256", "iterations": 600000, "salt", "iv", "data" }
 *
 * `salt`, `iv` and `data` are base64url; `data` is AES-256-GCM over the UTF-8 of {"exportedAt", "cards", "history"}. There is
 * no key in it, because keys cannot leave the device: a verifier refuses a card without its key. The file is for the holder
 * to read.
 */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../../../../lib/bytes.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson, parseJsonObject } from '../../../../lib/json.ts'
import { wrongValue } from '../../../../lib/parse-error.ts'
import type { Random } from '../../../../lib/random.ts'
import type { UnixSeconds } from '../../../../lib/time.ts'
import { walletError } from '../errors.ts'
import type { HistoryEntry } from '../records.ts'
import type { StoredCard } from './record.ts'

const FORMAT = 'dojang-wallet-export'
const ITERATIONS = 600_000
const MIN_PASSPHRASE = 12
const MAX_FILE = 16 << 20

export interface ExportContent {
  readonly exportedAt: UnixSeconds
  readonly cards: readonly Pick<StoredCard, 'credential' | 'name' | 'receivedAt'>[]
  readonly history: readonly HistoryEntry[]
}

/** @throws {WalletError} WALLET_PASSPHRASE */
export async function sealExport(
  content: ExportContent,
  passphrase: string,
  { subtle, random }: { readonly subtle: SubtleCrypto; readonly random: Random },
): Promise<Uint8Array> {
  if ([...passphrase.normalize('NFC')].length < MIN_PASSPHRASE) {
    const detail = { code: 'WALLET_PASSPHRASE', reason: 'too_short' } as const
    throw walletError(detail, `A passphrase of at least ${MIN_PASSPHRASE} characters is needed.`)
  }
  const [salt, iv] = [random(16), random(12)]
  const key = await keyOf(passphrase, salt, subtle, 'encrypt')
  const cards = content.cards.map(({ credential, name, receivedAt }) => ({ credential, name, receivedAt }))
  const plain = utf8(JSON.stringify({ ...content, cards }))
  const data = await subtle.encrypt({ name: 'AES-GCM', iv: owned(iv) }, key, owned(plain))
  const file = {
    ...{ format: FORMAT, version: 1, kdf: 'PBKDF2-SHA-256', iterations: ITERATIONS },
    ...{ salt: toBase64url(salt), iv: toBase64url(iv), data: toBase64url(new Uint8Array(data)) },
  }
  return utf8(JSON.stringify(file))
}

/**
 * @throws {WalletError} WALLET_PASSPHRASE
 * @throws {ParseError} for a file that this program did not make
 */
export async function openExport(file: Uint8Array, passphrase: string, subtle: SubtleCrypto): Promise<JsonObject> {
  const { format, version, iterations, ...rest } = parseJsonObject(fromUtf8(file), { maxLength: MAX_FILE })
  if (format !== FORMAT || version !== 1 || iterations !== ITERATIONS) throw wrongValue('export', 'another format')
  const [salt, iv, data] = [bytesOf(rest.salt), bytesOf(rest.iv), bytesOf(rest.data)]
  const key = await keyOf(passphrase, salt, subtle, 'decrypt')
  let plain: ArrayBuffer
  try {
    plain = await subtle.decrypt({ name: 'AES-GCM', iv: owned(iv) }, key, owned(data))
  } catch (error) {
    throw walletError({ code: 'WALLET_PASSPHRASE', reason: 'wrong' }, 'This is not the passphrase of the file.', error)
  }
  const content = parseJson(fromUtf8(new Uint8Array(plain)), { maxLength: MAX_FILE, numbers: 'any' })
  if (!isJsonObject(content)) throw wrongValue('export', 'not an object')
  return content
}

async function keyOf(passphrase: string, salt: Uint8Array, subtle: SubtleCrypto, use: 'encrypt' | 'decrypt') {
  const secret = await subtle.importKey('raw', owned(utf8(passphrase.normalize('NFC'))), 'PBKDF2', false, ['deriveKey'])
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt: owned(salt), iterations: ITERATIONS }
  return subtle.deriveKey(derivation, secret, { name: 'AES-GCM', length: 256 }, false, [use])
}

function bytesOf(value: JsonValue | undefined): Uint8Array {
  if (typeof value !== 'string') throw wrongValue('export', 'a member is missing')
  return fromBase64url(value)
}

const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)
