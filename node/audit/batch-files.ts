/** The two files of a batch, checked against what the ledger has of it (docs/auditor.md, Manifests). */
import { decodeEntries, decodeEntry, type Entry } from '../credential/entry.ts'
import { CredentialError } from '../credential/errors.ts'
import { HASH_LENGTH, nodeHash } from '../credential/leaf.ts'
import { manifestHash } from '../credential/manifest.ts'
import { toHex } from '../lib/bytes.ts'
import { DAY } from '../lib/time.ts'
import { issuePurpose } from '../proof/registries/purpose.ts'
import type { Finding, Report } from './finding.ts'
import type { AnchoredBatch } from './rules/anchors.ts'

export interface BatchFiles {
  readonly leaves: Uint8Array
  /** As it is stored: a JWE. */
  readonly entries: Uint8Array
}

/** Longer than three years is against the rule. A day more, because a card may begin at the full hour before. */
const LONGEST = (3 * 365 + 2) * DAY

/**
 * Checks the files of a batch, without the auditors' key.
 * @returns whether they are the files that the batch committed to
 */
export function checkFiles(batch: AnchoredBatch, files: BatchFiles, report: Report): boolean {
  const facts = factsOf(batch)
  const manifest = toHex(manifestHash(files.leaves, files.entries))
  if (manifest !== batch.manifest) report('manifest.changed', { ...facts, expected: batch.manifest, found: manifest })
  const count = files.leaves.length / HASH_LENGTH
  if (count !== batch.count) report('manifest.count', { ...facts, expected: batch.count, found: count })
  const root = rootOf(files.leaves)
  if (root !== batch.root) report('manifest.root', { ...facts, found: root ?? 'none' })
  return manifest === batch.manifest
}

/**
 * The entries of a batch that was decrypted with the auditors' key. Those that cannot be read are reported and left out.
 * @param plaintext of the *entries* file
 */
export function readEntries(batch: AnchoredBatch, plaintext: Uint8Array, report: Report): Entry[] {
  const facts = factsOf(batch)
  const refused = (reason: string, extra: Finding['facts'] = {}) =>
    report('entry.malformed', { ...facts, ...extra, reason })
  let texts: readonly (Uint8Array | null)[]
  try {
    texts = decodeEntries(plaintext)
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error
    refused('the file is not a list of entries')
    return []
  }
  if (texts.length !== batch.count) refused(`it has ${texts.length} entries for ${batch.count} leaves`)
  return texts.flatMap((text, leaf) => {
    if (text === null) return []
    try {
      const entry = decodeEntry(text)
      if (issuePurpose(entry.vct) !== batch.purpose) report('entry.purpose', { ...facts, leaf })
      if (entry.validUntil - entry.validFrom > LONGEST) report('entry.validity', { ...facts, leaf })
      return [entry]
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error
      refused('an entry is malformed', { leaf })
      return []
    }
  })
}

const factsOf = ({ org, root }: AnchoredBatch): Finding['facts'] => ({ org, root })

/** Null for a file that is no tree. */
function rootOf(leaves: Uint8Array): string | null {
  if (leaves.length === 0 || leaves.length % HASH_LENGTH !== 0) return null
  let row = Array.from({ length: leaves.length / HASH_LENGTH }, (_, i) =>
    leaves.subarray(i * HASH_LENGTH, (i + 1) * HASH_LENGTH),
  )
  while (row.length > 1) {
    if (row.length % 2 === 1) return null
    row = Array.from({ length: row.length / 2 }, (_, i) =>
      nodeHash(row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array),
    )
  }
  return toHex(row[0] as Uint8Array)
}
