/** A ledger as one file (block-file.ts), and back. Headers carry their seals, so the file proves itself. */
import { createWriteStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Hex, toHex } from '../../lib/bytes.ts'
import { DojangError } from '../../lib/errors.ts'
import { blockHash } from '../../proof/header.ts'
import { LedgerError } from '../errors.ts'
import type { LedgerHead } from '../ledger.ts'
import { blocksIn, encodedBlocks, type FileEnd, refused } from './block-file.ts'
import { Chain } from './chain.ts'
import { type BlockBody, FollowerNode } from './follower-node.ts'
import { importingOp, isImporting, refuseImporting, unfinished } from './import-mark.ts'
import { openLedgerStore } from './ledger-store.ts'

export type Progress = (done: number, of: number) => void

/** What an import must turn out to be. */
export interface ExpectedLedger {
  readonly chainId: number
  /** Hash of block 0. */
  readonly genesis: Hex
  /** A later block that must be in it. */
  readonly checkpoint: { readonly height: number; readonly hash: Hex }
  /** Hash of the file's last block, as the export told it: who cuts the file on purpose mends its end as well. */
  readonly head?: Hex
}

/**
 * Writes the whole history; the file has its name when all of it is in and on disk. It is gzip when its name says so.
 * @param path the ledger's directory; the node must not be running
 * @throws {LedgerError} LEDGER_IN_USE, LEDGER_IMPORT_UNFINISHED, LEDGER_BLOCK_REFUSED: there is no ledger
 */
export async function exportLedger(path: string, file: string, progress: Progress = () => {}): Promise<LedgerHead> {
  // Looking at it must not create it.
  if (!existsSync(join(path, 'blocks'))) throw noLedger(path)
  const store = await openLedgerStore(path)
  try {
    refuseImporting(store)
    const chain = Chain.open(store)
    if (chain === null) throw noLedger(path)
    const { header, hash } = chain.head
    const draft = `${file}.part`
    const out = createWriteStream(draft, { flush: true })
    const source = Readable.from(encodedBlocks(chain, progress))
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
 * same. An interrupted import goes on where it was; until it has come to the file's end, no node seals in the directory.
 * @param now milliseconds since 1970
 * @throws {LedgerError} LEDGER_IN_USE, LEDGER_WRONG_CHAIN, LEDGER_BLOCK_REFUSED: the blocks before it are in;
 * LEDGER_IMPORT_UNFINISHED: the file is not whole
 */
export async function importLedger(
  path: string,
  file: string,
  expected: ExpectedLedger,
  now: () => number,
  progress: (done: number) => void = () => {},
): Promise<LedgerHead> {
  const input = await open(file)
  try {
    const store = await openLedgerStore(path)
    const replica = await FollowerNode.openOn(store, { ...expected, now })
    const wasImporting = isImporting(store)
    let last: FileEnd | undefined
    let end: FileEnd | undefined
    let begun = wasImporting
    let kept = false
    try {
      for await (const item of blocksIn(input, isZipped(file))) {
        if (!('header' in item)) {
          end = item
          continue
        }
        const hash = toHex(blockHash(item.header))
        const { number } = item.header
        checkExpected(number, hash, expected)
        if (!replica.isEmpty && number <= replica.head.number) checkSame(replica, number, hash)
        else {
          if (!begun) await store.commit([importingOp(true)])
          begun = true
          await take(replica, item)
          kept = true
        }
        last = { number, hash }
        progress(number)
      }
      checkEnd(last, end, expected)
      // The file may be an older one than the import that did not finish.
      if (wasImporting && replica.head.number > (last?.number ?? 0)) {
        throw unfinished(`This file ends at block ${last?.number}, and one that goes further was begun here.`)
      }
      if (begun) await store.commit([importingOp(false)])
      return replica.head
    } catch (error) {
      // What was a whole ledger before still is one: no block was added.
      if (begun && !wasImporting && !kept && error instanceof DojangError) await store.commit([importingOp(false)])
      throw error
    } finally {
      await replica.close()
    }
  } finally {
    await input.close()
  }
}

async function take(replica: FollowerNode, body: BlockBody): Promise<void> {
  if (replica.isEmpty) await replica.begin(body.header)
  else await replica.apply(body)
}

function checkExpected(number: number, hash: Hex, { checkpoint }: ExpectedLedger): void {
  if (number !== checkpoint.height || hash === checkpoint.hash) return
  throw refused(number, `the profile says that it is ${checkpoint.hash}`)
}

function checkSame(replica: FollowerNode, number: number, hash: Hex): void {
  if (toHex(replica.chain.block(number)?.hash ?? new Uint8Array()) === hash) return
  throw refused(number, 'another block is here already')
}

/** Checks that the last block is the one that the file, the person who imports it, and the profile name. */
function checkEnd(last: FileEnd | undefined, end: FileEnd | undefined, { head, checkpoint }: ExpectedLedger): void {
  if (last === undefined) throw refused(0, 'the file holds no block')
  const { number, hash } = last
  if (end === undefined && head === undefined) {
    throw unfinished(
      `The file ends with block ${number}, ${hash}, and does not say that this is the end: it is cut off, or an older ` +
        'version wrote it. If that is the head that the export told, name it: --head HASH.',
    )
  }
  if (end !== undefined && end.hash !== hash) throw unfinished(`The file says that it ends with block ${end.number}.`)
  if (head !== undefined && head !== hash) {
    throw unfinished(`The file ends with block ${number}, ${hash}, and not with ${head}.`)
  }
  if (number < checkpoint.height) {
    throw refused(number, `the file ends here, and the profile knows block ${checkpoint.height}`)
  }
}

const isZipped = (file: string): boolean => file.endsWith('.gz')

function noLedger(path: string): LedgerError {
  const reason = 'there is no ledger here'
  return new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block: 0, reason }, `There is no ledger in ${path}.`)
}
