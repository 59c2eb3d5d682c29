import { keccak256 } from '#crypto'
import { type Hex, toHex, utf8 } from '../lib/bytes.ts'
import { wrongValue } from '../lib/parse-error.ts'

/**
 * A purpose, which is what an organisation is accredited for, as the trust registry keys it: keccak256 of its
 * characters. For `issue:<vct>` there is `issuePurpose`.
 * @throws {ParseError} PARSE_VALUE for a text that the registry would refuse: 1 to 256 characters from `!` to `~`
 */
export function purposeHash(purpose: string): Hex {
  if (!/^[!-~]{1,256}$/.test(purpose)) throw wrongValue('purpose', '1 to 256 visible ASCII characters expected')
  return toHex(keccak256(utf8(purpose)))
}
