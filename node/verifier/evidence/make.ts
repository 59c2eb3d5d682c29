/**
 * Creates an evidence file from any endpoint that has old states. The endpoint is not trusted: the file is checked
 * before it is returned.
 */
import { type Hex, toHex, toQuantity } from '../../lib/bytes.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { verifyStorageProof } from '../../proof/account.ts'
import { parseProofAnswer, verifyContract } from '../../proof/contract.ts'
import { ProofError } from '../../proof/errors.ts'
import { type Header, parseHeader } from '../../proof/header.ts'
import { checkpointOf, verifyVouchedHeader } from '../../proof/light-client.ts'
import type { Description } from '../../proof/registries/description.ts'
import { REGISTRIES, type RegistryName } from '../../proof/registries/log.ts'
import type { Slot } from '../../proof/registries/slots.ts'
import { warnOnConsole } from '../fault.ts'
import { rejectingWithNoAnswer } from '../no-answer.ts'
import { LedgerHeads, type RpcPort, type WitnessedPort } from '../replica/ledger-heads.ts'
import { descriptionsOf } from '../views/descriptions.ts'
import { type SlotReader, SlotView } from '../views/slots.ts'
import { type CheckedEvidence, checkEvidence, type EvidenceProfile } from './check.ts'
import { type EvidenceFile, encodeEvidence } from './format.ts'
import { judgeCard } from './judge.ts'

export interface EvidenceRequest {
  /** The card with the disclosures to hand over. A key binding is removed. */
  readonly credential: string
  /** Seconds. Default: the time of the newest block. */
  readonly at?: UnixSeconds
}

/**
 * @throws {ProofError} PROOF_FUTURE if no block proves yet which one was the newest at that time; PROOF_GAP if the time
 * is before the first block; and as `checkEvidence` does
 */
export async function makeEvidence(
  endpoint: WitnessedPort,
  profile: EvidenceProfile,
  { credential, at }: EvidenceRequest,
  clock: Clock,
  warn: Warn = warnOnConsole,
): Promise<{ readonly text: string; readonly checked: CheckedEvidence }> {
  const ledger = rejectingWithNoAnswer(endpoint)
  const blocks = new Blocks(ledger)
  const newest = await blocks.at('latest')
  const time = at ?? newest.timestamp
  const header = await newestAt(blocks, newest, time)
  const next = header.timestamp === time ? null : await blocks.at(header.number + 1)
  const reader = new RecordingReader(ledger, profile, header)
  const asOf = { block: header.number, time: header.timestamp }
  const facts = { how: 'proven', asOf, currentAt: time, current: false, refusal: null } as const
  const issued = withoutKeyBinding(credential)
  // Runs the check to find out which slots it needs.
  await judgeCard(issued, new SlotView(reader, facts), profile, time, warn)
  const text = encodeEvidence({
    chainId: profile.chainId,
    at: time,
    credential: issued,
    path: await headerPathTo(ledger, profile, header),
    next,
    witnesses: await new LedgerHeads(ledger, profile).statements((next ?? header).number),
    contracts: await reader.contracts(),
    descriptions: reader.described,
  })
  return { text, checked: await checkEvidence(text, profile, clock(), warn) }
}

/** The last block whose time is not after `time`. Times increase, so a binary search finds it. */
async function newestAt(blocks: Blocks, newest: Header, time: UnixSeconds): Promise<Header> {
  if (time > newest.timestamp) {
    const detail = { code: 'PROOF_FUTURE', block: newest.number, time, now: newest.timestamp } as const
    throw new ProofError(detail, 'The ledger has not sealed a block after that time yet. Try again in a minute.')
  }
  let [low, high] = [await blocks.at(0), newest]
  if (low.timestamp > time) {
    const detail = { code: 'PROOF_GAP', from: low.timestamp, at: time } as const
    throw new ProofError(detail, 'That time lies before the first block of this ledger.')
  }
  if (high.timestamp <= time) return high
  while (high.number - low.number > 1) {
    const middle = await blocks.at(Math.floor((low.number + high.number) / 2))
    if (middle.timestamp <= time) low = middle
    else high = middle
  }
  return low
}

/** The headers from the profile's checkpoint to the block, which may be before or after it. */
async function headerPathTo(ledger: RpcPort, profile: EvidenceProfile, header: Header): Promise<readonly Header[]> {
  const { validators, height } = checkpointOf(profile)
  try {
    verifyVouchedHeader(validators, header)
    return [header]
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    if (header.number <= height) return [header]
    return new LedgerHeads(ledger, profile).path(height, header)
  }
}

/** Removes the text after the last tilde, which is the key binding of an earlier presentation. */
function withoutKeyBinding(credential: string): string {
  const text = credential.trim()
  return text.slice(0, text.lastIndexOf('~') + 1)
}

class Blocks {
  constructor(private readonly ledger: RpcPort) {}

  async at(tag: number | 'latest'): Promise<Header> {
    const name = tag === 'latest' ? tag : toQuantity(tag)
    return parseHeader(await this.ledger.request('eth_getBlockByNumber', [name, false]))
  }
}

class RecordingReader implements SlotReader {
  readonly described: { org: number; name: Uint8Array; info: Uint8Array }[] = []
  readonly #found = new Map<
    RegistryName,
    { accountProof: readonly Uint8Array[]; storage: Map<Hex, readonly Uint8Array[]> }
  >()

  constructor(
    private readonly ledger: RpcPort,
    private readonly profile: EvidenceProfile,
    private readonly header: Header,
  ) {}

  async read(registry: RegistryName, slots: readonly Slot[]): Promise<readonly bigint[]> {
    const contract = this.profile.contracts[registry]
    const params = [contract.address, slots.map(toHex), toQuantity(this.header.number)]
    const answer = parseProofAnswer(await this.ledger.request('eth_getProof', params), slots)
    const root = verifyContract(this.header.stateRoot, contract, answer.accountProof)
    const found = this.#found.get(registry) ?? { accountProof: answer.accountProof, storage: new Map() }
    this.#found.set(registry, found)
    return slots.map((slot, i) => {
      const proof = answer.storageProofs[i] as readonly Uint8Array[]
      found.storage.set(toHex(slot), proof)
      return verifyStorageProof(root, slot, proof)
    })
  }

  async descriptions(org: number): Promise<readonly Description[]> {
    const found = await descriptionsOf(this.ledger, this.profile, org, this.header.number)
    this.described.push(...found.map(each => ({ org, ...each })))
    return found
  }

  /** The proofs of all slots that were read, and for each registry at least the proof that it exists. */
  async contracts(): Promise<EvidenceFile['contracts']> {
    for (const name of REGISTRIES) if (!this.#found.has(name)) await this.read(name, [])
    return Object.fromEntries(this.#found) as unknown as EvidenceFile['contracts']
  }
}
