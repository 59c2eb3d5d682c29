/** Purposes: what an organisation may do. The registry stores a grant under keccak256 of the purpose. */
import { keccak256 } from '#crypto'
import { type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'

const issuePurposes = new Map<string, Hex>()

/** @throws {ParseError} PARSE_VALUE for a text that the registry refuses: 1 to 256 characters from `!` to `~` */
export function purposeHash(purpose: string): Hex {
  if (!/^[!-~]{1,256}$/.test(purpose)) throw wrongValue('purpose', '1 to 256 visible ASCII characters expected')
  return hashOf(purpose)
}

/** The purpose under which a card of this type is issued and anchored: `issue:<vct>`. Takes any text. */
export function issuePurpose(vct: string): Hex {
  const found = issuePurposes.get(vct)
  if (found !== undefined) return found
  const purpose = hashOf(`issue:${vct}`)
  // A verifier meets types that it does not know, so the cache is bounded.
  if (issuePurposes.size < 64) issuePurposes.set(vct, purpose)
  return purpose
}

/** The purpose under which an authority anchors the days of its journal. */
export const JOURNAL = 'journal'

/** The purpose under which an organisation attests wallets and keys. */
export const PROVIDE_WALLET = 'provide-wallet'

/** The purpose under which an organisation's CSCA certifies those who sign the chips of identity cards. */
export const SIGN_CHIP = 'sign-chip'

/** The purpose under which an organisation says whether a face is that of a chip's portrait. */
export const MATCH_FACE = 'match-face'

/** The purpose under which a telecom reports lost phones. */
export const REPORT_LOSS = 'report-loss'

const hashOf = (purpose: string): Hex => toHex(keccak256(utf8(purpose)))

export const JOURNAL_PURPOSE: Hex = hashOf(JOURNAL)
