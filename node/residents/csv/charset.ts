/**
 * Detects which of the two charsets of a Korean spreadsheet a file has: UTF-8 ("CSV UTF-8", with or without a byte order
 * mark) or CP949 (plain "CSV"). Lines are latin-1 strings, one character per byte, until they are split into fields. This
 * is possible because in both charsets a comma, quote or line feed byte is never part of another character.
 */
import iconv from 'iconv-lite'
import { ResidentsError } from '../errors.ts'

export type Charset = 'utf-8' | 'cp949'

// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes, not text
const ASCII = /^[\x00-\x7f]*$/
/** The first bytes of workbook files: a zip archive (.xlsx) and a compound file (.xls). */
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
]
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The majority of the lines that are not plain ASCII decides. A name and an address in CP949 are practically never valid
 * UTF-8: almost every syllable starts with a byte that cannot start a UTF-8 character.
 * @param head the start of the file
 * @returns the charset, and the length of the byte order mark to skip
 * @throws {ResidentsError} RESIDENTS_CHARSET
 */
export function detectCharset(head: Uint8Array): { readonly charset: Charset; readonly skip: number } {
  const [a, b, c] = head
  if (a === 0xef && b === 0xbb && c === 0xbf) return { charset: 'utf-8', skip: 3 }
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new ResidentsError(
      { code: 'RESIDENTS_CHARSET' },
      'The file is UTF-16. In the spreadsheet, save it again as "CSV UTF-8" (CSV UTF-8(쉼표로 분리)).',
    )
  }
  if (WORKBOOKS.some(begin => begin.every((byte, i) => head[i] === byte))) {
    throw new ResidentsError(
      { code: 'RESIDENTS_CHARSET' },
      'The file is a workbook (.xlsx, .xls), not a CSV file. In the spreadsheet, save it as "CSV UTF-8" ' +
        '(CSV UTF-8(쉼표로 분리)).',
    )
  }
  const lines = toLatin1(head)
    .split('\n')
    .filter(line => !ASCII.test(line))
  // The last line may end in the middle of a character.
  if (lines.length > 1) lines.pop()
  const readable = lines.filter(line => decodeUtf8(line) !== undefined).length
  return { charset: readable * 2 >= lines.length ? 'utf-8' : 'cp949', skip: 0 }
}

/**
 * The text of a field or line, composed (NFC: some systems export decomposed Hangul).
 * @returns undefined if the bytes are not of this charset
 */
export function decode(bytes: string, charset: Charset): string | undefined {
  if (ASCII.test(bytes)) return bytes
  return (charset === 'utf-8' ? decodeUtf8(bytes) : decodeCp949(bytes))?.normalize('NFC')
}

/** Whether a line of a CP949 file is well-formed UTF-8, which a real CP949 line practically never is. */
export function isUtf8InCp949File(bytes: string, charset: Charset): boolean {
  return charset === 'cp949' && !ASCII.test(bytes) && decodeUtf8(bytes) !== undefined
}

export const toLatin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

function decodeUtf8(bytes: string): string | undefined {
  try {
    return strictUtf8.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return undefined
  }
}

function decodeCp949(bytes: string): string | undefined {
  const text = iconv.decode(Buffer.from(bytes, 'latin1'), 'cp949')
  return text.includes('\ufffd') ? undefined : text
}
