/** Signed metadata of an issuer (OpenID4VCI 1.0 §12.2.3), which this wallet demands with HAIP (HAIP 1.0 §4.1). */
import { sha256 } from '#crypto'
import { certificateKey } from '../../../../credential/certificate.ts'
import { requireNoSelfSigned } from '../../../../credential/certificate-chain.ts'
import { fromBase64 } from '../../../../lib/base64.ts'
import { type Hex, toHex } from '../../../../lib/bytes.ts'
import { isSignedBy, type JwsKind, parseJws } from '../../../../lib/jose/jws.ts'
import type { JsonObject } from '../../../../lib/json.ts'
import { ParseError, wrongValue } from '../../../../lib/parse-error.ts'
import { MINUTE, type UnixSeconds } from '../../../../lib/time.ts'
import { answerInvalid, hostOf, send } from '../http.ts'
import { invalid } from './offer-link.ts'

const KIND: JwsKind = { typ: 'openidvci-issuer-metadata+jwt', maxLength: 1 << 20, maxDepth: 24, numbers: 'any' }
/** How far the clocks of wallet and issuer may differ, in seconds. */
const LEEWAY = 5 * MINUTE

export interface SignerCheck {
  readonly now: UnixSeconds
  /**
   * Whether the key signs cards of the organisation that has this URL.
   * @throws {WalletError} WALLET_UNREACHABLE if that cannot be known now
   */
  readonly signsFor: (issuer: string, keyId: Hex) => Promise<boolean>
}

/**
 * The metadata, if the issuer itself signed them. The names in the certificate prove nothing: the ledger says whose its key is.
 * @throws {WalletError} WALLET_OFFER_INVALID metadata_unsigned, metadata_forged, other_issuer; WALLET_UNREACHABLE,
 * WALLET_ANSWER_INVALID
 */
export async function getSignedMetadata(
  fetcher: typeof fetch,
  url: string,
  issuer: string,
  { now, signsFor }: SignerCheck,
): Promise<JsonObject> {
  const reply = await send(fetcher, url, { headers: { accept: 'application/jwt' } })
  if (reply.status !== 200) throw answerInvalid(hostOf(url), `status ${reply.status}`)
  const type = reply.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/jwt') throw invalid('metadata_unsigned')
  const { payload, keyId } = opened(reply.text.trim())
  const { sub, iss = issuer, iat, exp } = payload
  if (sub !== issuer || iss !== issuer) throw invalid('other_issuer')
  const isCurrent =
    typeof iat === 'number' &&
    iat <= now + LEEWAY &&
    (exp === undefined || (typeof exp === 'number' && now < exp + LEEWAY))
  if (!isCurrent) throw invalid('metadata_forged')
  if (!(await signsFor(issuer, keyId))) throw invalid('other_issuer')
  return payload
}

function opened(text: string): { readonly payload: JsonObject; readonly keyId: Hex } {
  try {
    const jws = parseJws(text, KIND)
    const { x5c } = jws.header
    requireNoSelfSigned(Array.isArray(x5c) ? x5c : [])
    const key = certificateKey(fromBase64((x5c as readonly string[])[0] as string))
    if (!isSignedBy(jws, key)) throw wrongValue('signature', 'the signature is wrong')
    return { payload: jws.payload, keyId: toHex(sha256(key.spki)) }
  } catch (error) {
    throw error instanceof ParseError ? invalid('metadata_forged', error) : error
  }
}
