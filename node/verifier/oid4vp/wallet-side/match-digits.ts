import { sha256 } from '#crypto'
import { utf8 } from '../../../lib/bytes.ts'
import { isJsonObject, type JsonValue } from '../../../lib/json.ts'

/** The `format` of an entry in `verifier_info`: the page that shows the QR code shows the two digits. */
export const MATCH_FORMAT = 'dojang-match-digits'

/**
 * The two digits by which a holder sees that the request on the phone is the one on the screen in front of them: the page
 * that shows the QR code shows them once a wallet has fetched the request, and the wallet shows them before it asks for
 * consent.
 *
 *   SHA-256("dojang match" ‖ 0x00 ‖ nonce ‖ 0x00 ‖ wallet_nonce), read as an unsigned big-endian number, modulo 100
 *
 * Whoever forwards a picture of the code has no page that shows them. Whoever forwards the whole page live has.
 */
export function matchDigits(nonce: string, walletNonce: string): string {
  const hash = sha256(utf8(`dojang match\0${nonce}\0${walletNonce}`))
  return String(hash.reduce((rest, octet) => (rest * 256 + octet) % 100, 0)).padStart(2, '0')
}

/** The digits that the holder has to find on the screen in front of them; null if the request says that it shows none. */
export function expectedDigits(request: {
  readonly nonce: string
  readonly walletNonce: JsonValue | undefined
  readonly verifierInfo: JsonValue | undefined
}): string | null {
  const { nonce, walletNonce, verifierInfo } = request
  const shows =
    Array.isArray(verifierInfo) && verifierInfo.some(entry => isJsonObject(entry) && entry.format === MATCH_FORMAT)
  return shows && typeof walletNonce === 'string' ? matchDigits(nonce, walletNonce) : null
}
