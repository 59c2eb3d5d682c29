/**
 * Bounds how long a client waits for a block. While the ledger makes none, the work goes on and the client gets an answer:
 * without one, wallets and proxies give up after about a minute and say that the node is down.
 */
import { LedgerError } from '../ledger/errors.ts'

export const ANSWER_WITHIN_MS = 30_000

/**
 * Resolves or rejects as the work does.
 * @throws {LedgerError} LEDGER_PENDING if that takes longer; the work continues
 */
export async function answerWithin<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(pending(ms)), ms)
  try {
    return await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
  }
}

const pending = (ms: number): LedgerError =>
  new LedgerError(
    { code: 'LEDGER_PENDING', seconds: Math.round(ms / 1000) },
    `The ledger made no block with this within ${Math.round(ms / 1000)} s: it stands still, or cannot be reached. The ` +
      'request is kept and takes effect when blocks are made again. See `dojang health`, and ask again then.',
  )
