/** The files that `dojang snapshot load` writes and `dojang check` reads: a snapshot, and the head that it proved. */
import { join } from 'node:path'
import { z } from 'zod'
import { fromUtf8, type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import { ProofError } from '../../proof/errors.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import type { TrustedHead } from '../../proof/light-client.ts'
import { checkVersion, type LedgerProfile } from '../../proof/profile.ts'
import { headTrustedBy, openProvedSnapshot } from '../../verifier/replica/proved-snapshot.ts'
import { Replica } from '../../verifier/replica/replica.ts'
import { snapshotPath } from '../../verifier/replica/snapshot.ts'
import { readSnapshot, writeSnapshot } from '../../verifier/snapshot/file.ts'
import { CliError } from '../errors.ts'
import type { Context } from '../terminal.ts'

export const storedSnapshotPath = (context: Context) => join(context.data, 'verifier', 'snapshot.bin')
/** The newest head that this verifier has proved. Older heads are refused, and its validators are trusted from then on. */
const storedHeadPath = (context: Context) => join(context.data, 'verifier', 'trusted.json')

const hex = (bytes: number) => z.templateLiteral(['0x', z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))])
const StoredHead = z.object({
  chainId: z.int().min(0),
  genesis: hex(32),
  profileVersion: z.int().min(0),
  height: z.int().min(0),
  hash: hex(32),
  time: z.int().min(0),
  validators: z.array(hex(20)),
})
type StoredHead = z.infer<typeof StoredHead>

export function storeSnapshot(context: Context, profile: LedgerProfile, replica: Replica, bytes: Uint8Array): void {
  const { chainId, genesis, version } = profile
  const stored: StoredHead = { ...{ chainId, genesis, profileVersion: version }, ...mutable(replica.head) }
  // The snapshot first: a stored head without its snapshot cannot be used.
  writeSnapshot(storedSnapshotPath(context), bytes)
  writeSnapshot(storedHeadPath(context), utf8(JSON.stringify(stored)))
}

/**
 * The newest head that was proved before; anything older is refused. Of two profiles, the higher version decides who is
 * trusted: the stored head still counts only if the new profile leads to it. Otherwise trust starts again at the
 * checkpoint of the new profile.
 * @throws {ProofError} PROOF_PROFILE_INVALID for a version lower than the last, PROOF_WRONG_CHAIN; {CliError} CLI_INPUT
 */
export function lastTrustedHead(context: Context, profile: LedgerProfile): TrustedHead | undefined {
  const trusted = readStoredHead(context, profile)
  if (!trusted || trusted.profileVersion === profile.version) return trusted
  const bytes = readSnapshot(storedSnapshotPath(context))
  try {
    return bytes && headTrustedBy(bytes, profile)
  } catch (error) {
    if (error instanceof ProofError) return undefined
    throw error
  }
}

/**
 * The snapshot that `load` last proved; null if none was loaded.
 * @throws {ProofError} if this profile does not prove it any more, and as `lastTrustedHead` does; {CliError} CLI_INPUT
 */
export function openStoredSnapshot(context: Context, profile: LedgerProfile): Replica | null {
  const trusted = readStoredHead(context, profile)
  const bytes = readSnapshot(storedSnapshotPath(context))
  if (!bytes) return null
  const head = toHex(blockHash(snapshotPath(bytes, profile).at(-1) as Header))
  // A power failure between the two writes leaves another head: then the snapshot is proved like any other.
  if (trusted?.hash !== head) return Replica.open(bytes, profile, context.clock(), lastTrustedHead(context, profile))
  return openProvedSnapshot(
    bytes,
    profile,
    trusted.profileVersion === profile.version ? trusted : headTrustedBy(bytes, profile),
  )
}

function readStoredHead(context: Context, profile: LedgerProfile): StoredHead | undefined {
  const path = storedHeadPath(context)
  const bytes = readSnapshot(path)
  if (!bytes) return undefined
  const trusted = parseStoredHead(path, bytes)
  if (trusted.chainId !== profile.chainId || trusted.genesis !== profile.genesis) {
    const named = ({ chainId, genesis }: { chainId: number; genesis: Hex }) => `${chainId}, genesis ${genesis}`
    const detail = { code: 'PROOF_WRONG_CHAIN', expected: named(trusted), actual: named(profile) } as const
    const message = `${path} is of another ledger than the profile. Use another directory for this ledger with --data.`
    throw new ProofError(detail, message)
  }
  checkVersion(profile, trusted.profileVersion)
  return trusted
}

function parseStoredHead(path: string, bytes: Uint8Array): StoredHead {
  try {
    return StoredHead.parse(JSON.parse(fromUtf8(bytes)))
  } catch (cause) {
    throw new CliError(
      { code: 'CLI_INPUT', path, reason: 'not a head' },
      `${path} was changed, or was written by another version of dojang. Remove its directory and load a snapshot again.`,
      { cause },
    )
  }
}

const mutable = ({ validators, ...head }: TrustedHead) => ({ ...head, validators: [...validators] })
