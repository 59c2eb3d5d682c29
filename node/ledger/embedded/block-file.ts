/**
 * The file that a ledger is exported to: its blocks one after the other, each RLP [header, transactions, uncles], the
 * form in which other nodes export theirs; then, as the last item, RLP ["end", number, hash] of the last block. Without
 * that, a file that was cut off between two blocks would be a whole one.
 */
import type { FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { concat, equalBytes, type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import { decodeHeader, encodeHeader } from '../../proof/header.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpBytes, rlpList, rlpNumber, rlpScalar } from '../../proof/rlp.ts'
import { LedgerError } from '../errors.ts'
import type { Chain } from './chain.ts'
import type { BlockBody } from './replica.ts'

/** The block that the file says is its last. */
export interface FileEnd {
  readonly number: number
  readonly hash: Hex
}

/** No block of ours is longer. */
const MAX_BLOCK = 256 * 1024 * 1024
const END = utf8('end')

export function* encodedBlocks(chain: Chain, progress: (done: number, of: number) => void): Iterable<Uint8Array> {
  const { header, hash } = chain.head
  for (let number = 0; number <= header.number; number++) {
    const block = chain.block(number)
    if (block === undefined) throw refused(number, 'it is missing here')
    const transactions = block.transactions.map((_, index): RlpItem => {
      const raw = chain.transaction({ number, index })
      // A legacy transaction is a list itself, a typed one a string.
      return (raw[0] as number) >= 0xc0 ? decodeRlp(raw) : raw
    })
    yield encodeRlp([decodeRlp(encodeHeader(block.header)), transactions, []])
    progress(number, header.number)
  }
  yield encodeRlp([END, rlpScalar(header.number), hash])
}

/**
 * The blocks of a file, and its end if it has one: older exports have none.
 * @throws {ProofError} PROOF_MALFORMED
 * @throws {LedgerError} LEDGER_BLOCK_REFUSED
 */
export async function* blocksIn(file: FileHandle, zipped: boolean): AsyncIterable<BlockBody | FileEnd> {
  const read = file.createReadStream()
  // The iteration below throws what fails on the way; it is not to be thrown twice.
  const stream = zipped ? pipeline(read, createGunzip(), () => {}) : read
  let held: Uint8Array = new Uint8Array(0)
  let number = 0
  let ended = false
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      held = held.length === 0 ? chunk : concat(held, chunk)
      for (let size = sizeOf(held, number); size !== undefined && size <= held.length; size = sizeOf(held, number)) {
        if (ended) throw refused(number, 'something follows the end of the file')
        const item = decodeItem(held.subarray(0, size))
        ended = !('header' in item)
        if ('header' in item) number = item.header.number + 1
        yield item
        held = held.subarray(size)
      }
      if ((sizeOf(held, number) ?? 0) > MAX_BLOCK) throw refused(number, 'it is too long')
    }
  } catch (error) {
    throw isZipFault(error) ? refused(number, `the file is cut off, or no gzip file (${error.code})`, error) : error
  }
  if (held.length > 0) throw refused(number, 'the file ends in the middle of it')
}

function decodeItem(bytes: Uint8Array): BlockBody | FileEnd {
  const [first, second, third] = rlpList(decodeRlp(bytes, 'block'), 'block', 3)
  if (first instanceof Uint8Array && equalBytes(first, END)) {
    return { number: rlpNumber(second, 'end'), hash: toHex(rlpBytes(third, 'end', 32)) }
  }
  return {
    header: decodeHeader(encodeRlp(first as RlpItem)),
    transactions: rlpList(second, 'block').map(item => (item instanceof Uint8Array ? item : encodeRlp(item))),
  }
}

/** Bytes of the RLP list that begins here; undefined while too little is known. */
function sizeOf(bytes: Uint8Array, number: number): number | undefined {
  const first = bytes[0]
  if (first === undefined) return undefined
  if (first < 0xc0) throw refused(number, 'this is no file of blocks')
  if (first < 0xf8) return 1 + first - 0xc0
  const length = first - 0xf7
  if (bytes.length < 1 + length) return undefined
  return 1 + length + Number(BigInt(toHex(bytes.subarray(1, 1 + length))))
}

const isZipFault = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

export const refused = (block: number, reason: string, cause?: unknown): LedgerError =>
  new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block, reason }, `block ${block} is refused: ${reason}`, { cause })
