/**
 * Bytewords in their minimal form (BCR-2020-012): two letters for each byte, which are the first and the last letter of
 * the byte's word, and the CRC-32 at the end. A QR code in alphanumeric mode needs 11 bits for such a pair.
 */
import { concat, equalBytes, u32be } from '../../../lib/bytes.ts'
import { wrongLength, wrongValue } from '../../../lib/parse-error.ts'
import { crc32 } from './crc32.ts'

const CHECKSUM_LENGTH = 4

/** Upper case, because QR codes have a compact mode for upper-case letters. */
export function toBytewords(bytes: Uint8Array): string {
  let text = ''
  for (const byte of concat(bytes, u32be(crc32(bytes)))) text += PAIRS[byte]
  return text
}

/** Upper or lower case. @throws {ParseError} PARSE_LENGTH, PARSE_VALUE */
export function fromBytewords(text: string): Uint8Array {
  if (text.length % 2 !== 0 || text.length < 2 * (CHECKSUM_LENGTH + 1)) {
    throw wrongLength('bytewords', 'an even number of at least 10 letters', text.length)
  }
  const letters = text.toUpperCase()
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) {
    const byte = BYTES.get(letters.slice(2 * at, 2 * at + 2))
    if (byte === undefined) throw wrongValue('bytewords', 'two letters that belong to no word')
    bytes[at] = byte
  }
  const body = bytes.subarray(0, -CHECKSUM_LENGTH)
  if (!equalBytes(u32be(crc32(body)), bytes.subarray(-CHECKSUM_LENGTH))) {
    throw wrongValue('bytewords', 'the checksum is another')
  }
  return body
}

/** First and last letter of each word of the list, in the order of the bytes. */
const LETTERS =
  'AEADAOAXAAAHAMATAYASBKBDBNBTBABSBEBYBGBWBBBZCMCHCSCFCYCWCECACKCTCXCLCPCNDKDADSDIDEDTDRDNDWDPDMDL' +
  'DYEHEYEOEEECENEMETESFTFRFNFSFMFHFZFPFWFXFYFEFGFLFDGAGEGRGSGTGLGWGDGYGMGUGHGOHFHGHDHKHTHPHHHLHYHE' +
  'HNHSIDIAIEIHIYIOISINIMJEJZJNJTJLJOJSJPJKJYKPKOKTKSKKKNKGKEKIKBLBLALYLFLSLRLPLNLTLOLDLELULKLGMNMY' +
  'MHMEMOMUMWMDMTMSMKNLNYNDNSNTNNNENBOYOEOTOXONOLOSPDPTPKPYPSPMPLPEPFPAPRQDQZRERPRLRORHRDRKRFRYRNRS' +
  'RTSESASRSSSKSWSTSPSOSGSBSFSNTOTKTITTTDTETYTLTBTSTPTATNUYUOUTUEURVTVYVOVLVEVWVAVDVSWLWDWMWPWEWYWS' +
  'WTWNWZWFWKYKYNYLYAYTZSZOZTZCZEZM'

const PAIRS: readonly string[] = LETTERS.match(/../g) ?? []
const BYTES: ReadonlyMap<string, number> = new Map(PAIRS.map((pair, byte) => [pair, byte]))
