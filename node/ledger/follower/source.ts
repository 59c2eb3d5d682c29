/** What a follower asks of its source. An answer that is none says nothing of the ledger; a wrong block does. */
import { toQuantity } from '../../lib/bytes.ts'
import { ProofError } from '../../proof/errors.ts'
import { type Header, parseHeader } from '../../proof/header.ts'
import { LedgerError } from '../errors.ts'
import type { Ledger } from '../ledger.ts'
import { quantityOf } from '../remote/seen.ts'

export const headerAt = async (source: Ledger, number: number): Promise<Header> =>
  (await blockAt(source, number, false, json => ({ header: parseHeader(json) }))).header

/** @throws {LedgerError} LEDGER_UNREACHABLE: the answer is no block, and says nothing; LEDGER_BLOCK_REFUSED */
export async function blockAt<T extends { readonly header: Header }>(
  source: Ledger,
  number: number,
  full: boolean,
  parse: (json: unknown) => T,
): Promise<T> {
  const json = await source.request('eth_getBlockByNumber', [toQuantity(number), full])
  // As when another of its nodes answered than the one that knew the height.
  if (json === null) throw unreachable('eth_getBlockByNumber', `the source has no block ${number} now`)
  let block: T
  try {
    block = parse(json)
  } catch (cause) {
    if (!(cause instanceof ProofError) || cause.code !== 'PROOF_MALFORMED') throw cause
    throw unreachable('eth_getBlockByNumber', `the source's answer is no block ${number}: ${cause.message}`, cause)
  }
  if (block.header.number === number) return block
  const reason = `the source answers with block ${block.header.number}`
  throw new LedgerError({ code: 'LEDGER_BLOCK_REFUSED', block: number, reason }, `block ${number}: ${reason}`)
}

export async function heightOf(source: Ledger): Promise<number> {
  const height = quantityOf(await source.request('eth_blockNumber'))
  if (height === undefined) throw unreachable('eth_blockNumber', "the source's answer to eth_blockNumber is none")
  return height
}

/** Nothing is known of the ledger by it: the source is asked again. */
export const unreachable = (method: string, message: string, cause?: unknown) =>
  new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, message, { cause })
