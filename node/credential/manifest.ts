/** The manifest of a batch consists of two files. Their hash is in the ledger's event. */
import { sha256 } from '#crypto'
import { malformed } from './errors.ts'
import { HASH_LENGTH } from './leaf.ts'

/** The public file: every leaf of the tree, including padding, in the order of their indexes, 32 bytes each. */
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
  if (bytes.length % HASH_LENGTH !== 0) throw malformed('the length of a file of leaves is a multiple of 32 bytes')
  return Array.from({ length: bytes.length / HASH_LENGTH }, (_, i) =>
    bytes.slice(i * HASH_LENGTH, (i + 1) * HASH_LENGTH),
  )
}

/** SHA-256(SHA-256(leaves) ‖ SHA-256(entries)). `entries` is the encrypted file, as stored. */
export function manifestHash(leavesFile: Uint8Array, entriesFile: Uint8Array): Uint8Array {
  return sha256(sha256(leavesFile), sha256(entriesFile))
}
