import { wrongJson } from './parse-error.ts'

/** Objects and arrays in one another. No answer of a ledger has more than ten. */
const MAX_DEPTH = 32
/** Values of a text of any length. */
const MIN_VALUES = 200_000
/** Bytes for each further value. Blocks, logs and receipts have 30 or more. */
const BYTES_PER_VALUE = 16

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const OPEN = new Set([0x5b, 0x7b])
const CLOSE = new Set([0x5d, 0x7d])

/**
 * Checks what JSON would take in memory before it is parsed: 40 MB of `[` become 2 GB of arrays. Whether it is JSON is
 * for the parser to find out.
 * @throws {ParseError} PARSE_JSON
 */
export function checkJsonBounds(text: Uint8Array): void {
  const most = MIN_VALUES + text.length / BYTES_PER_VALUE
  let depth = 0
  let values = 1
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number
    if (inString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === COMMA) values += 1
    else if (OPEN.has(byte)) {
      depth += 1
      values += 1
    } else if (CLOSE.has(byte)) depth -= 1
    if (depth > MAX_DEPTH) throw wrongJson('nested too deeply', at)
    if (values > most) throw wrongJson('too many values', at)
  }
}
