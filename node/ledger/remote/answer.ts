import type { IncomingMessage } from 'node:http'
import { checkJsonBounds } from '../../lib/json-bounds.ts'
import { Lock } from '../../lib/lock.ts'
import { wrongLength } from '../../lib/parse-error.ts'

/** Longer answers are refused. A node of this program answers with at most 16 MiB. */
const MAX_ANSWER = 32 * 1024 * 1024
/** Only one answer at a time may become longer than this, in the whole process. */
const SMALL_ANSWER = 1024 * 1024
const large = new Lock()

/**
 * Reads the body of an answer as JSON. Answers from others cannot fill the memory: all requests together hold one large
 * body at a time, and its depth and number of values are checked before it is parsed.
 * Why: docs/decisions/093.
 * @returns undefined if it is not JSON
 * @throws {ParseError} PARSE_LENGTH, PARSE_JSON
 */
export async function readAnswer(response: IncomingMessage): Promise<unknown> {
  const body = new Body(response)
  try {
    if (await body.readUpTo(SMALL_ANSWER)) return body.parse()
    return await large.run(async () => {
      if (await body.readUpTo(MAX_ANSWER)) return body.parse()
      throw wrongLength('answer', `at most ${MAX_ANSWER} bytes`, body.length)
    })
  } catch (error) {
    response.destroy()
    throw error
  }
}

class Body {
  length = 0
  readonly #chunks: AsyncIterator<Buffer>
  #parts: Buffer[] = []

  constructor(response: IncomingMessage) {
    this.#chunks = response[Symbol.asyncIterator]()
  }

  /** @returns false when there are more bytes than that */
  async readUpTo(most: number): Promise<boolean> {
    while (this.length <= most) {
      const { done, value } = await this.#chunks.next()
      if (done) return true
      this.length += value.length
      this.#parts.push(value)
    }
    return false
  }

  parse(): unknown {
    const bytes = Buffer.concat(this.#parts)
    this.#parts = []
    checkJsonBounds(bytes)
    try {
      return JSON.parse(bytes.toString())
    } catch {
      return undefined
    }
  }
}
