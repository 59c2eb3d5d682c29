/**
 * Exports a ledger to one file (block-file.ts) and imports it. Headers include their seals, so an import can verify
 * them.
 */
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

export type TransferProgress = (done: number, of: number) => void

/** The ledger that an import must be. */
export interface ExpectedLedger {
  readonly chainId: number
  /** Hash of block 0. */
  readonly genesis: Hex
  /** A block that must be in it. */
  readonly checkpoint: { readonly height: number; readonly hash: Hex }
  /** Hash of the file's last block, as the export printed it. Somebody who cuts a file can forge its end mark too. */
  readonly head?: Hex
}

/**
 * Writes all blocks to a file. The file gets its name once it is complete and on disk. If the name ends in .gz, it is
 * compressed.
 * @param path the ledger's directory; no node may have it open
 * @throws {LedgerError} LEDGER_IN_USE, LEDGER_IMPORT_UNFINISHED, LEDGER_BLOCK_REFUSED: there is no ledger
 */
export async function exportLedger(
  path: string,
  file: string,
  progress: TransferProgress = () => {},
): Promise<LedgerHead> {
  // To open a directory that does not exist would create it.
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
 * Imports the blocks of a file. Each block is verified and executed as a follower does; a block that is in the
 * directory already must be the same. An interrupted import continues where it stopped. Until it has reached the end of
 * the file, no node seals in the directory.
 * @param now milliseconds since 1970
 * @throws {LedgerError} LEDGER_IN_USE, LEDGER_WRONG_CHAIN; LEDGER_BLOCK_REFUSED, and the blocks before are imported;
 * LEDGER_IMPORT_UNFINISHED, and the file is not complete
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
    const follower = await FollowerNode.openOn(store, { ...expected, now })
    const wasImporting = isImporting(store)
    let last: FileEnd | undefined
    let end: FileEnd | undefined
    let begun = wasImporting
    let added = false
    try {
      for await (const item of blocksIn(input, isZipped(file))) {
        if (!('header' in item)) {
          end = item
          continue
        }
        const hash = toHex(blockHash(item.header))
        const { number } = item.header
        checkExpected(number, hash, expected)
        if (!follower.isEmpty && number <= follower.head.number) checkSame(follower, number, hash)
        else {
          if (!begun) await store.commit([importingOp(true)])
          begun = true
          await importBlock(follower, item)
          added = true
        }
        last = { number, hash }
        progress(number)
      }
      checkEnd(last, end, expected)
      // The unfinished import may have been of a longer file.
      if (wasImporting && follower.head.number > (last?.number ?? 0)) {
        throw unfinished(`This file ends at block ${last?.number}, but the unfinished import has later blocks.`)
      }
      if (begun) await store.commit([importingOp(false)])
      return follower.head
    } catch (error) {
      // No block was added, so a ledger that was complete before is complete.
      if (begun && !wasImporting && !added && error instanceof DojangError) await store.commit([importingOp(false)])
      throw error
    } finally {
      await follower.close()
    }
  } finally {
    await input.close()
  }
}

async function importBlock(follower: FollowerNode, body: BlockBody): Promise<void> {
  if (follower.isEmpty) await follower.begin(body.header)
  else await follower.apply(body)
}

function checkExpected(number: number, hash: Hex, { checkpoint }: ExpectedLedger): void {
  if (number !== checkpoint.height || hash === checkpoint.hash) return
  throw refused(number, `the profile has ${checkpoint.hash} for this block`)
}

function checkSame(follower: FollowerNode, number: number, hash: Hex): void {
  if (toHex(follower.chain.block(number)?.hash ?? new Uint8Array()) === hash) return
  throw refused(number, 'the directory has another block of this number')
}

/** Compares the last block with the file's end mark, the head that the operator named, and the profile's checkpoint. */
function checkEnd(last: FileEnd | undefined, end: FileEnd | undefined, { head, checkpoint }: ExpectedLedger): void {
  if (last === undefined) throw refused(0, 'the file has no block')
  const { number, hash } = last
  if (end === undefined && head === undefined) {
    throw unfinished(
      `The file ends with block ${number}, ${hash}, and has no end mark: it is cut off, or an older ` +
        'version wrote it. If this is the head that the export printed, name it: --head HASH.',
    )
  }
  if (end !== undefined && end.hash !== hash)
    throw unfinished(`The end mark of the file names block ${end.number}, but its last block is ${number}.`)
  if (head !== undefined && head !== hash) {
    throw unfinished(`The file ends with block ${number}, ${hash}, and not with ${head}.`)
  }
  if (number < checkpoint.height) {
    throw refused(number, `the file ends here, but the profile's checkpoint is block ${checkpoint.height}`)
  }
}

const isZipped = (file: string): boolean => file.endsWith('.gz')

function noLedger(path: string): LedgerError {
  const reason = 'there is no ledger here'
  return new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block: 0, reason }, `There is no ledger in ${path}.`)
}
