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
 * Checks that the receipt shown belongs to this credential. Restores the payload as it was before completion,
 * recomputes the leaf and the root, and compares the root with the one in the receipt. The caller looks up what the
 * ledger has for that root, and `judgeByTime` decides what follows.
 * @returns null when no anchor is disclosed
 * @throws {CredentialError} CREDENTIAL_ANCHOR_MISMATCH
 */
export function verifyReceipt(credential: Credential): Receipt | null {
  const { anchor, sdJwt } = credential
  if (anchor === null) return null
  if (credential.anchorPending)
    throw anchorMismatch('the credential says that it is not anchored yet, and shows an anchor')
  const receipt = decodeReceipt(decodeAnchor(anchor.value))
  if (receipt.purpose !== issuePurpose(credential.vct)) throw anchorMismatch('anchored for another kind of card')
  const { headerBytes, payload, payloadText } = sdJwt.jws
  const restored = restorePlaceholder(payloadText, payload, anchor.digest)
  const leaf = leafHash(sha256(headerBytes), sha256(utf8(restored)), receipt.entryHash)
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
 * The payload as it was anchored, with the placeholder in place of the anchor's digest. The digest must occur exactly
 * once in the text, and that occurrence must be the member of the top-level `_sd`. A digest that is written with
 * escapes, or that occurs elsewhere, is refused.
 */
function restorePlaceholder(text: string, payload: JsonObject, digest: string): string {
  const at = text.indexOf(digest)
  if (at < 0 || text.indexOf(digest, at + 1) >= 0) throw anchorMismatch('its digest does not occur exactly once')
  const restored = `${text.slice(0, at)}${PLACEHOLDER}${text.slice(at + digest.length)}`
  const before = topLevelDigests(payload)
  const after = topLevelDigests(parseJsonObject(restored, JSON_LIMITS))
  const position = before.indexOf(digest)
  if (
    position < 0 ||
    after[position] !== PLACEHOLDER ||
    after.indexOf(PLACEHOLDER) !== after.lastIndexOf(PLACEHOLDER)
  ) {
    throw anchorMismatch('its digest is not in the top-level _sd')
  }
  return restored
}

const topLevelDigests = (payload: JsonObject): readonly JsonValue[] => {
  const digests = payload._sd
  return Array.isArray(digests) ? digests : []
}
