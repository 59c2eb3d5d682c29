import { keccak256 } from '#crypto'
import { type Hex, toHex, utf8 } from '../lib/bytes.ts'

/** Purposes that take no argument (DESIGN §3). `issue:<vct>` is in credential/purpose.ts. */
export const REPORT_LOSS = 'report-loss'
export const PROVIDE_WALLET = 'provide-wallet'
export const SIGN_CHIP = 'sign-chip'
export const MATCH_FACE = 'match-face'

/** The purpose under which a registered verifier may ask for what its policy names. */
export const requestPurpose = (policyHash: Hex): string => `request:${policyHash}`

/**
 * A purpose as the trust registry keys it: keccak256 of its characters.
 * @throws {RangeError} for a text that the registry would refuse: 1 to 256 characters from `!` to `~`
 */
export function purposeHash(purpose: string): Hex {
  if (!/^[!-~]{1,256}$/.test(purpose)) throw new RangeError('a purpose is 1 to 256 visible ASCII characters')
  return toHex(keccak256(utf8(purpose)))
}
