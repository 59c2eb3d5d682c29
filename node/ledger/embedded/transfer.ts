/**
 * A ledger as one file: its blocks one after the other, each RLP [header, transactions, uncles], the form in which
 * other nodes export theirs. Headers carry their seals, so the file proves itself; it is gzip when its name says so.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { concat, type Hex, toHex } from '../../lib/bytes.ts'
import { blockHash, decodeHeader, encodeHeader } from '../../proof/header.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpList } from '../../proof/rlp.ts'
import { LedgerError } from '../errors.ts'
import type { LedgerHead } from '../ledger.ts'
import { Chain } from './chain.ts'
import { type BlockBody, ReplicaNode } from './replica.ts'
import { openStore } from './store.ts'

export type Progress = (done: number, of: number) => void

/** A longer block is none of ours. */
const MAX_BLOCK = 256 * 1024 * 1024

/**
 * Writes the whole history; the file has its name when all of it is in.
 * @param path the ledger's directory; the node must not be running
 * @throws {LedgerError} LEDGER_IN_USE
 */
export async function exportLedger(path: string, file: string, progress: Progress = () => {}): Promise<LedgerHead> {
  const store = await openStore(path)
  try {
    const chain = Chain.open(store)
    if (chain === null) throw refused(0, 'there is no ledger in this directory')
    const { header, hash } = chain.head
    const draft = `${file}.part`
    const out = createWriteStream(draft)
    const source = Readable.from(encoded(chain, progress))
    try {
      await (isZipped(file) ? pipeline(source, createGzip(), out) : pipeline(source, out))
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    await rename(draft, file)
    return { number: header.number, hash: toHex(hash), timestamp: header.timestamp }
  } finally {
    await store.close()
  }
}

/**
 * Reads a history back. Every block is checked and executed as a follower does; what is there already must be the
 * same. An interrupted import goes on where it was.
 * @param expected the ledger: chain id, hash of block 0, and a later block that must be in it
 * @throws {LedgerError} LEDGER_IN_USE, LEDGER_WRONG_CHAIN, LEDGER_BLOCK_REFUSED: the blocks before it are in
 */
export async function importLedger(
  path: string,
  file: string,
  expected: { readonly chainId: number; readonly genesis: Hex; readonly checkpoint: { height: number; hash: Hex } },
  progress: (done: number) => void = () => {},
): Promise<LedgerHead> {
  const replica = await ReplicaNode.open(path, { ...expected, now: Date.now })
  try {
    const { checkpoint } = expected
    for await (const body of bodiesIn(file)) {
      const { number } = body.header
      const hash = toHex(blockHash(body.header))
      if (number === checkpoint.height && hash !== checkpoint.hash) {
        throw refused(number, `the profile says that it is ${checkpoint.hash}`)
      }
      if (replica.isEmpty) await replica.begin(body.header)
      else if (number > replica.head.number) await replica.apply(body)
      else if (toHex(replica.chain.block(number)?.hash ?? new Uint8Array()) !== hash) {
        throw refused(number, 'another block is here already')
      }
      progress(number)
    }
    if (replica.isEmpty) throw refused(0, 'the file holds no block')
    const { head } = replica
    if (head.number < checkpoint.height) {
      throw refused(head.number, `the file ends here, and the profile knows block ${checkpoint.height}`)
    }
    return head
  } finally {
    await replica.close()
  }
}

function* encoded(chain: Chain, progress: Progress): Iterable<Uint8Array> {
  const last = chain.head.header.number
  for (let number = 0; number <= last; number++) {
    const block = chain.block(number)
    if (block === undefined) throw refused(number, 'it is missing here')
    const transactions = block.transactions.map((_, index): RlpItem => {
      const raw = chain.transaction({ number, index })
      // A legacy transaction is a list itself, a typed one a string.
      return (raw[0] as number) >= 0xc0 ? decodeRlp(raw) : raw
    })
    yield encodeRlp([decodeRlp(encodeHeader(block.header)), transactions, []])
    progress(number, last)
  }
}

/** @throws {ProofError} PROOF_MALFORMED; {LedgerError} LEDGER_BLOCK_REFUSED */
async function* bodiesIn(file: string): AsyncIterable<BlockBody> {
  const read = createReadStream(file)
  const stream = isZipped(file) ? read.compose(createGunzip()) : read
  let held: Uint8Array = new Uint8Array(0)
  let number = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    held = held.length === 0 ? chunk : concat(held, chunk)
    for (let size = sizeOf(held); size !== undefined && size <= held.length; size = sizeOf(held)) {
      const body = decodeBody(held.subarray(0, size))
      number = body.header.number + 1
      yield body
      held = held.subarray(size)
    }
    if ((sizeOf(held) ?? 0) > MAX_BLOCK) throw refused(number, 'it is too long')
  }
  if (held.length > 0) throw refused(number, 'the file ends in the middle of it')
}

function decodeBody(bytes: Uint8Array): BlockBody {
  const [header, transactions] = rlpList(decodeRlp(bytes, 'block'), 'block', 3)
  return {
    header: decodeHeader(encodeRlp(header as RlpItem)),
    transactions: rlpList(transactions, 'block').map(item => (item instanceof Uint8Array ? item : encodeRlp(item))),
  }
}

/** Bytes of the RLP list that begins here; undefined while too little is known. */
function sizeOf(bytes: Uint8Array): number | undefined {
  const first = bytes[0]
  if (first === undefined) return undefined
  if (first < 0xc0) throw refused(0, 'this is no file of blocks')
  if (first < 0xf8) return 1 + first - 0xc0
  const length = first - 0xf7
  if (bytes.length < 1 + length) return undefined
  return 1 + length + Number(BigInt(toHex(bytes.subarray(1, 1 + length))))
}

const isZipped = (file: string): boolean => file.endsWith('.gz')

const refused = (block: number, reason: string): LedgerError =>
  new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block, reason }, `block ${block} is refused: ${reason}`)
