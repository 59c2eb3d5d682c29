import { sha256Base64url } from '#crypto'
import { ascii, equalBytes, fromHex, fromUtf8, textToBase64url, toBase64url } from '../lib/bytes.ts'
import { type Sign, signatureOf } from '../lib/jose/jws.ts'
import { invalidInput } from './errors.ts'
import { PLACEHOLDER, rootFromPath } from './leaf.ts'
import type { PreparedCredential } from './prepared.ts'
import { encodeReceipt, type Receipt } from './receipt.ts'

/**
 * The second half of issuing, after `prepareCredential`: fills in the digest of the receipt, signs, and returns the
 * credential as the wallet gets it, `<jwt>~<disclosure>~…~<anchor>~`. The caller has seen the root on the ledger. This
 * function checks that the receipt belongs to this credential, since every verifier would refuse a card with another
 * card's receipt.
 * @throws {CredentialError} CREDENTIAL_INPUT_INVALID
 */
export function completeCredential(prepared: PreparedCredential, receipt: Receipt, sign: Sign): string {
  if (
    !equalBytes(receipt.entryHash, prepared.entryHash) ||
    !equalBytes(rootFromPath(prepared.leaf, receipt.index, receipt.path), fromHex(receipt.root))
  ) {
    throw invalidInput("the receipt is another credential's")
  }
  const end = prepared.placeholderOffset + PLACEHOLDER.length
  if (fromUtf8(prepared.payload.subarray(prepared.placeholderOffset, end)) !== PLACEHOLDER) {
    throw invalidInput('there is no placeholder for the digest of the anchor')
  }
  const anchor = encodeAnchor(prepared.anchorSalt, receipt)
  const payload = prepared.payload.slice()
  payload.set(ascii(sha256Base64url(anchor)), prepared.placeholderOffset)
  const signingInput = `${prepared.header.text}.${toBase64url(payload)}`
  return `${signingInput}.${signatureOf(signingInput, sign)}~${prepared.disclosures}${anchor}~`
}

/** The disclosure `["<salt>","anchor","<base64url receipt>"]`. */
const encodeAnchor = (salt: string, receipt: Receipt): string =>
  textToBase64url(`["${salt}","anchor","${toBase64url(encodeReceipt(receipt))}"]`)
