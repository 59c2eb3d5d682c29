import { toLatin1 } from './charset.ts'

export interface Line {
  /** From 1, as an editor counts. */
  readonly number: number
  /** Without the line end, one character per byte; undefined if the line was longer than allowed. */
  readonly bytes: string | undefined
}

/** Reads the first `size` bytes of a stream, or all of a shorter one. The stream is read only once. */
export async function splitHead(
  source: AsyncIterable<Uint8Array>,
  size: number,
): Promise<{ readonly head: Uint8Array; readonly rest: AsyncIterator<Uint8Array> }> {
  const rest = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  for (let length = 0; length < size; ) {
    const next = await rest.next()
    if (next.done) break
    chunks.push(next.value)
    length += next.value.length
  }
  return { head: Buffer.concat(chunks), rest }
}

/** Splits a stream into lines at LF or CRLF. It buffers at most one chunk and `maxBytes`. */
export async function* readLines(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  maxBytes: number,
): AsyncIterable<Line> {
  let number = 1
  let begun = ''
  let tooLong = false
  for (let chunk: Uint8Array | undefined = head; chunk; chunk = await nextOf(rest)) {
    const parts = toLatin1(chunk).split('\n')
    const last = parts.pop() as string
    for (const part of parts) {
      yield makeLine(number++, begun + part, tooLong, maxBytes)
      begun = ''
      tooLong = false
    }
    begun += last
    if (begun.length > maxBytes) {
      tooLong = true
      begun = ''
    }
  }
  if (begun !== '' || tooLong) yield makeLine(number, begun, tooLong, maxBytes)
}

function makeLine(number: number, text: string, tooLong: boolean, maxBytes: number): Line {
  if (tooLong || text.length > maxBytes) return { number, bytes: undefined }
  return { number, bytes: text.endsWith('\r') ? text.slice(0, -1) : text }
}

async function nextOf(source: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  const { done, value } = await source.next()
  return done ? undefined : value
}
