/**
 * Reinstates at once what somebody with a stolen key suspended in a status list. Whatever this node suspended stays
 * suspended: it has a record of who asked for it. Indexes without a credential are reinstated too, so that they can be
 * given out. A revocation is final.
 */
import type { Hex } from '../lib/bytes.ts'
import type { Random } from '../lib/random.ts'
import type { Clock } from '../lib/time.ts'
import { CredentialStatus } from '../proof/registries/status.ts'
import { encodeStatusOps, type StatusOp } from '../proof/registries/status-ops.ts'
import { encodeSet, GasLimit } from '../registries/calls.ts'
import type { CauseOf, LaneRequest, OutcomeHandler, Submitter } from '../registries/sending/lane.ts'
import { StatusError } from '../status/errors.ts'
import type { StatusMirror } from '../status/mirror.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import { type Credentials, usable } from './credentials.ts'
import { IssuerError } from './errors.ts'
import type { Journal } from './journal.ts'
import { StatusReasons } from './status-reasons.ts'

interface ReinstateCause {
  readonly list: string
  readonly changes: number
  readonly by: string
}

/** A transaction that reinstates many entries of one list. */
export interface ReinstateCauses {
  readonly reinstate: ReinstateCause
}

export interface ReinstatementOptions {
  readonly store: Store
  readonly vault: Vault
  readonly registry: Hex
  readonly mirror: StatusMirror
  readonly credentials: Credentials
  readonly lane: Submitter<ReinstateCauses>
  /** For when somebody else has the key of the lane's account. */
  readonly issuingLane: Submitter<ReinstateCauses>
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
}

export interface ReinstatementPlan {
  readonly list: bigint
  readonly ops: readonly StatusOp[]
  /** Suspended by this node: they stay as they are. */
  readonly kept: number
}

export interface Reinstated {
  readonly reinstated: number
  readonly kept: number
  readonly transactions: readonly Hex[]
}

/** As many changes as StatusRegistry takes in one transaction. */
const OPS_PER_TRANSACTION = 512
/** Transactions that wait for their blocks together. */
const CONCURRENCY = 16
/** A status that somebody changed meanwhile makes its transaction revert, and what is left is planned again. */
const TRIES = 3
export class Reinstatement {
  readonly #reasons: StatusReasons

  constructor(private readonly options: ReinstatementOptions) {
    this.#reasons = new StatusReasons(options.store, options.vault, options.random)
  }

  /** @throws {StatusError} STATUS_LIST_UNKNOWN */
  async plan(list: bigint): Promise<ReinstatementPlan> {
    const { mirror, credentials } = this.options
    await mirror.catchUp()
    const own = await credentials.suspendedIndexes(list)
    const suspended = mirror.indexesOf(list, CredentialStatus.SUSPENDED)
    if (!suspended) {
      throw new StatusError(
        { code: 'STATUS_LIST_UNKNOWN', list: String(list) },
        'This authority has no status list with that number, or has not read it yet.',
      )
    }
    const foreign = suspended.filter(idx => !own.has(idx))
    const ops = foreign.map(idx => ({ idx, from: CredentialStatus.SUSPENDED, to: CredentialStatus.VALID }))
    return { list, ops, kept: suspended.length - foreign.length }
  }

  /**
   * @param confirmed how many entries the plan had that a person has seen
   * @throws {IssuerError} ISSUER_NOT_CONFIRMED if it has another number now
   */
  async run(list: bigint, confirmed: number, reason: string, by: string): Promise<Reinstated> {
    let plan = await this.plan(list)
    if (plan.ops.length !== confirmed) {
      throw new IssuerError(
        { code: 'ISSUER_NOT_CONFIRMED', confirm: String(plan.ops.length) },
        `${plan.ops.length} entries would be reinstated, and not ${confirmed}. Confirm the present number.`,
      )
    }
    const transactions: Hex[] = []
    let reinstated = 0
    for (let tries = 0; tries < TRIES && plan.ops.length > 0; tries++) {
      const requests = chunks(plan.ops, OPS_PER_TRANSACTION).map(ops => this.#request(list, ops, reason, by))
      for (const some of chunks(requests, CONCURRENCY)) {
        const lane = usable(this.options.lane, this.options.issuingLane)
        const outcomes = await Promise.all(lane.submitAll(some).map(({ outcome }) => outcome))
        for (const [i, { transaction, revert }] of outcomes.entries()) {
          if (revert !== undefined) continue
          transactions.push(transaction)
          reinstated += (some[i] as (typeof some)[0]).cause.changes
        }
      }
      plan = await this.plan(list)
    }
    return { reinstated, kept: plan.kept, transactions }
  }

  /** Handles the outcomes of the lane. */
  readonly onOutcome: OutcomeHandler<ReinstateCause> = (cause, { revert, ...facts }) => {
    const event = revert === undefined ? 'status-list.reinstated' : 'status-list.reinstatement-refused'
    return [
      this.options.journal.append({ at: this.options.clock(), event, ...cause, ...facts, revert: revert ?? null }),
    ]
  }

  #request(
    list: bigint,
    ops: readonly StatusOp[],
    reason: string,
    by: string,
  ): LaneRequest<CauseOf<ReinstateCauses, 'reinstate'>> {
    const { cause, ops: stored } = this.#reasons.ofInstall(reason)
    return {
      to: this.options.registry,
      data: encodeSet(list, encodeStatusOps(ops), cause),
      gasLimit: GasLimit.set(ops.length),
      cause: { kind: 'reinstate', list: String(list), changes: ops.length, by },
      ops: stored,
    }
  }
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
}
