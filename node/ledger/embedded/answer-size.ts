import { RpcCode, RpcError } from './rpc-error.ts'
import type { Log, TransactionReceipt } from './transaction-receipt.ts'

/** Bytes of JSON in one answer, about. */
const MAX_ANSWER = 16 * 1024 * 1024

/** Bytes of names, quantities and hashes; what has no fixed length comes on top, two hex digits a byte. */
const LOG = 600
const RECEIPT = 1_400
const TRANSACTION = 700

/** Counts an answer while it is made, so that none is built that would be too long to send. */
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
