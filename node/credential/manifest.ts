/** A batch's manifest is two files; their hash is in the ledger's event. */
import { sha256 } from '#crypto'
import { malformed } from './errors.ts'
import { HASH_LENGTH } from './leaf.ts'

/** The public file: every leaf of the tree, padding included, in the order of their indexes, 32 bytes each. */
export function encodeLeaves(leaves: readonly Uint8Array[]): Uint8Array {
  const file = new Uint8Array(leaves.length * HASH_LENGTH)
  leaves.forEach((leaf, i) => {
    if (leaf.length !== HASH_LENGTH) throw new TypeError('a leaf has 32 bytes')
    file.set(leaf, i * HASH_LENGTH)
  })
  return file
}

/** @throws {CredentialError} CREDENTIAL_MALFORMED */
export function decodeLeaves(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length % HASH_LENGTH !== 0) throw malformed('a file of leaves has 32 bytes for each')
  return Array.from({ length: bytes.length / HASH_LENGTH }, (_, i) =>
    bytes.slice(i * HASH_LENGTH, (i + 1) * HASH_LENGTH),
  )
}

/** SHA-256(SHA-256(leaves) ‖ SHA-256(entries)); `entries` is the file as stored, encrypted. */
export function manifestHash(leavesFile: Uint8Array, entriesFile: Uint8Array): Uint8Array {
  return sha256(sha256(leavesFile), sha256(entriesFile))
}
