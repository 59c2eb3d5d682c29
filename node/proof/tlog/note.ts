/**
 * Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature. A note key has a name; its id is a
 * hash of name, type and public key.
 */
import { sha256, verifyEd25519 } from '#crypto'
import { fromBase64, toBase64 } from '../../lib/base64.ts'
import { concat, equalBytes, utf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'

/** Signature types (C2SP signed-note, tlog-cosignature). */
export const ED25519 = 0x01
export const COSIGNATURE_V1 = 0x04
export type NoteKeyType = typeof ED25519 | typeof COSIGNATURE_V1

export interface NoteKey {
  readonly name: string
  readonly type: NoteKeyType
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
}

export interface NoteSignature {
  readonly name: string
  /** 4 bytes. */
  readonly keyId: Uint8Array
  /** What follows the id: its meaning depends on the type of the key. */
  readonly signature: Uint8Array
}

export interface SignedNote {
  /** Ends with a line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** The most characters of a note that is parsed. A checkpoint with forty cosignatures has about 6,000. */
export const MAX_NOTE = 16_384
const MAX_SIGNATURES = 100
/** C2SP signed-note: neither white space nor a plus sign. */
const NAME = /^[^\s+\p{Cc}]+$/u

export const noteKeyId = ({ name, type, publicKey }: NoteKey): Uint8Array =>
  sha256(utf8(name), utf8('\n'), new Uint8Array([type]), publicKey).slice(0, 4)

/** `name+id+key`, as logs and witnesses publish their keys. */
export function formatNoteKey(key: NoteKey): string {
  const id = Array.from(noteKeyId(key), byte => byte.toString(16).padStart(2, '0')).join('')
  return `${key.name}+${id}+${toBase64(concat(new Uint8Array([key.type]), key.publicKey))}`
}

/** @throws {ParseError} PARSE_VALUE, PARSE_ENCODING */
export function parseNoteKey(text: string): NoteKey {
  const [, name = '', id, encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? []
  if (!NAME.test(name)) throw wrongValue('note key', 'not name+id+key')
  const bytes = fromBase64(encoded)
  const type = bytes[0]
  if (bytes.length !== 33 || (type !== ED25519 && type !== COSIGNATURE_V1)) {
    throw wrongValue('note key', 'not an Ed25519 key of a log or of a witness')
  }
  const key: NoteKey = { name, type, publicKey: bytes.slice(1) }
  if (formatNoteKey(key) !== text) throw wrongValue('note key', `its id is not ${id}`)
  return key
}

/** @throws {ParseError} PARSE_VALUE, PARSE_ENCODING */
export function parseNote(note: string): SignedNote {
  if (note.length > MAX_NOTE) throw wrongValue('signed note', `longer than ${MAX_NOTE} characters`)
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw wrongValue('signed note', 'no empty line before the signatures')
  const text = note.slice(0, end + 1)
  if (/[\p{Cc}\uFFFD]/u.test(note.replaceAll('\n', ''))) throw wrongValue('signed note', 'it has a control character')
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) throw wrongValue('signed note', `more than ${MAX_SIGNATURES} signatures`)
  return { text, signatures: lines.map(parseSignatureLine) }
}

/** @throws {ParseError} PARSE_VALUE, PARSE_ENCODING */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
  if (!NAME.test(name)) throw wrongValue('signed note', 'a line is not a signature')
  const bytes = fromBase64(encoded)
  if (bytes.length < 5) throw wrongValue('signed note', 'a signature is too short')
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
}

export const formatSignatureLine = ({ name, keyId, signature }: NoteSignature): string =>
  `— ${name} ${toBase64(concat(keyId, signature))}\n`

export const formatNote = ({ text, signatures }: SignedNote): string =>
  `${text}\n${signatures.map(formatSignatureLine).join('')}`

/** Whether the line names this key. Lines of other keys are no fault: anybody may add one. */
export const isOf = ({ name, keyId }: NoteSignature, key: NoteKey): boolean =>
  name === key.name && equalBytes(keyId, noteKeyId(key))

/** Whether the signature of a key of type Ed25519 is right. */
export const isSigned = (text: string, { signature }: NoteSignature, { type, publicKey }: NoteKey): boolean =>
  type === ED25519 && verifyEd25519(publicKey, utf8(text), signature)
