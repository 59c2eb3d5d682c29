import { RpcCode, RpcError } from './rpc-error.ts'
import type { Log, TransactionReceipt } from './transaction-receipt.ts'

/** Limit of one answer, in bytes of JSON (estimated). */
const MAX_ANSWER = 16 * 1024 * 1024

/** Bytes of names, quantities and hashes. Data of any length is extra, two hex digits for each byte. */
const LOG = 600
const RECEIPT = 1_400
const TRANSACTION = 700

/** Estimates the size of an answer while it is built, so that no answer becomes too long to send. */
export class AnswerSize {
  #bytes = 0

  /** @throws {RpcError} -32005 */
  transaction(raw: Uint8Array): void {
    this.#add(TRANSACTION + 2 * raw.length)
  }

  /** @throws {RpcError} -32005 */
  receipt({ logs }: TransactionReceipt): void {
    this.#add(RECEIPT)
    for (const log of logs) this.log(log)
  }

  /** @throws {RpcError} -32005 */
  log({ data }: Log): void {
    this.#add(LOG + 2 * data.length)
  }

  #add(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes <= MAX_ANSWER) return
    throw new RpcError(RpcCode.limitExceeded, `the answer would have more than ${MAX_ANSWER} bytes: ask for less`)
  }
}
