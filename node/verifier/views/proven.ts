/**
 * A view that believes no node: a sealed header, and a Merkle proof for every answer under its state root. Any
 * endpoint will do, for it can only withhold. But it learns who is being checked, which is why this view is for one's
 * own node, a wallet's own card, and auditors.
 */
import { type Hex, toHex, toQuantity } from '../../lib/bytes.ts'
import type { Clock } from '../../lib/time.ts'
import { verifyStorageProof } from '../../proof/account.ts'
import { parseProofAnswer, verifyContract } from '../../proof/contract.ts'
import { ProofError } from '../../proof/errors.ts'
import { type Header, parseHeader } from '../../proof/header.ts'
import { checkpointOf, followHeader, followPath, newerOf, type TrustedHead } from '../../proof/light-client.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import type { Description } from '../../proof/registries/description.ts'
import type { RegistryName } from '../../proof/registries/log.ts'
import type { Slot } from '../../proof/registries/slots.ts'
import { checkWitnesses } from '../../proof/witness.ts'
import { rejectingWithNoAnswer, unknownReasonOf } from '../no-answer.ts'
import { LedgerHeads, type RpcPort, type WitnessedPort } from '../replica/ledger-heads.ts'
import type { LedgerView, PinnedView } from '../view.ts'
import { descriptionsOf } from './descriptions.ts'
import { type SlotReader, SlotView } from './slots.ts'
import { UnavailableView } from './unavailable.ts'

export type ProvenProfile = Pick<
  LedgerProfile,
  'chainId' | 'contracts' | 'validators' | 'checkpoint' | 'genesis' | 'witnesses'
>

export interface ProvenViewOptions {
  /** Says that the endpoint may learn which cards are checked. There is no other way to ask it for single proofs. */
  readonly allowPointQueries: true
  /** The newest head known from before, to begin from; under this very profile, for another may trust others. */
  readonly seen?: TrustedHead
}

export class ProvenView implements LedgerView {
  readonly #ledger: WitnessedPort
  readonly #heads: LedgerHeads
  #trusted: TrustedHead
  #reader: ProvenReader | null = null

  constructor(
    ledger: WitnessedPort,
    private readonly profile: ProvenProfile,
    private readonly clock: Clock,
    { seen }: ProvenViewOptions,
  ) {
    this.#ledger = rejectingWithNoAnswer(ledger)
    const checkpoint = checkpointOf(profile)
    this.#trusted = seen ? newerOf(checkpoint, seen) : checkpoint
    this.#heads = new LedgerHeads(this.#ledger, profile)
  }

  /** The newest head that was proved: keep it, and nobody can lead this verifier back behind it. */
  get head(): TrustedHead {
    return this.#trusted
  }

  async pin(): Promise<PinnedView> {
    try {
      const block = (await this.#ledger.request('eth_getBlockByNumber', ['latest', false])) as { hash?: unknown } | null
      const known = this.#reader
      // Seen already: what the copy says otherwise is not looked at.
      if (known && block?.hash === this.#trusted.hash) return this.#pinned(known, true, null)
      return this.#pinned(await this.#follow(parseHeader(block)), true, null)
    } catch (error) {
      const why = unknownReasonOf(error)
      const refusal = error instanceof ProofError ? error.code : null
      // Back to the last head that was proved, which grows old.
      if (this.#reader && refusal) return this.#pinned(this.#reader, false, refusal)
      return new UnavailableView('proven', why, refusal)
    }
  }

  async #follow(header: Header): Promise<ProvenReader> {
    const from = this.#trusted
    const path = await this.#pathTo(header, from)
    checkWitnesses(header, await this.#heads.statements(header.number), this.profile)
    // Another question may have led further meanwhile.
    if (this.#reader && this.#trusted !== from && header.number < this.#trusted.height) return this.#reader
    // Judged by what is trusted now, not by what was when it was asked for: trust goes nowhere but forward.
    const head = followPath(this.#trusted, path, this.clock())
    if (this.#reader && head === this.#trusted) return this.#reader
    this.#trusted = head
    this.#reader = new ProvenReader(this.#ledger, this.profile, header)
    return this.#reader
  }

  /** Headers that lead to this one: itself alone, unless the set changed more than once since. */
  async #pathTo(header: Header, from: TrustedHead): Promise<readonly Header[]> {
    try {
      followHeader(from, header, this.clock())
      return [header]
    } catch (error) {
      if (!(error instanceof ProofError) || error.code !== 'PROOF_SET_UNTRUSTED') throw error
      return this.#heads.path(from.height, header)
    }
  }

  #pinned(reader: ProvenReader, current: boolean, refusal: string | null): PinnedView {
    const { number, timestamp } = reader.header
    const asOf = { block: number, time: timestamp }
    return new SlotView(reader, { how: 'proven', asOf, currentAt: timestamp, current, refusal })
  }
}

/** Slots of one block. What the trust registry says of issuers is asked for once: it is the same for every card. */
class ProvenReader implements SlotReader {
  readonly #roots = new Map<RegistryName, Uint8Array>()
  readonly #trust = new Map<Hex, bigint>()
  #descriptions = new Map<number, Promise<readonly Description[]>>()

  constructor(
    private readonly ledger: RpcPort,
    private readonly profile: ProvenProfile,
    readonly header: Header,
  ) {}

  async read(registry: RegistryName, slots: readonly Slot[]): Promise<readonly bigint[]> {
    if (registry !== 'trustRegistry') return this.#prove(registry, slots)
    const names = slots.map(toHex)
    const missing = slots.filter((_, i) => !this.#trust.has(names[i] as Hex))
    if (missing.length > 0) {
      const words = await this.#prove(registry, missing)
      for (const [i, slot] of missing.entries()) this.#trust.set(toHex(slot), words[i] as bigint)
    }
    return names.map(name => this.#trust.get(name) as bigint)
  }

  descriptions(org: number): Promise<readonly Description[]> {
    const asked = this.#descriptions.get(org) ?? descriptionsOf(this.ledger, this.profile, org, this.header.number)
    this.#descriptions.set(org, asked)
    return asked
  }

  async #prove(registry: RegistryName, slots: readonly Slot[]): Promise<bigint[]> {
    const contract = this.profile.contracts[registry]
    const params = [contract.address, slots.map(toHex), toQuantity(this.header.number)]
    const answer = parseProofAnswer(await this.ledger.request('eth_getProof', params), slots)
    const root = this.#roots.get(registry) ?? verifyContract(this.header.stateRoot, contract, answer.accountProof)
    this.#roots.set(registry, root)
    return slots.map((slot, i) => verifyStorageProof(root, slot, answer.storageProofs[i] as readonly Uint8Array[]))
  }
}
