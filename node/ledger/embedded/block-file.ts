/**
 * The file of an exported ledger. It has the blocks in order, each as RLP [header, transactions, uncles], as other
 * nodes export them. Its last item is RLP ["end", number, hash] of the last block. Without it, nobody could see that a
 * file was cut off between two blocks.
 * Why: docs/decisions/028.
 */
import type { FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { concatAll, equalBytes, type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import { decodeHeader, encodeHeader } from '../../proof/header.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBytes, rlpNumber, rlpScalar } from '../../proof/rlp.ts'
import { LedgerError } from '../errors.ts'
import type { Chain } from './chain.ts'
import type { BlockBody } from './follower-node.ts'

/** The block that the file says is its last. */
export interface FileEnd {
  readonly number: number
  readonly hash: Hex
}

/** Limits above the bytes and transactions that the gas of a block pays for. */
const MAX_BLOCK = 32 * 1024 * 1024
const MAX_TRANSACTIONS = 10_000
/** Some thousand validators and their seals. */
const MAX_HEADER = 256 * 1024
const END_MARK = utf8('end')

export function* encodedBlocks(chain: Chain, progress: (done: number, of: number) => void): Iterable<Uint8Array> {
  const { header, hash } = chain.head
  for (let number = 0; number <= header.number; number++) {
    const block = chain.block(number)
    if (block === undefined) throw refused(number, 'it is missing here')
    const transactions = block.transactions.map((_, index): RlpItem => {
      const raw = chain.transaction({ number, index })
      // A legacy transaction is an RLP list, a typed one a byte string.
      return (raw[0] as number) >= 0xc0 ? decodeRlp(raw) : raw
    })
    yield encodeRlp([decodeRlp(encodeHeader(block.header)), transactions, []])
    progress(number, header.number)
  }
  yield encodeRlp([END_MARK, rlpScalar(header.number), hash])
}

/**
 * The blocks of a file, and its end. Files of older versions have no end.
 * @throws {ProofError} PROOF_MALFORMED
 * @throws {LedgerError} LEDGER_BLOCK_REFUSED
 */
export async function* blocksIn(file: FileHandle, zipped: boolean): AsyncIterable<BlockBody | FileEnd> {
  const read = file.createReadStream()
  // The iteration below throws the error of either stream, so the callback ignores it.
  const stream = zipped ? pipeline(read, createGunzip(), () => {}) : read
  /** The bytes read that are in no item yet. `wanted` is how many the next step needs. */
  const chunks: Uint8Array[] = []
  let length = 0
  let wanted = 1
  let number = 0
  let ended = false
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      length += chunk.length
      if (length < wanted) continue
      let held = concatAll(chunks)
      for (let size = sizeOf(held, number); size !== undefined && size <= held.length; size = sizeOf(held, number)) {
        if (ended) throw refused(number, 'something follows the end of the file')
        if (size > MAX_BLOCK) throw refused(number, 'it is too long')
        const item = decodeItem(held.subarray(0, size), number)
        ended = !('header' in item)
        if ('header' in item) number = item.header.number + 1
        yield item
        held = held.subarray(size)
      }
      wanted = sizeOf(held, number) ?? held.length + 1
      if (wanted > MAX_BLOCK) throw refused(number, 'it is too long')
      length = held.length
      chunks.splice(0, chunks.length, held)
    }
  } catch (error) {
    throw isZipFault(error)
      ? refused(number, `the file is cut off, or it is not a gzip file (${error.code})`, error)
      : error
  }
  if (length > 0) throw refused(number, 'the file ends in the middle of it')
}

function decodeItem(bytes: Uint8Array, number: number): BlockBody | FileEnd {
  const [first, second, third, ...more] = fieldsOf(bytes, 3, number)
  if (!first || !second || !third || more.length > 0) throw refused(number, 'it does not have three parts')
  const name = first.length > MAX_HEADER ? first : decodeRlp(first, 'block')
  if (name instanceof Uint8Array && equalBytes(name, END_MARK)) {
    const hash = rlpBytes(decodeRlp(third, 'end'), 'end', 32)
    return { number: rlpNumber(decodeRlp(second, 'end'), 'end'), hash: toHex(hash) }
  }
  if (first.length > MAX_HEADER) throw refused(number, 'its header is too long')
  const transactions = fieldsOf(second, MAX_TRANSACTIONS, number)
  return {
    header: decodeHeader(first),
    // A legacy transaction is an RLP list, a typed one a byte string.
    transactions: transactions.map(part => ((part[0] as number) >= 0xc0 ? part : rlpBytes(decodeRlp(part), 'block'))),
  }
}

/** The encoded items of a list. Decoding them all would let a hostile file fill the memory. */
function fieldsOf(list: Uint8Array, most: number, number: number): Uint8Array[] {
  const { start, end } = contentRange(list, 0) ?? { start: 0, end: 0 }
  if ((list[0] as number) < 0xc0 || end !== list.length) throw refused(number, 'a list is expected')
  const parts: Uint8Array[] = []
  for (let at = start; at < end; ) {
    const next = contentRange(list, at)?.end
    if (next === undefined || next > end) throw refused(number, 'a part ends early')
    if (parts.length === most) throw refused(number, `a list has more than ${most} parts`)
    parts.push(list.subarray(at, next))
    at = next
  }
  return parts
}

/** Length of the RLP list at the start of the bytes; undefined if they are too few to know it. */
function sizeOf(bytes: Uint8Array, number: number): number | undefined {
  const first = bytes[0]
  if (first !== undefined && first < 0xc0) throw refused(number, 'this is not a file of blocks')
  return contentRange(bytes, 0)?.end
}

/** Start and end of the content of the RLP item at `at`; undefined if the bytes are too few to know them. */
function contentRange(bytes: Uint8Array, at: number): { start: number; end: number } | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  if (first < 0x80) return { start: at, end: at + 1 }
  const short = first - (first < 0xc0 ? 0x80 : 0xc0)
  if (short < 56) return { start: at + 1, end: at + 1 + short }
  const start = at + 1 + short - 55
  if (bytes.length < start) return undefined
  return { start, end: start + Number(BigInt(toHex(bytes.subarray(at + 1, start)))) }
}

const isZipFault = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

export const refused = (block: number, reason: string, cause?: unknown): LedgerError =>
  new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block, reason }, `block ${block} is refused: ${reason}`, { cause })
