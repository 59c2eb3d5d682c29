/** The status part in a snapshot file (docs/snapshot-format.md, status part). */
import { type ByteReader, ByteWriter } from '../../lib/binary.ts'
import { fromHex, toHex } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import { STATUSES_PER_WORD, WORD_BYTES } from '../../proof/registries/status.ts'
import { requireAscending } from './ascending.ts'
import type { StatusPart } from './status.ts'
import type { StatusWords } from './status-words.ts'

export function encodeStatuses({ authority, lists }: StatusPart): Uint8Array {
  const out = new ByteWriter().put(fromHex(authority))
  out.u32(lists.size)
  for (const [list, { record, words }] of [...lists].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { custodian, capacity, limit, day, used, chain } = record
    out.u64(list).u32(custodian).u32(capacity).u32(limit).u32(day).u32(used).put(fromHex(chain))
    out.putAll(encodeSparseWords(words, capacity))
  }
  return out.bytes()
}

/** Fills an empty part. @throws {ParseError | ProofError} PROOF_MALFORMED */
export function decodeStatuses(input: ByteReader, part: StatusPart): void {
  part.setAuthority(toHex(input.take(20)))
  const order = requireAscending('lists', (a: bigint, b) => (a < b ? -1 : 1))
  for (let left = input.count(61); left > 0; left--) {
    const list = order(input.u64())
    const [custodian, capacity, limit, day, used] = [input.u32(), input.u32(), input.u32(), input.u32(), input.u32()]
    const chain = toHex(input.take(32))
    const { words } = part.open(list, { org: Number(list >> 32n), custodian, capacity, limit, day, used, chain })
    part.writeWords(list, decodeSparseWords(words, capacity, input))
  }
}

/** One bit for each word, most significant first, then the words that are not zero. */
function encodeSparseWords(words: StatusWords, capacity: number): Uint8Array[] {
  const bitmap = new Uint8Array(Math.ceil(capacity / STATUSES_PER_WORD / 8))
  const written: Uint8Array[] = [bitmap]
  for (const [number, word] of words.written()) {
    bitmap[number >> 3] = (bitmap[number >> 3] as number) | (0x80 >> (number & 7))
    written.push(word)
  }
  return written
}

/** Writes the words into `words`. @returns their numbers */
function* decodeSparseWords(words: StatusWords, capacity: number, input: ByteReader): Generator<number> {
  const most = capacity / STATUSES_PER_WORD
  const bitmap = input.take(Math.ceil(most / 8))
  for (let number = 0; number < bitmap.length * 8; number++) {
    if (((bitmap[number >> 3] as number) & (0x80 >> (number & 7))) === 0) continue
    if (number >= most) throw malformed('list', 'a word beyond its end')
    const word = input.take(WORD_BYTES)
    if (word.every(byte => byte === 0)) throw malformed('list', 'a word of zeros')
    words.setWord(number, word)
    yield number
  }
}
