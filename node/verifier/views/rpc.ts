/**
 * A view that believes one node: `eth_call` at a pinned block. The node also learns who is checked. It is meant for
 * one's own node, and is the only view of a ledger without seals. A verdict made from it says `how: 'rpc'`.
 */
import { statusAt } from '../../credential/status-list.ts'
import { LedgerError } from '../../ledger/errors.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { type Hex, parseQuantity } from '../../lib/bytes.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { CONTRACTS, type LedgerProfile } from '../../proof/profile.ts'
import { descriptionHash } from '../../proof/registries/description.ts'
import type { AnchorRecord } from '../../proof/registries/records.ts'
import { STATUS_BITS, STATUSES, STATUSES_PER_WORD, wordOfIndex } from '../../proof/registries/status.ts'
import type { ContractAddresses, Registries } from '../../registries/contracts.ts'
import {
  readAnchorRecord,
  readGrant,
  readKey,
  readList,
  readOrganisation,
  readStatusWord,
} from '../../registries/reads.ts'
import { unknownReasonOf } from '../no-answer.ts'
import type { Accreditation, Answer, AsOf, LedgerView, PinnedView, StatusEntry, UnknownReason } from '../view.ts'
import { descriptionsOf } from './descriptions.ts'
import { UnavailableView } from './unavailable.ts'

export type RpcProfile = Pick<LedgerProfile, 'chainId' | 'contracts' | 'seals'>

export class RpcView implements LedgerView {
  readonly #registries: Registries
  /** By description hash. The description of a hash never changes. */
  readonly #names = new Map<string, string>()
  #chainChecked = false

  constructor(
    ledger: Ledger,
    private readonly profile: RpcProfile,
    private readonly clock: Clock,
  ) {
    const addresses = Object.fromEntries(CONTRACTS.map(name => [name, profile.contracts[name].address]))
    this.#registries = { ledger, addresses: addresses as ContractAddresses }
  }

  async pin(): Promise<PinnedView> {
    try {
      const { ledger } = this.#registries
      if (!this.#chainChecked) {
        const chainId = parseQuantity(await ledger.request('eth_chainId'), 'chain id')
        if (chainId !== this.profile.chainId) return new UnavailableView('rpc', 'wrong_chain')
        this.#chainChecked = true
      }
      const head = (await ledger.request('eth_getBlockByNumber', ['latest', false])) as Partial<BlockHead> | null
      if (!head) return new UnavailableView('rpc', 'unreachable')
      const asOf = { block: parseQuantity(head.number, 'block'), time: parseQuantity(head.timestamp, 'block time') }
      // Without a heartbeat no block shows when it was the newest. The node's answer shows it.
      const currentAt = this.profile.seals === 'none' ? Math.max(asOf.time, this.clock()) : asOf.time
      return new PinnedRpc(this.#registries, this.#names, asOf, currentAt, this.profile)
    } catch (error) {
      return new UnavailableView('rpc', reasonOf(error))
    }
  }
}

interface BlockHead {
  readonly number: unknown
  readonly timestamp: unknown
}

class PinnedRpc implements PinnedView {
  readonly how = 'rpc'
  readonly current = true

  constructor(
    private readonly registries: Registries,
    private readonly names: Map<string, string>,
    readonly asOf: AsOf,
    readonly currentAt: UnixSeconds,
    private readonly profile: RpcProfile,
  ) {}

  accreditation(keyId: Hex, purpose: Hex): Promise<Answer<Accreditation>> {
    return this.#answer(async () => {
      const { block } = this.asOf
      const key = await readKey(this.registries, keyId, block)
      if (!key) return { key, organisation: null, grant: null }
      const [found, grant] = await Promise.all([
        readOrganisation(this.registries, key.org, block),
        readGrant(this.registries, key.org, purpose, block),
      ])
      if (!found) return { key, organisation: null, grant }
      const { from, until, issuerHash } = found
      const name = await this.#nameOf(key.org, found.descriptionHash)
      return { key, organisation: { id: key.org, name, issuerHash, from, until }, grant }
    })
  }

  anchor(org: number, purpose: Hex, root: Hex): Promise<Answer<AnchorRecord | null>> {
    return this.#answer(() => readAnchorRecord(this.registries, org, purpose, root, this.asOf.block))
  }

  status(list: bigint, index: number): Promise<Answer<StatusEntry | null>> {
    return this.#answer(async () => {
      const { block } = this.asOf
      const found = await readList(this.registries, list, block)
      if (!found || index >= found.capacity) return null
      const word = await readStatusWord(this.registries, list, wordOfIndex(index), block)
      const status = STATUSES[statusAt(word, STATUS_BITS, index % STATUSES_PER_WORD)]
      // The contract writes no fourth value.
      return status ? { org: found.org, status } : null
    })
  }

  async #answer<T>(read: () => Promise<T>): Promise<Answer<T>> {
    try {
      return { known: true, value: await read(), asOf: this.asOf, how: this.how }
    } catch (error) {
      return { known: false, why: reasonOf(error) }
    }
  }

  /** The name whose event has the hash in storage. A name is for display only: a check goes on without one. */
  async #nameOf(org: number, hash: Hex): Promise<string | null> {
    const cached = this.names.get(hash)
    if (cached !== undefined) return cached
    const { ledger } = this.registries
    const candidates = await descriptionsOf(ledger, this.profile, org, this.asOf.block).catch(noDescriptions)
    const found = candidates.find(each => descriptionHash(each) === hash)
    if (!found) return null
    const shown = new TextDecoder().decode(found.name)
    this.names.set(hash, shown)
    return shown
  }
}

/**
 * An error of a node is not a finding about a card.
 * @throws the error itself if it is an internal fault
 */
function reasonOf(error: unknown): UnknownReason {
  if (error instanceof LedgerError) return error.code === 'LEDGER_NO_CONTRACT' ? 'wrong_chain' : 'unreachable'
  return unknownReasonOf(error)
}

/** @throws internal faults */
function noDescriptions(error: unknown): [] {
  reasonOf(error)
  return []
}
