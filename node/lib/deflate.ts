/** DEFLATE (RFC 1951) without a header, by the streams that Node and browsers have in common. */

import { ParseError, wrongValue } from './parse-error.ts'
import { readBounded } from './stream.ts'

export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  return readBounded(through(bytes, new CompressionStream('deflate-raw')), Number.MAX_SAFE_INTEGER)
}

/**
 * @param maxLength bytes of the result; no more are made
 * @throws {ParseError} PARSE_LENGTH if there are more, PARSE_VALUE if the bytes are not a whole stream
 */
export async function inflate(bytes: Uint8Array, maxLength: number): Promise<Uint8Array> {
  try {
    return await readBounded(through(bytes, new DecompressionStream('deflate-raw')), maxLength)
  } catch (error) {
    // Platforms throw different errors here, and all of them mean the input.
    throw error instanceof ParseError ? error : wrongValue('deflated bytes', 'they do not inflate', error)
  }
}

const through = (bytes: Uint8Array, by: CompressionStream | DecompressionStream): ReadableStream<Uint8Array> =>
  new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(by)
