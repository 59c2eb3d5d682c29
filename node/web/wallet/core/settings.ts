import { isJsonObject, type JsonValue, parseJson } from '../../../lib/json.ts'
import { wrongValue } from '../../../lib/parse-error.ts'

/** What the wallet's own origin tells its page. The thumbprint is the wallet's root of trust. */
export interface WalletSettings {
  /** The authority's public URL, without a slash at the end. */
  readonly authority: string
  /** Where this wallet is attested for the authority's cards; null if nobody attests it. */
  readonly attestations: string | null
  /** The thumbprint (RFC 7638) of the key that signs the ledger profile. */
  readonly profileKey: string
  /** The telephone number of the help line, as people write it. */
  readonly helpLine: string
  /** The name of this wallet: its `client_id` at issuers, and the name beside its passkey. */
  readonly name: string
  /** Whether everybody here is invented. The wallet then offers what makes a trial on one computer possible. */
  readonly isDemo: boolean
  /** The rules of HAIP 1.0 (docs/haip.md). */
  readonly haip: boolean
}

const THUMBPRINT = /^[\w-]{43}$/

/** @throws {ParseError} PARSE_JSON, PARSE_VALUE */
export function parseWalletSettings(text: string): WalletSettings {
  const value: JsonValue = parseJson(text, { maxLength: 4096 })
  if (!isJsonObject(value)) throw wrongValue('settings', 'not an object')
  const { authority, attestations = null, profileKey, helpLine, name, isDemo, haip = false } = value
  const isText = (each: JsonValue | undefined): each is string => typeof each === 'string' && each !== ''
  if (!isText(authority) || !URL.canParse(authority) || authority.endsWith('/')) {
    throw wrongValue('authority', 'a URL without a slash at the end expected')
  }
  if (attestations !== null && !(isText(attestations) && URL.canParse(attestations))) {
    throw wrongValue('attestations', 'a URL expected')
  }
  if (!isText(profileKey) || !THUMBPRINT.test(profileKey)) throw wrongValue('profileKey', 'a thumbprint expected')
  if (!isText(helpLine) || !isText(name)) throw wrongValue('settings', 'helpLine and name are texts')
  if (typeof haip !== 'boolean') throw wrongValue('haip', 'true or false expected')
  return { authority, attestations, profileKey, helpLine, name, isDemo: isDemo === true, haip }
}
