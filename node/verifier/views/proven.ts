/**
 * A view that trusts no node: it needs a sealed header, and a Merkle proof under its state root for every answer. An
 * untrusted endpoint can only withhold answers. But it learns which card is checked. Use this view with an own node,
 * for a wallet's own card, or as an auditor.
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
  'chainId' | 'contracts' | 'validators' | 'checkpoint' | 'genesis' | 'witnesses' | 'log'
>

export interface ProvenViewOptions {
  /** States that the endpoint may learn which cards are checked, because single proofs are requested. */
  readonly allowPointQueries: true
  /** The newest head that was proved before, under this same profile. Another profile may trust other validators. */
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

  /** The newest proved head. Store it, so that no endpoint can return this verifier to an earlier one. */
  get head(): TrustedHead {
    return this.#trusted
  }

  async pin(): Promise<PinnedView> {
    try {
      const block = (await this.#ledger.request('eth_getBlockByNumber', ['latest', false])) as { hash?: unknown } | null
      const reader = this.#reader
      // This block is proved already, so the rest of the answer is ignored.
      if (reader && block?.hash === this.#trusted.hash) return this.#pinned(reader, true, null)
      return this.#pinned(await this.#follow(parseHeader(block)), true, null)
    } catch (error) {
      const why = unknownReasonOf(error)
      const refusal = error instanceof ProofError ? error.code : null
      // Uses the last proved head, which grows old.
      if (this.#reader && refusal) return this.#pinned(this.#reader, false, refusal)
      return new UnavailableView('proven', why, refusal)
    }
  }

  async #follow(header: Header): Promise<ProvenReader> {
    const from = this.#trusted
    const path = await this.#pathTo(header, from)
    checkWitnesses(header, await this.#heads.statements(header.number), this.profile)
    // Another call may have advanced further meanwhile.
    if (this.#reader && this.#trusted !== from && header.number < this.#trusted.height) return this.#reader
    // Judged by the head that is trusted now, not by the one at the time of the request, so that trust only moves
    // forward.
    const head = followPath(this.#trusted, path, this.clock())
    if (this.#reader && head === this.#trusted) return this.#reader
    this.#trusted = head
    this.#reader = new ProvenReader(this.#ledger, this.profile, header)
    return this.#reader
  }

  /** The headers that lead to this one: only itself, unless the set of validators changed more than once. */
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

/** The storage slots of one block. Slots of TrustRegistry are cached, since they are the same for many cards. */
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
