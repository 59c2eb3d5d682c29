/**
 * Checkpoints: the head of a transparency log as a signed note (C2SP tlog-checkpoint), and the cosignatures of witnesses on it
 * (C2SP tlog-cosignature). A witness states that each tree that it signed contains the one before.
 */
import { verifyEd25519 } from '#crypto'
import { fromBase64, toBase64 } from '../../lib/base64.ts'
import { concat, readU64be, u64be, utf8 } from '../../lib/bytes.ts'
import { ParseError, wrongValue } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { ProofError } from '../errors.ts'
import { HASH_LENGTH } from './merkle.ts'
import {
  COSIGNATURE_V1,
  formatNote,
  isOf,
  isSigned,
  MAX_NOTE,
  type NoteKey,
  type NoteSignature,
  noteKeyId,
  parseNote,
} from './note.ts'

export interface TreeHead {
  /** Leaves. */
  readonly size: number
  readonly root: Uint8Array
}

export interface Checkpoint extends TreeHead {
  /** The name of the log, which is the name of its key as well. */
  readonly origin: string
}

/** A witness's statement. */
export interface Cosignature {
  readonly witness: NoteKey
  /** When it signed, by its clock. */
  readonly time: UnixSeconds
}

export interface VerifiedCheckpoint extends Checkpoint {
  /** One for each of the given witnesses that signed. */
  readonly cosignatures: readonly Cosignature[]
}

export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`

/**
 * The text of a checkpoint. Lines that extend it are part of what is signed, and have no meaning here.
 * @throws {ParseError} PARSE_VALUE, PARSE_ENCODING
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n')
  if (origin === '' || rest.pop() !== '' || rest.includes(''))
    throw wrongValue('checkpoint', 'not of three lines or more')
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw wrongValue('checkpoint', 'its size is not a number')
  }
  const hash = fromBase64(root)
  if (hash.length !== HASH_LENGTH) throw wrongValue('checkpoint', 'its root has not 32 bytes')
  return { origin, size: Number(size), root: hash }
}

/**
 * A checkpoint of this log.
 * @param key of the log. Its name is the origin
 * @param witnesses whose cosignatures count. A wrong cosignature of one of them refuses the checkpoint
 * @throws {ProofError} PROOF_CHECKPOINT_INVALID
 */
export function verifyCheckpoint(note: string, key: NoteKey, witnesses: readonly NoteKey[] = []): VerifiedCheckpoint {
  try {
    const { text, signatures } = parseNote(note)
    const checkpoint = parseCheckpoint(text)
    if (checkpoint.origin !== key.name) throw invalid('it is of another log')
    const own = signatures.filter(line => isOf(line, key))
    if (own.length !== 1 || !own.every(line => isSigned(text, line, key))) throw invalid('the log has not signed it')
    const cosignatures = witnesses.flatMap(witness => {
      const lines = signatures.filter(line => isOf(line, witness))
      if (lines.length > 1) throw invalid('a witness signed it twice')
      return lines.map(line => verifyCosignature(text, line, witness))
    })
    return { ...checkpoint, cosignatures }
  } catch (error) {
    if (error instanceof ParseError) throw invalid(error.message)
    throw error
  }
}

/** @throws {ProofError} PROOF_CHECKPOINT_INVALID */
export function verifyCosignature(text: string, { signature }: NoteSignature, witness: NoteKey): Cosignature {
  const time = signature.length === 72 ? Number(readU64be(signature)) : Number.NaN
  const made = Number.isSafeInteger(time) ? cosignedBytes(text, time) : undefined
  if (!made || witness.type !== COSIGNATURE_V1 || !verifyEd25519(witness.publicKey, made, signature.subarray(8))) {
    throw invalid('the cosignature of a witness is wrong')
  }
  return { witness, time }
}

/** What a witness signs. */
export const cosignedBytes = (text: string, time: UnixSeconds): Uint8Array =>
  utf8(`cosignature/v1\ntime ${time}\n${text}`)

/** @param sign Ed25519 */
export function signCheckpoint(checkpoint: Checkpoint, key: NoteKey, sign: (data: Uint8Array) => Uint8Array): string {
  const text = formatCheckpoint(checkpoint)
  return formatNote({ text, signatures: [{ name: key.name, keyId: noteKeyId(key), signature: sign(utf8(text)) }] })
}

/**
 * As a witness signs.
 * @param sign Ed25519
 */
export function cosign(
  text: string,
  key: NoteKey,
  time: UnixSeconds,
  sign: (data: Uint8Array) => Uint8Array,
): NoteSignature {
  const signature = concat(u64be(time), sign(cosignedBytes(text, time)))
  return { name: key.name, keyId: noteKeyId(key), signature }
}

/** The note with a further signature. */
export function withSignature(note: string, line: NoteSignature): string {
  const { text, signatures } = parseNote(note)
  const added = formatNote({ text, signatures: [...signatures, line] })
  if (added.length > MAX_NOTE) throw wrongValue('signed note', `longer than ${MAX_NOTE} characters`)
  return added
}

const invalid = (reason: string): ProofError =>
  new ProofError({ code: 'PROOF_CHECKPOINT_INVALID', reason }, `The checkpoint of the log cannot be used: ${reason}.`)
