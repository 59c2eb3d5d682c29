/** What `dojang snapshot load` keeps and `dojang check` reads: a snapshot, and what was trusted when it was proved. */
import { join } from 'node:path'
import { z } from 'zod'
import { fromUtf8, type Hex, toHex, utf8 } from '../../lib/bytes.ts'
import { ProofError } from '../../proof/errors.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import type { TrustedHead } from '../../proof/light-client.ts'
import { checkVersion, type LedgerProfile } from '../../proof/profile.ts'
import { headUnder, openKept } from '../../verifier/replica/kept.ts'
import { Replica } from '../../verifier/replica/replica.ts'
import { snapshotPath } from '../../verifier/replica/snapshot.ts'
import { readSnapshot, writeSnapshot } from '../../verifier/snapshot/file.ts'
import { CliError } from '../errors.ts'
import type { Context } from '../terminal.ts'

export const keptPath = (context: Context) => join(context.data, 'verifier', 'snapshot.bin')
/** And the head it proved: nobody leads this verifier back behind it, and its validators are trusted from then on. */
const trustedPath = (context: Context) => join(context.data, 'verifier', 'trusted.json')

const hex = (bytes: number) => z.templateLiteral(['0x', z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))])
const Trusted = z.object({
  chainId: z.int().min(0),
  genesis: hex(32),
  profileVersion: z.int().min(0),
  height: z.int().min(0),
  hash: hex(32),
  time: z.int().min(0),
  validators: z.array(hex(20)),
})
type Trusted = z.infer<typeof Trusted>

export function keep(context: Context, profile: LedgerProfile, replica: Replica, bytes: Uint8Array): void {
  const { chainId, genesis, version } = profile
  const trusted: Trusted = { ...{ chainId, genesis, profileVersion: version }, ...mutable(replica.head) }
  // The snapshot first: a head without it would only be a promise.
  writeSnapshot(keptPath(context), bytes)
  writeSnapshot(trustedPath(context), utf8(JSON.stringify(trusted)))
}

/**
 * The head that nothing newer may lie behind. Of two profiles, the higher version says who is trusted: an earlier head
 * still counts only if the new profile leads to it; otherwise trust begins again at its checkpoint.
 * @throws {ProofError} PROOF_PROFILE_INVALID for a version lower than the last, PROOF_WRONG_CHAIN; {CliError} CLI_INPUT
 */
export function seenBefore(context: Context, profile: LedgerProfile): TrustedHead | undefined {
  const trusted = readTrusted(context, profile)
  if (!trusted || trusted.profileVersion === profile.version) return trusted
  const bytes = readSnapshot(keptPath(context))
  try {
    return bytes && headUnder(bytes, profile)
  } catch (error) {
    if (error instanceof ProofError) return undefined
    throw error
  }
}

/**
 * What `load` last proved; null if nothing was loaded.
 * @throws {ProofError} if this profile has it proved no more, and as `seenBefore` does; {CliError} CLI_INPUT
 */
export function openLoaded(context: Context, profile: LedgerProfile): Replica | null {
  const trusted = readTrusted(context, profile)
  const bytes = readSnapshot(keptPath(context))
  if (!bytes) return null
  const head = toHex(blockHash(snapshotPath(bytes, profile).at(-1) as Header))
  // The power failed between the two files, or before the second: then it is a snapshot like any other.
  if (trusted?.hash !== head) return Replica.open(bytes, profile, context.clock(), seenBefore(context, profile))
  return openKept(bytes, profile, trusted.profileVersion === profile.version ? trusted : headUnder(bytes, profile))
}

function readTrusted(context: Context, profile: LedgerProfile): Trusted | undefined {
  const path = trustedPath(context)
  const bytes = readSnapshot(path)
  if (!bytes) return undefined
  const trusted = parseTrusted(path, bytes)
  if (trusted.chainId !== profile.chainId || trusted.genesis !== profile.genesis) {
    const named = ({ chainId, genesis }: { chainId: number; genesis: Hex }) => `${chainId}, genesis ${genesis}`
    const detail = { code: 'PROOF_WRONG_CHAIN', expected: named(trusted), actual: named(profile) } as const
    const message = `${path} is of another ledger than the profile. Name another directory with --data for this one.`
    throw new ProofError(detail, message)
  }
  checkVersion(profile, trusted.profileVersion)
  return trusted
}

function parseTrusted(path: string, bytes: Uint8Array): Trusted {
  try {
    return Trusted.parse(JSON.parse(fromUtf8(bytes)))
  } catch (cause) {
    throw new CliError(
      { code: 'CLI_INPUT', path, reason: 'not a head' },
      `${path} was changed, or is of another version of dojang. Remove the directory it is in, and load a snapshot again.`,
      { cause },
    )
  }
}

const mutable = ({ validators, ...head }: TrustedHead) => ({ ...head, validators: [...validators] })
