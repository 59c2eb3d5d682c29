import { sha256 } from '#crypto'
import { equalBytes, fromBase64url, fromHex, utf8 } from '../lib/bytes.ts'
import { type JsonObject, type JsonValue, parseJsonObject } from '../lib/json.ts'
import { ParseError } from '../lib/parse-error.ts'
import { issuePurpose } from '../proof/registries/purpose.ts'
import type { Credential } from './credential.ts'
import { anchorMismatch } from './errors.ts'
import { JSON_LIMITS } from './header.ts'
import { leafHash, PLACEHOLDER, rootFromPath } from './leaf.ts'
import { decodeReceipt, type Receipt } from './receipt.ts'

/**
 * Checks that the receipt shown belongs to this very credential: undoes what completion did, recomputes leaf and root,
 * and compares. The caller looks up what the ledger says of that root; `judgeByTime` decides what follows from it.
 * @returns null when no anchor is disclosed
 * @throws {CredentialError} CREDENTIAL_ANCHOR_MISMATCH
 */
export function verifyReceipt(credential: Credential): Receipt | null {
  const { anchor, sdJwt } = credential
  if (anchor === null) return null
  if (credential.anchorPending) throw anchorMismatch('a card that waits for its anchor shows one')
  const receipt = decodeReceipt(decodeAnchor(anchor.value))
  if (receipt.purpose !== issuePurpose(credential.vct)) throw anchorMismatch('anchored for another kind of card')
  const { headerBytes, payload, payloadText } = sdJwt.jws
  const blanked = restorePlaceholder(payloadText, payload, anchor.digest)
  const leaf = leafHash(sha256(headerBytes), sha256(utf8(blanked)), receipt.entryHash)
  if (!equalBytes(rootFromPath(leaf, receipt.index, receipt.path), fromHex(receipt.root))) {
    throw anchorMismatch('its path does not lead from this credential to the root')
  }
  return receipt
}

function decodeAnchor(value: JsonValue): Uint8Array {
  if (typeof value !== 'string') throw anchorMismatch('an anchor is a string')
  try {
    return fromBase64url(value)
  } catch (error) {
    throw error instanceof ParseError ? anchorMismatch('not canonical base64url') : error
  }
}

/**
 * The payload as it was anchored. The digest must occur in the text exactly once, and blanking it must restorePlaceholder the very
 * member of the top-level `_sd` that held it: a digest written with escapes, or found elsewhere, does not pass.
 */
function restorePlaceholder(text: string, payload: JsonObject, digest: string): string {
  const at = text.indexOf(digest)
  if (at < 0 || text.indexOf(digest, at + 1) >= 0) throw anchorMismatch('its digest does not stand exactly once')
  const blanked = `${text.slice(0, at)}${PLACEHOLDER}${text.slice(at + digest.length)}`
  const before = topLevelDigests(payload)
  const after = topLevelDigests(parseJsonObject(blanked, JSON_LIMITS))
  const place = before.indexOf(digest)
  if (place < 0 || after[place] !== PLACEHOLDER || after.indexOf(PLACEHOLDER) !== after.lastIndexOf(PLACEHOLDER)) {
    throw anchorMismatch('its digest does not stand in the top-level _sd')
  }
  return blanked
}

const topLevelDigests = (payload: JsonObject): readonly JsonValue[] => {
  const digests = payload._sd
  return Array.isArray(digests) ? digests : []
}
