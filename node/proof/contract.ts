/** Contracts and their storage under a header's state root (EIP-1186). */
import { equalBytes, fromHex, type Hex, toHex } from '../lib/bytes.ts'
import { ParseError } from '../lib/parse-error.ts'
import { verifyAccountProof } from './account.ts'
import { malformed, mismatch } from './errors.ts'
import type { DeployedContract } from './profile.ts'

export interface ProofAnswer {
  readonly accountProof: readonly Uint8Array[]
  /** In the order of the slots asked for. */
  readonly storageProofs: readonly (readonly Uint8Array[])[]
}

/**
 * The root of the contract's storage, if the proof shows that the contract stands there with the profile's code.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_HASH_MISMATCH
 */
export function verifyContract(
  stateRoot: Uint8Array,
  { address, codeHash }: Pick<DeployedContract, 'address' | 'codeHash'>,
  accountProof: readonly Uint8Array[],
): Uint8Array {
  const account = verifyAccountProof(stateRoot, address, accountProof)
  if (!equalBytes(account.codeHash, fromHex(codeHash))) {
    throw mismatch(`the code at ${address}`, codeHash, toHex(account.codeHash))
  }
  return account.storageRoot
}

/** More nodes than any path of a trie of hashes has. */
const MAX_NODES = 65

/**
 * An `eth_getProof` answer taken apart, nothing of it believed.
 * @throws {ProofError} PROOF_MALFORMED
 */
export function parseProofAnswer(answer: unknown, slots: number): ProofAnswer {
  const { accountProof, storageProof } = (answer ?? {}) as Record<string, unknown>
  if (!Array.isArray(storageProof) || storageProof.length !== slots) {
    throw malformed('eth_getProof', `${slots} storage proofs are expected`)
  }
  return {
    accountProof: parseNodes(accountProof, 'accountProof'),
    storageProofs: storageProof.map((each: { proof?: unknown } | null) => parseNodes(each?.proof, 'storageProof')),
  }
}

/** @throws {ProofError} PROOF_MALFORMED unless it is a list of hex byte strings */
export function parseNodes(value: unknown, what: string): Uint8Array[] {
  if (!Array.isArray(value) || value.length > MAX_NODES) throw malformed(what, 'a list of nodes is expected')
  return value.map(node => {
    if (typeof node !== 'string') throw malformed(what, 'a node is not hex bytes')
    try {
      return fromHex(node as Hex)
    } catch (error) {
      throw error instanceof ParseError ? malformed(what, 'a node is not hex bytes', error) : error
    }
  })
}
