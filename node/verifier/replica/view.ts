/**
 * The view on a replica. Every question is answered from memory, so nobody learns who is being checked. Its age is
 * counted from the head that it is proved at. It knows nothing of what happened after that head.
 */

import { keccak256 } from '#crypto'
import { type Hex, toHex } from '../../lib/bytes.ts'
import type { AnchorRecord } from '../../proof/registries/records.ts'
import type { Accreditation, Answer, AsOf, LedgerView, PinnedView, StatusEntry } from '../view.ts'
import type { Replica } from './replica.ts'

const decoder = new TextDecoder()

export interface ReplicaViewOptions {
  /**
   * Brings the replica to the newest head, and returns whether it succeeded. This view calls it before it answers that
   * a batch was never anchored, because the batch may be very new. The request does not reveal which batch.
   */
  readonly refresh?: () => Promise<boolean>
}

export class ReplicaView implements LedgerView {
  /** @param replica returns null while there is none; then no question can be answered */
  constructor(
    private readonly replica: () => Replica | null,
    private readonly options: ReplicaViewOptions = {},
  ) {}

  async pin(): Promise<PinnedView> {
    return new PinnedReplica(this.replica, this.options.refresh)
  }
}

/**
 * Each answer is as of the replica's head at the time of the question. That is the head at the time of pinning, or a
 * later one if a delta was applied in between.
 */
class PinnedReplica implements PinnedView {
  readonly how = 'replica'
  readonly current = false
  readonly asOf: AsOf | null

  constructor(
    private readonly replica: () => Replica | null,
    private readonly refresh: (() => Promise<boolean>) | undefined,
  ) {
    this.asOf = asOfHead(replica())
  }

  get currentAt(): number | null {
    return this.asOf?.time ?? null
  }

  async accreditation(keyId: Hex, purpose: Hex): Promise<Answer<Accreditation>> {
    return this.#answer(({ state: { trust } }) => {
      const key = trust.keys.get(keyId)
      if (!key) return { key: null, organisation: null, grant: null }
      const { org } = key
      const found = trust.organisations.get(org)
      const organisation = found
        ? {
            id: org,
            name: decoder.decode(found.name),
            issuerHash: toHex(keccak256(found.issuer)),
            from: found.from,
            until: found.until,
          }
        : null
      const term = trust.grant(org, purpose)
      return { key, organisation, grant: term ? { from: term.from, until: term.until } : null }
    })
  }

  async anchor(org: number, purpose: Hex, root: Hex): Promise<Answer<AnchorRecord | null>> {
    const find = () =>
      this.#answer(({ state }) => {
        const found = state.anchors?.find(org, purpose, root)
        if (!found) return null
        const { time, batch, count, disowned } = found
        return { time, batch, count, disowned }
      })
    if (this.replica()?.state.anchors === null) return { known: false, why: 'not_covered' }
    const answer = find()
    if (!answer.known || answer.value || !this.refresh) return answer
    // Only the newest head shows that a batch was never anchored.
    if (!(await this.refresh())) return answer
    const newest = find()
    return newest.known ? { ...newest, current: true } : newest
  }

  async status(list: bigint, index: number): Promise<Answer<StatusEntry | null>> {
    return this.#answer(({ state }) => state.status.at(list, index) ?? null)
  }

  #answer<T>(read: (replica: Replica) => T): Answer<T> {
    const replica = this.replica()
    const asOf = asOfHead(replica)
    if (!replica || !asOf) return { known: false, why: 'unreachable' }
    return { known: true, value: read(replica), asOf, how: this.how }
  }
}

function asOfHead(replica: Replica | null): AsOf | null {
  return replica?.proved ? { block: replica.head.height, time: replica.head.time } : null
}
