import { keccak256 } from '#crypto'
import { type Hex, toHex, utf8 } from '../lib/bytes.ts'

const known = new Map<string, Hex>()

/** The grant under which a card of this type is issued and anchored: keccak256 of `issue:<vct>`, as the chain hashes it. */
export function issuePurpose(vct: string): Hex {
  const found = known.get(vct)
  if (found !== undefined) return found
  const purpose = toHex(keccak256(utf8(`issue:${vct}`)))
  // A verifier meets types it does not know, so the cache is bounded.
  if (known.size < 64) known.set(vct, purpose)
  return purpose
}
