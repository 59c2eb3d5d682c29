/** Contracts and their storage under a header's state root (EIP-1186). */
import { equalBytes, fromHex, type Hex, toHex } from '../lib/bytes.ts'
import { ParseError } from '../lib/parse-error.ts'
import { verifyAccountProof } from './account.ts'
import { malformed, mismatch } from './errors.ts'
import type { DeployedContract } from './profile.ts'

export interface ProofAnswer {
  readonly accountProof: readonly Uint8Array[]
  /** In the order of the requested slots. */
  readonly storageProofs: readonly (readonly Uint8Array[])[]
}

/**
 * The storage root of the contract, if the proof shows that the contract exists and has the code of the profile.
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

/** The most nodes on a path of a trie whose keys are 32-byte hashes. */
const MAX_NODES = 65

/**
 * Parses an `eth_getProof` answer. Nothing in it is proved yet. Storage proofs are matched by their keys: Besu sorts them
 * by key, answers a slot that was asked twice only once, and may omit leading zeros of a key.
 * @throws {ProofError} PROOF_MALFORMED also if the proof of a slot is missing
 */
export function parseProofAnswer(answer: unknown, slots: readonly Uint8Array[]): ProofAnswer {
  const { accountProof, storageProof } = (answer ?? {}) as Record<string, unknown>
  if (!Array.isArray(storageProof) || storageProof.length > slots.length) {
    throw malformed('eth_getProof', `at most ${slots.length} storage proofs are expected`)
  }
  const proofs = new Map<bigint, readonly Uint8Array[]>()
  for (const each of storageProof as ({ key?: unknown; proof?: unknown } | null)[]) {
    proofs.set(parseKey(each?.key), parseNodes(each?.proof, 'storageProof'))
  }
  return {
    accountProof: parseNodes(accountProof, 'accountProof'),
    storageProofs: slots.map(slot => {
      const proof = proofs.get(BigInt(toHex(slot)))
      if (!proof) throw malformed('eth_getProof', `no storage proof for slot ${toHex(slot)}`)
      return proof
    }),
  }
}

function parseKey(key: unknown): bigint {
  if (typeof key !== 'string' || !/^0x[0-9a-fA-F]{1,64}$/.test(key))
    throw malformed('storageProof', 'a key is not a slot')
  return BigInt(key)
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
