/**
 * A fork proof: two headers of one height, each sealed by a quorum of the same validators. Anybody who has the profile
 * can check it, and nobody can make one without the validators' keys.
 */
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import { blockHash, decodeHeader, encodeHeader, type Header } from '../../proof/header.ts'
import { verifySeals } from '../../proof/seals.ts'

export interface ForkProof {
  readonly schema: 1
  readonly chainId: number
  readonly genesis: Hex
  readonly height: number
  /** RLP of the two headers with their seals. */
  readonly headers: readonly [Hex, Hex]
}

export function createForkProof(chainId: number, genesis: Hex, ours: Header, theirs: Header): ForkProof {
  const headers = [toHex(encodeHeader(ours)), toHex(encodeHeader(theirs))] as const
  return { schema: 1, chainId, genesis, height: ours.number, headers }
}

/**
 * @param validators the set of that height, which the caller trusts
 * @returns the hashes of the two blocks
 * @throws {ProofError} PROOF_MALFORMED, PROOF_SEAL_INVALID, PROOF_SEAL_FOREIGN, PROOF_QUORUM_MISSING if it is not a fork proof
 */
export function verifyForkProof({ headers, height }: ForkProof, validators: readonly Hex[]): readonly [Hex, Hex] {
  const hashes = headers.map(text => {
    const header = decodeHeader(fromHex(text))
    if (header.number !== height) throw malformed('fork proof', `a header is of block ${header.number}, not ${height}`)
    verifySeals(header, validators)
    return toHex(blockHash(header))
  })
  const [one, other] = hashes as [Hex, Hex]
  if (one === other) throw malformed('fork proof', 'both headers are of the same block')
  return [one, other]
}
