/**
 * Bytes as the texts of QR codes, and back. Up to 600 bytes are one code that stands still. More are an animated code: a
 * UR with a fountain code (BCR-2020-005), from which a reader needs a few more frames than fragments, in any order and
 * with any of them lost. Format: docs/in-person.md. Why the fountain code is our own: docs/decisions/140.
 *
 * Nobody can be trusted who holds a code into a camera: counts and lengths are limited, frames of two codes are kept
 * apart, and a message is returned only if its SHA-256 is the one it begins with.
 */
import { sha256 } from '#crypto'
import { concat, equalBytes } from '../../lib/bytes.ts'
import { ParseError, wrongLength } from '../../lib/parse-error.ts'
import { crc32 } from './ur/crc32.ts'
import { FragmentSet, xorInto } from './ur/fragments.ts'
import { fragmentsOf } from './ur/mixing.ts'
import { fromByteString, type Part, parseFrame, toByteString, toMultipart, toSingle } from './ur/part.ts'
import { FrameSequence } from './ur/sequence.ts'

/** Bytes of a message: five cards with portraits of 4 kB, of which each has 6,300. */
export const MAX_MESSAGE = 32_768
/** The longest code that phones read while it stands still, in bytes. */
export const STILL_LIMIT = 600
/** How a code is shown: bytes of a fragment, and frames a second. `large` has larger squares, for a bad camera or screen. */
export const CODE_SIZES = {
  normal: { fragment: 400, framesPerSecond: 12 },
  large: { fragment: 250, framesPerSecond: 8 },
} as const
export type CodeSize = keyof typeof CODE_SIZES

const VERSION = 1
const HASH_LENGTH = 32
/** The version, the hash, and the head of the CBOR byte string. */
const OVERHEAD = 1 + HASH_LENGTH + 3

/** The texts of one code. `text(n)` is that of the n-th frame, from 0. Show one after the other, without an end. */
export interface Frames {
  /** The number of fragments. 1: the code stands still, and every frame is the same. */
  readonly count: number
  readonly text: (frame: number) => string
}

/** @throws {ParseError} PARSE_LENGTH if there are no bytes, or more than `MAX_MESSAGE` */
export function framesOf(bytes: Uint8Array, size: CodeSize = 'normal'): Frames {
  if (bytes.length === 0 || bytes.length > MAX_MESSAGE) {
    throw wrongLength('message', `1 to ${MAX_MESSAGE} bytes`, bytes.length)
  }
  const message = toByteString(concat(Uint8Array.of(VERSION), sha256(bytes), bytes))
  if (message.length <= STILL_LIMIT) {
    const text = toSingle(message)
    return { count: 1, text: () => text }
  }
  const count = Math.ceil(message.length / CODE_SIZES[size].fragment)
  const length = Math.ceil(message.length / count)
  const padded = new Uint8Array(count * length)
  padded.set(message)
  const of = { count, messageLength: message.length, checksum: crc32(message) }
  const numbers = new FrameSequence(count, of.checksum)
  return {
    count,
    text: frame => {
      const sequence = numbers.number(frame)
      const fragment = new Uint8Array(length)
      for (const index of fragmentsOf(sequence, count, of.checksum)) {
        xorInto(fragment, padded.subarray(index * length, (index + 1) * length))
      }
      return toMultipart({ ...of, sequence, fragment })
    },
  }
}

/** The limits of a reader. A writer of ours stays far below them. */
const MAX_COUNT = 144
const MIN_FRAGMENT = 10
const MAX_FRAGMENT = 1200
/** The longest text that can be within the limits: two letters a byte, and the path. */
const MAX_TEXT = 2 * (MAX_MESSAGE + OVERHEAD + 8)
/** The number of codes that are read at the same time. The one that was not seen for the longest time is given up first. */
const MAX_CODES = 4
/** The number of complete codes that are remembered until the next reset. */
const MAX_COMPLETE = 64

/** Why a text was not used. `other`: it is no frame. `seen`: its code is complete already. */
export type FrameRefusal = 'other' | 'malformed' | 'too_large' | 'damaged' | 'seen'

export interface FrameResult {
  /** How much of the code to which this frame belongs has arrived: 0 to 1. 0 if the text was refused. */
  readonly progress: number
  /** The bytes that `framesOf` was given. Each code is returned once. */
  readonly complete?: Uint8Array
  readonly refused?: FrameRefusal
}

/** Reads what a camera sees. Frames of several codes may arrive in any order. */
export class FrameReader {
  /** By what the frames of a code have in common, in the order in which they were last seen. */
  readonly #codes = new Map<string, FragmentSet>()
  /** The codes that were returned, the oldest first. */
  readonly #complete = new Set<string>()

  /** Never throws: a text of a camera is no fault. */
  add(text: string): FrameResult {
    if (text.length > MAX_TEXT) return refused('too_large')
    try {
      const frame = parseFrame(text)
      if (frame === null) return refused('other')
      return 'message' in frame ? this.#finish(text, frame.message) : this.#addPart(frame.part)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      return refused('malformed')
    }
  }

  /** Forgets everything, also which codes were complete: for the next check. */
  reset(): void {
    this.#codes.clear()
    this.#complete.clear()
  }

  #addPart(part: Part): FrameResult {
    const refusal = refusalOf(part)
    if (refusal) return refused(refusal)
    const { count, messageLength, checksum, fragment } = part
    const code = [count, messageLength, checksum, fragment.length].join(' ')
    if (this.#complete.has(code)) return refused('seen')
    const set = this.#codes.get(code) ?? new FragmentSet(part)
    this.#codes.delete(code)
    this.#codes.set(code, set)
    set.add(part)
    limit(this.#codes, MAX_CODES)
    if (!set.isComplete) return { progress: set.progress }
    this.#codes.delete(code)
    const message = set.message()
    // A frame of somebody else was among them. Reading starts again, so that it spoils no more than one attempt.
    if (crc32(message) !== checksum) return refused('damaged')
    return this.#finish(code, message)
  }

  #finish(code: string, message: Uint8Array): FrameResult {
    if (this.#complete.has(code)) return refused('seen')
    const content = fromByteString(message)
    if (content.length <= 1 + HASH_LENGTH || content[0] !== VERSION) return refused('malformed')
    const bytes = content.slice(1 + HASH_LENGTH)
    if (!equalBytes(sha256(bytes), content.subarray(1, 1 + HASH_LENGTH))) return refused('damaged')
    this.#complete.add(code)
    limit(this.#complete, MAX_COMPLETE)
    return { progress: 1, complete: bytes }
  }
}

/** Removes the first entries, which are the oldest, until so many are left. */
function limit(entries: Map<string, unknown> | Set<string>, most: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= most) return
    entries.delete(key)
  }
}

const refused = (reason: FrameRefusal): FrameResult => ({ progress: 0, refused: reason })

/** Checked before any memory is taken for the code. */
function refusalOf({ sequence, count, messageLength, fragment }: Part): FrameRefusal | null {
  if (count > MAX_COUNT || messageLength > MAX_MESSAGE + OVERHEAD) return 'too_large'
  if (sequence < 1 || count < 1 || fragment.length < MIN_FRAGMENT || fragment.length > MAX_FRAGMENT) return 'malformed'
  // The fragments of a message are as short as its length permits.
  return Math.ceil(messageLength / count) === fragment.length ? null : 'malformed'
}
