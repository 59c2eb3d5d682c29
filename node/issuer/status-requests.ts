/** The transactions that set statuses. Changes of one list and one reason can share one (docs/decisions/096). */
import { fromHex, type Hex } from '../lib/bytes.ts'
import { CredentialStatus, type StatusName } from '../proof/registries/status.ts'
import { encodeStatusOps } from '../proof/registries/status-ops.ts'
import { encodeSet, GasLimit } from '../registries/calls.ts'
import type { CauseOf, LaneRequest } from '../registries/sending/lane.ts'
import type { CredentialRecord } from './credential-record.ts'
import type { StatusReasons } from './status-reasons.ts'

interface StatusCause {
  readonly credentials: readonly string[]
  readonly to: StatusName
  readonly by: string
  /** The cause on the ledger. Absent in transactions of earlier versions. */
  readonly reason?: Hex
}

/** The cause of a transaction that sets statuses. */
export interface StatusCauses {
  readonly status: StatusCause
}

/** Why the statuses become `to`. */
export interface StatusPurpose {
  readonly to: StatusName
  readonly reason: string
  readonly by: string
}

export interface PlannedChange {
  readonly id: string
  readonly record: Pick<CredentialRecord, 'list' | 'idx' | 'person'>
  /** The present status. */
  readonly from: StatusName
}

export type StatusRequest = LaneRequest<CauseOf<StatusCauses>>

/** As many changes as StatusRegistry takes in one transaction. */
const CHANGES_PER_TRANSACTION = 512

export class StatusRequests {
  constructor(
    private readonly registry: Hex,
    private readonly reasons: StatusReasons,
  ) {}

  /** One transaction for each list, or several if a list has too many changes. Each credential appears once. */
  together(changes: readonly PlannedChange[], purpose: StatusPurpose): StatusRequest[] {
    return [...Map.groupBy(changes, ({ record }) => record.list).values()].flatMap(ofList => {
      const sorted = ofList.toSorted((a, b) => a.record.idx - b.record.idx)
      const requests: StatusRequest[] = []
      for (let from = 0; from < sorted.length; from += CHANGES_PER_TRANSACTION) {
        requests.push(this.#request(sorted.slice(from, from + CHANGES_PER_TRANSACTION), purpose))
      }
      return requests
    })
  }

  /** The reason of a single change is sealed under the person's key, and a shared one under the key of the install. */
  #request(changes: readonly PlannedChange[], { to, reason, by }: StatusPurpose): StatusRequest {
    const [{ record }] = changes as readonly [PlannedChange]
    const stored =
      changes.length === 1 ? this.reasons.ofPerson(reason, fromHex(record.person)) : this.reasons.ofInstall(reason)
    const ops = changes.map(({ record: { idx }, from }) => ({
      idx,
      from: CredentialStatus[from],
      to: CredentialStatus[to],
    }))
    return {
      to: this.registry,
      data: encodeSet(BigInt(record.list), encodeStatusOps(ops), stored.cause),
      gasLimit: GasLimit.set(changes.length),
      cause: { kind: 'status', credentials: changes.map(({ id }) => id), to, by, reason: stored.cause },
      ops: stored.ops,
    }
  }
}
