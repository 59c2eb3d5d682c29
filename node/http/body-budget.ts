/**
 * One budget for request bodies that are still arriving. Without it, many clients that each send half of an allowed body
 * would fill the memory. When the budget is spent, the connection whose body began first is closed: an honest client
 * needs milliseconds for its body, so the oldest one is most likely an attacker's.
 */
import type { Request, RequestHandler } from 'express'

/** What a chunk costs besides its bytes. Otherwise a body of one-byte chunks would need far more memory than is counted. */
const CHUNK_COST = 256

export class BodyBudget {
  /** The bytes of each body that is still arriving, in the order in which they began. */
  readonly #arriving = new Map<Request, number>()
  #spent = 0

  /** @param bytes for the bodies of all requests together */
  constructor(private readonly bytes: number) {}

  get spent(): number {
    return this.#spent
  }

  /** Counts the body of the request. Place it directly before the parser that reads the body. */
  readonly count: RequestHandler = (request, _response, next) => {
    this.#arriving.set(request, 0)
    const done = () => this.#remove(request)
    request
      .on('data', (chunk: Buffer) => this.#add(request, chunk.length + CHUNK_COST))
      .once('end', done)
      .once('close', done)
    next()
  }

  #add(request: Request, bytes: number): void {
    const before = this.#arriving.get(request)
    if (before === undefined) return
    this.#arriving.set(request, before + bytes)
    this.#spent += bytes
    for (const oldest of this.#arriving.keys()) {
      if (this.#spent <= this.bytes) return
      this.#remove(oldest)
      oldest.destroy()
    }
  }

  #remove(request: Request): void {
    this.#spent -= this.#arriving.get(request) ?? 0
    this.#arriving.delete(request)
  }
}
