/** The status part in a snapshot file (docs/snapshot-format.md, status part). */
import { type ByteReader, ByteWriter } from '../../lib/binary.ts'
import { fromHex, toHex, u16be } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import { STATUSES_PER_WORD, WORD_BYTES } from '../../proof/registries/status.ts'
import { requireAscending } from './ascending.ts'
import type { StatusPart } from './status.ts'
import type { StatusWords } from './status-words.ts'

/** Version 1 has 16 kB for the largest list, also if all its cards are valid. Only its readers are left. */
export type SnapshotVersion = 1 | 2

const WORDS_IN_GROUP = 8

export function encodeStatuses({ authority, lists }: StatusPart): Uint8Array {
  const out = new ByteWriter().put(fromHex(authority))
  out.u32(lists.size)
  for (const [list, { record, words }] of [...lists].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { custodian, capacity, limit, day, used, chain } = record
    out.u64(list).u32(custodian).u32(capacity).u32(limit).u32(day).u32(used).put(fromHex(chain))
    out.putAll(encodeWords(words))
  }
  return out.bytes()
}

/** Fills an empty part. @throws {ParseError | ProofError} PROOF_MALFORMED */
export function decodeStatuses(input: ByteReader, part: StatusPart, version: SnapshotVersion): void {
  const decode = version === 1 ? decodeBitmap : decodeWords
  part.setAuthority(toHex(input.take(20)))
  const order = requireAscending('lists', (a: bigint, b) => (a < b ? -1 : 1))
  for (let left = input.count(61); left > 0; left--) {
    const list = order(input.u64())
    const [custodian, capacity, limit, day, used] = [input.u32(), input.u32(), input.u32(), input.u32(), input.u32()]
    const chain = toHex(input.take(32))
    const { words } = part.open(list, { org: Number(list >> 32n), custodian, capacity, limit, day, used, chain })
    part.writeWords(list, decode(words, capacity, input))
  }
}

/** Groups of eight words: the number of the group, a bit for each word, most significant first, and the words not zero. */
function encodeWords(words: StatusWords): Uint8Array[] {
  const out: Uint8Array[] = []
  let groups = 0
  let bits = new Uint8Array(1)
  let last = -1
  for (const [number, word] of words.written()) {
    const group = Math.floor(number / WORDS_IN_GROUP)
    if (group !== last) {
      bits = new Uint8Array(1)
      out.push(u16be(group), bits)
      groups += 1
      last = group
    }
    bits[0] = (bits[0] as number) | bitOf(number)
    out.push(word)
  }
  return [u16be(groups), ...out]
}

/** Writes the words into `words`. @returns their numbers */
function* decodeWords(words: StatusWords, capacity: number, input: ByteReader): Generator<number> {
  const order = requireAscending('groups', (a: number, b) => a - b)
  for (let left = input.u16(); left > 0; left--) {
    const group = order(input.u16())
    const bits = input.u8()
    if (bits === 0) throw malformed('list', 'a group without words')
    yield* decodeGroup(words, capacity, group, bits, input)
  }
}

/** Version 1: the bits of all words of the list, and then the words that are not zero. */
function* decodeBitmap(words: StatusWords, capacity: number, input: ByteReader): Generator<number> {
  const bitmap = input.take(Math.ceil(capacity / STATUSES_PER_WORD / WORDS_IN_GROUP))
  for (const [group, bits] of bitmap.entries()) yield* decodeGroup(words, capacity, group, bits, input)
}

function* decodeGroup(
  words: StatusWords,
  capacity: number,
  group: number,
  bits: number,
  input: ByteReader,
): Generator<number> {
  const first = group * WORDS_IN_GROUP
  for (let number = first; number < first + WORDS_IN_GROUP; number++) {
    if ((bits & bitOf(number)) === 0) continue
    if (number >= capacity / STATUSES_PER_WORD) throw malformed('list', 'a word beyond its end')
    const word = input.take(WORD_BYTES)
    if (word.every(byte => byte === 0)) throw malformed('list', 'a word of zeros')
    words.setWord(number, word)
    yield number
  }
}

const bitOf = (number: number) => 0x80 >> (number % WORDS_IN_GROUP)
