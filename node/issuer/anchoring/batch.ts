/**
 * One batch: cards of one kind, anchored under one root. Nothing is stored here: `Anchorer` commits the batch.
 */
import { CompactEncrypt, importJWK } from 'jose'
import type { CardDefinition } from '../../credential/card.ts'
import { encodeEntries } from '../../credential/entry.ts'
import { encodeLeaves, manifestHash } from '../../credential/manifest.ts'
import type { PreparedCredential } from '../../credential/prepared.ts'
import { buildTree, type MerkleTree } from '../../credential/tree.ts'
import { type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import type { P256Jwk } from '../../lib/crypto.ts'
import type { Random } from '../../lib/random.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { issuePurpose } from '../../proof/registries/purpose.ts'
import { encodeAnchor } from '../../registries/calls.ts'

/** As stored. A `refused` batch is not on the ledger, and its credentials were removed without being delivered. */
export interface BatchRecord {
  /** Id of the card definition. */
  readonly card: string
  readonly purpose: Hex
  /** Leaves of the tree, padding included. */
  readonly count: number
  readonly credentials: readonly string[]
  readonly applications: readonly string[]
  readonly manifest: Hex
  readonly state: 'pending' | 'anchored' | 'refused'
  readonly transaction?: Hex
  readonly block?: number
  readonly time?: UnixSeconds
}

export interface Batch {
  readonly root: Hex
  readonly tree: MerkleTree
  readonly purpose: Hex
  /** The two parts of the manifest (docs/auditor.md, Manifests), as stored and as hashed. */
  readonly leaves: Uint8Array
  readonly entries: Uint8Array
  readonly manifest: Hex
  /** `anchor(purpose, root, count, manifest)`. */
  readonly call: Hex
}

/** @param auditor the key to which the entries are encrypted: the issuer itself cannot decrypt them */
export async function buildBatch(
  card: CardDefinition,
  prepared: readonly PreparedCredential[],
  auditor: P256Jwk,
  random: Random,
): Promise<Batch> {
  const tree = buildTree(
    prepared.map(({ leaf }) => leaf),
    random,
  )
  const entryOfLeaf: (Uint8Array | null)[] = Array.from({ length: tree.size }, () => null)
  prepared.forEach(({ entry }, i) => {
    entryOfLeaf[tree.leafIndexes[i] as number] = entry
  })
  const leaves = encodeLeaves(tree.leaves)
  const entries = await encryptEntries(encodeEntries(entryOfLeaf), auditor)
  const purpose = issuePurpose(card.vct)
  const root = toHex(tree.root)
  const manifest = toHex(manifestHash(leaves, entries))
  const call = encodeAnchor({ purpose, root, count: tree.size, manifest })
  return { root, tree, purpose, leaves, entries, manifest, call }
}

async function encryptEntries(plain: Uint8Array, auditor: P256Jwk): Promise<Uint8Array> {
  const key = await importJWK({ ...auditor }, 'ECDH-ES')
  const jwe = await new CompactEncrypt(plain).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(key)
  return utf8(jwe)
}
