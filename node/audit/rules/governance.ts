/**
 * The rules of Governance (OpenZeppelin AccessManager), checked on its events: what the council starts was announced, and executed
 * no earlier than its delay allows. Before the hand-over the deployer sets everything up, without a delay.
 */
import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { accessManagerEvents } from '../../proof/registries/events/access-manager.ts'
import type { EventOf } from '../../proof/registries/events/contract-events.ts'
import type { RegistryEvent } from '../../proof/registries/events.ts'
import type { Report } from '../finding.ts'

export type GovernanceEvent = EventOf<typeof accessManagerEvents>

const ADMIN = 0n

/** An account's role with the delay of its acts, as the newest event says. */
interface Member {
  readonly delay: number
}

interface Announced {
  /** The time from which it may be executed. */
  readonly schedule: UnixSeconds
}

export class GovernanceRules {
  readonly #announced = new Map<string, Announced>()
  /** By account: its delay. The council has one role. */
  readonly #members = new Map<Hex, Map<bigint, Member>>()
  #handedOver = false
  /** Acts that were executed in the transaction that is read. */
  #executedIn: string | null = null

  apply(
    event: GovernanceEvent,
    at: { readonly time: UnixSeconds; readonly transaction: string },
    report: Report,
  ): void {
    switch (event.type) {
      case 'RoleGranted': {
        const roles = this.#members.get(event.account) ?? new Map<bigint, Member>()
        this.#members.set(event.account, roles.set(event.roleId, { delay: event.delay }))
        return
      }
      case 'RoleRevoked':
        this.#members.get(event.account)?.delete(event.roleId)
        // The deployer renounces last.
        if (event.roleId === ADMIN) this.#handedOver = true
        return
      case 'OperationScheduled': {
        const { operationId, nonce, schedule, caller } = event
        const delay = this.#delayOf(caller)
        if (schedule < at.time + delay) {
          report('governance.delay', { operation: operationId, announced: at.time, executable: schedule, delay })
        }
        this.#announced.set(`${operationId} ${nonce}`, { schedule })
        return
      }
      case 'OperationExecuted': {
        const { operationId, nonce } = event
        const announced = this.#announced.get(`${operationId} ${nonce}`)
        if (!announced) report('governance.unscheduled', { operation: operationId })
        else if (at.time < announced.schedule) {
          report('governance.delay', { operation: operationId, executable: announced.schedule, executed: at.time })
        }
        this.#announced.delete(`${operationId} ${nonce}`)
        this.#executedIn = at.transaction
        return
      }
      case 'OperationCanceled':
        this.#announced.delete(`${event.operationId} ${event.nonce}`)
        return
      default:
        return
    }
  }

  /** A registry's event that only the council may cause. Its transaction has the execution before it. */
  checkAct(event: RegistryEvent, transaction: string, report: Report): void {
    if (!this.#handedOver || !isCouncilAct(event) || this.#executedIn === transaction) return
    // Where the council has no delay, nothing is announced.
    if (this.#mayActAtOnce()) return
    report('governance.unscheduled', { registry: event.registry, event: event.type })
  }

  #delayOf(account: Hex): number {
    const delays = [...(this.#members.get(account)?.values() ?? [])].map(({ delay }) => delay)
    return delays.length === 0 ? 0 : Math.min(...delays)
  }

  #mayActAtOnce(): boolean {
    const COUNCIL = 1n
    return [...this.#members.values()].some(roles => roles.get(COUNCIL)?.delay === 0)
  }
}

/** registries/governance/governance.ts has the same table for the functions. */
function isCouncilAct(event: RegistryEvent): boolean {
  switch (event.type) {
    case 'OrganisationRegistered':
    case 'OrganisationDescribed':
    case 'AdminChanged':
    case 'Granted':
    case 'KeyRegistered':
    case 'DailyLimitChanged':
    case 'CustodianChanged':
      return true
    case 'AccountChanged':
      // To stop an account is the guardian's or the administrator's.
      return (event.capabilities & ~event.previous) !== 0
    default:
      return false
  }
}
