/** Checks an evidence file with the profile alone: without a network or a node, and without trust in its author. */
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { verifyStorageProof } from '../../proof/account.ts'
import { verifyContract } from '../../proof/contract.ts'
import { malformed, ProofError } from '../../proof/errors.ts'
import { blockHash, type Header } from '../../proof/header.ts'
import {
  checkChain,
  checkParent,
  checkpointOf,
  checkTrustPeriod,
  followPath,
  verifyVouchedHeader,
} from '../../proof/light-client.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import type { Description } from '../../proof/registries/description.ts'
import type { RegistryName } from '../../proof/registries/log.ts'
import type { Slot } from '../../proof/registries/slots.ts'
import { checkWitnesses } from '../../proof/witness.ts'
import { warnOnConsole } from '../fault.ts'
import type { Verdict } from '../verdict.ts'
import { type SlotReader, SlotView } from '../views/slots.ts'
import { type EvidenceFile, parseEvidence } from './format.ts'
import { judgeCard } from './judge.ts'

export type EvidenceProfile = Pick<
  LedgerProfile,
  'chainId' | 'contracts' | 'validators' | 'checkpoint' | 'genesis' | 'witnesses' | 'log'
>

export interface CheckedEvidence {
  readonly at: UnixSeconds
  /** As of `at`. It does not say who held the card then. */
  readonly verdict: Verdict
}

/**
 * @param warn receives internal faults, which the verdict shows as `unknown/internal_fault`
 * @param now when the profile is used: its validators vouch for their seals for thirty days after its checkpoint
 * @throws {ProofError} if the file proves nothing: PROOF_MALFORMED, PROOF_WRONG_CHAIN, PROOF_SET_UNTRUSTED,
 * PROOF_HASH_MISMATCH, PROOF_TRUST_EXPIRED, PROOF_GAP, PROOF_EQUIVOCATION, PROOF_WITNESS_MISSING, and those of
 * `verifySeals`
 */
export async function checkEvidence(
  text: string,
  profile: EvidenceProfile,
  now: UnixSeconds,
  warn: Warn = warnOnConsole,
): Promise<CheckedEvidence> {
  const file = parseEvidence(text)
  checkChain(profile.chainId, file.chainId)
  const header = verifyHeaders(file, profile, now)
  const reader = new EvidenceReader(file, header, profile)
  // Every proof is checked, so that a file is valid as a whole or not at all.
  reader.verifyAll()
  const { at } = file
  const asOf = { block: header.number, time: header.timestamp }
  // Not `current`: a card whose batch was anchored later is not a forgery.
  const ledger = new SlotView(reader, { how: 'proven', asOf, currentAt: at, current: false, refusal: null })
  return { at, verdict: await judgeCard(file.credential, ledger, profile, at, warn) }
}

/** The block that was the newest at that time, if the profile's validators vouch for it. */
function verifyHeaders(
  { path, next, at, witnesses }: EvidenceFile,
  profile: EvidenceProfile,
  now: UnixSeconds,
): Header {
  const trusted = checkpointOf(profile)
  // After that time, validators that retired long ago could have sealed another history.
  checkTrustPeriod(trusted, now)
  const header = path.at(-1) as Header
  let set = trusted.validators
  if (header.number >= trusted.height) set = followPath(trusted, path, now).validators
  else {
    // For a block before the checkpoint, the present validators must have sealed it themselves: a retired validator may
    // have sold its key.
    if (path.length !== 1 || header.timestamp > trusted.time)
      throw malformed('evidence.path', 'one block before the checkpoint')
    verifyVouchedHeader(set, header)
  }
  if (next) {
    verifyVouchedHeader(set, next)
    checkParent(header, next)
    if (next.number === trusted.height) requireCheckpointBlock(trusted.height, trusted.hash, toHex(blockHash(next)))
  }
  checkWitnesses(next ?? header, witnesses, profile)
  const newest = header.timestamp === at || (header.timestamp < at && next !== null && next.timestamp > at)
  if (!newest) {
    const detail = { code: 'PROOF_GAP', from: header.timestamp, at } as const
    throw new ProofError(detail, 'the file does not prove which block was the newest at its time')
  }
  return header
}

function requireCheckpointBlock(block: number, trusted: Hex, shown: Hex): void {
  if (trusted === shown) return
  const detail = { code: 'PROOF_EQUIVOCATION', block, trusted, shown } as const
  throw new ProofError(detail, `block ${block} differs from the one in the profile`)
}

class EvidenceReader implements SlotReader {
  readonly #roots = new Map<RegistryName, Uint8Array>()

  constructor(
    private readonly file: EvidenceFile,
    private readonly header: Header,
    private readonly profile: EvidenceProfile,
  ) {}

  verifyAll(): void {
    for (const name of Object.keys(this.file.contracts) as RegistryName[]) {
      for (const slot of this.file.contracts[name].storage.keys()) this.#word(name, fromHex(slot))
      this.#root(name)
    }
  }

  async read(registry: RegistryName, slots: readonly Slot[]): Promise<readonly bigint[]> {
    return slots.map(slot => this.#word(registry, slot))
  }

  async descriptions(org: number): Promise<readonly Description[]> {
    return this.file.descriptions.filter(each => each.org === org)
  }

  #word(registry: RegistryName, slot: Slot): bigint {
    const proof = this.file.contracts[registry].storage.get(toHex(slot))
    if (!proof) throw malformed('evidence', `a proof of ${registry} is missing`)
    return verifyStorageProof(this.#root(registry), slot, proof)
  }

  #root(registry: RegistryName): Uint8Array {
    const cached = this.#roots.get(registry)
    if (cached) return cached
    const { accountProof } = this.file.contracts[registry]
    const root = verifyContract(this.header.stateRoot, this.profile.contracts[registry], accountProof)
    this.#roots.set(registry, root)
    return root
  }
}
