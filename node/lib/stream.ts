import { concatAll } from './bytes.ts'
import { wrongLength } from './parse-error.ts'

/**
 * Reads a whole stream from an untrusted sender. Uses a reader, since not every browser's streams can be iterated.
 * @param maxLength bytes; if there are more, the rest is not read
 * @throws {ParseError} PARSE_LENGTH
 */
export async function readBounded(stream: ReadableStream<Uint8Array> | null, maxLength: number): Promise<Uint8Array> {
  const reader = stream?.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    length += next.value.length
    if (length > maxLength) {
      await reader?.cancel()
      throw wrongLength('stream', `at most ${maxLength} bytes`, length)
    }
    parts.push(next.value)
  }
  return concatAll(parts)
}
