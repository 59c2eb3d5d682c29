import { recoverAddress } from '#crypto'
import { type Hex, toHex } from '../lib/bytes.ts'
import { ParseError } from '../lib/parse-error.ts'
import { malformed, ProofError } from './errors.ts'
import { decodeExtraData } from './extra.ts'
import { type Header, sealedHash } from './header.ts'

/** Seals needed from a set of `validators`: ceil(2N/3) (not 2F + 1, which differs from N = 5 on). */
export const quorum = (validators: number): number => Math.ceil((2 * validators) / 3)

/** The set of validators that the header names. Anyone can write a header, so compare the set with a trusted one. */
export const validatorsOf = (header: Header): Hex[] => decodeExtraData(header.extraData).validators.map(toHex)

/**
 * The addresses that sealed this header, in the order of the seals, each once. Does not check that they are validators.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_SEAL_INVALID
 */
export function recoverSigners(header: Header): Hex[] {
  const hash = sealedHash(header)
  const { seals, validators } = decodeExtraData(header.extraData)
  // If there are more seals than validators, one is duplicate or foreign. Recovering all signers would cost too much.
  if (seals.length > validators.length) throw malformed('extraData.seals', 'more seals than validators')
  const signers: Hex[] = []
  for (const [i, seal] of seals.entries()) {
    const signer = recoverSeal(hash, seal, header.number, i)
    if (signers.includes(signer)) throw sealInvalid(header.number, i, 'this validator sealed already')
    signers.push(signer)
  }
  return signers
}

/**
 * Checks that a quorum of `validators`, a trusted set, sealed this header, and that nobody else did. Checks neither the
 * set after this block nor the parent.
 * @returns the signers, lower-case, in the order of the seals
 * @throws {ProofError} PROOF_MALFORMED, PROOF_SEAL_INVALID, PROOF_SEAL_FOREIGN, PROOF_QUORUM_MISSING
 */
export function verifySeals(header: Header, validators: readonly Hex[]): Hex[] {
  const trusted = new Set(validators.map(address => address.toLowerCase()))
  if (trusted.size === 0) throw malformed('validators', 'the set is empty')
  const signers = recoverSigners(header)
  for (const signer of signers) {
    if (trusted.has(signer)) continue
    const detail = { code: 'PROOF_SEAL_FOREIGN', block: header.number, signer } as const
    throw new ProofError(detail, `block ${header.number} has a seal of ${signer}, which is not a validator`)
  }
  const needed = quorum(trusted.size)
  if (signers.length < needed) {
    const detail = { code: 'PROOF_QUORUM_MISSING', block: header.number, needed, got: signers.length } as const
    throw new ProofError(detail, `block ${header.number} has ${signers.length} seals of the ${needed} it needs`)
  }
  return signers
}

function recoverSeal(hash: Uint8Array, seal: Uint8Array, block: number, index: number): Hex {
  try {
    return recoverAddress(hash, seal)
  } catch (error) {
    if (error instanceof ParseError) throw sealInvalid(block, index, 'no key made it', error)
    throw error
  }
}

function sealInvalid(block: number, seal: number, reason: string, cause?: unknown): ProofError {
  const detail = { code: 'PROOF_SEAL_INVALID', block, seal, reason } as const
  return new ProofError(detail, `seal ${seal} of block ${block} is invalid: ${reason}`, { cause })
}
