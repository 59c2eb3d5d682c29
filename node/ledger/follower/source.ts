/** The requests of a follower to its source. An invalid answer proves nothing about the ledger; a wrong block does. */
import { quantityOf, toQuantity } from '../../lib/bytes.ts'
import { ProofError } from '../../proof/errors.ts'
import { type Header, parseHeader } from '../../proof/header.ts'
import { LedgerError } from '../errors.ts'
import type { Ledger } from '../ledger.ts'

export const headerAt = async (source: Ledger, number: number): Promise<Header> =>
  (await blockAt(source, number, false, json => ({ header: parseHeader(json) }))).header

/** @throws {LedgerError} LEDGER_UNREACHABLE if the answer is not a block; LEDGER_BLOCK_REFUSED if the block is wrong */
export async function blockAt<T extends { readonly header: Header }>(
  source: Ledger,
  number: number,
  full: boolean,
  parse: (json: unknown) => T,
): Promise<T> {
  const json = await source.request('eth_getBlockByNumber', [toQuantity(number), full])
  // This happens if another node of the source answered than the one that reported the height.
  if (json === null) throw unreachable('eth_getBlockByNumber', `the source has no block ${number} now`)
  let block: T
  try {
    block = parse(json)
  } catch (cause) {
    if (!(cause instanceof ProofError) || cause.code !== 'PROOF_MALFORMED') throw cause
    throw unreachable('eth_getBlockByNumber', `the source's answer is not block ${number}: ${cause.message}`, cause)
  }
  if (block.header.number === number) return block
  const reason = `the source sent block ${block.header.number}`
  throw new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block: number, reason }, `block ${number}: ${reason}`)
}

export async function heightOf(source: Ledger): Promise<number> {
  const height = quantityOf(await source.request('eth_blockNumber'))
  if (height === undefined)
    throw unreachable('eth_blockNumber', "the source's answer to eth_blockNumber is not a number")
  return height
}

/** An error of the source that proves nothing about the ledger. The follower tries again. */
export const unreachable = (method: string, message: string, cause?: unknown) =>
  new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, message, { cause })
