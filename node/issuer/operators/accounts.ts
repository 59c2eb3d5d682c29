/**
 * The accounts of operators: invitation by a one-time link, enrolment of a passkey, stop. An account has one passkey. Who
 * loses it is stopped and invited again, so that the journal shows both.
 * Why: docs/decisions/100 and docs/decisions/101.
 */
import { toBase64url } from '../../lib/bytes.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, DAY, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { sealedJson } from '../../store/sealed-json.ts'
import { type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { BearerSecrets } from '../bearer-secrets.ts'
import type { Journal } from '../journal.ts'
import { type Actor, byOf, type Role } from './actor.ts'
import { OperatorError } from './errors.ts'
import type { Operator } from './operator.ts'
import type { Passkey } from './passkey-ceremonies.ts'

export interface AccountsOptions {
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
  /** The ids of the centres of the roll-out policy in force; null if there is no policy, which then names none. */
  readonly centres: () => readonly string[] | null
  /** The origin of the operators' pages. */
  readonly operatorUrl: string
}

export interface Invited {
  readonly name: string
  readonly role: Role
  readonly centre: string | null
}

/** The link is a secret: whoever opens it first gets the account. It is never stored. */
export interface Invitation {
  readonly operator: Operator
  readonly enrolmentUrl: string
  readonly expiresAt: UnixSeconds
}

interface Enrolment {
  readonly operator: string
  readonly expiresAt: UnixSeconds
}

const LINK_LIFETIME = DAY
/** The name until the first administrator has invited others. */
const FIRST: Invited = { name: '첫 관리자 (first administrator)', role: 'administrator', centre: null }

export class Accounts {
  readonly #operators: Table<string, Operator>
  readonly #byPasskey: Table<string, string>
  readonly #enrolments: BearerSecrets<Enrolment>
  readonly #lock = new KeyedLock()

  constructor(private readonly options: AccountsOptions) {
    const { store, vault, clock, random } = options
    this.#operators = new Table(store, Bucket.operator, textCodec, sealedJson<Operator>(vault, 'operator'))
    this.#byPasskey = new Table(store, Bucket.operatorByPasskey, textCodec, textCodec)
    this.#enrolments = new BearerSecrets(store, Bucket.operatorEnrolment, clock, random)
  }

  /** @throws {OperatorError} OPERATOR_UNKNOWN */
  get(id: string): Operator {
    const found = this.#operators.get(id)
    if (found?.id === id) return found
    throw new OperatorError({ code: 'OPERATOR_UNKNOWN', operator: id }, 'There is no operator with that id.')
  }

  /** Also of an operator who was stopped. Undefined if there is none with that id. */
  nameOf(id: string): string | undefined {
    return this.#operators.get(id)?.name
  }

  /** The operator with this id, if they may act. */
  active(id: string): Operator | undefined {
    const found = this.#operators.get(id)
    return found?.id === id && found.state === 'active' ? found : undefined
  }

  /** The active operator to whom this passkey belongs. */
  byPasskey(passkey: string): Operator | undefined {
    const id = this.#byPasskey.get(passkey)
    return id === undefined ? undefined : this.active(id)
  }

  async list(): Promise<Operator[]> {
    const all: Operator[] = []
    for await (const [, operator] of this.#operators.entries()) all.push(operator)
    return all.sort((a, b) => a.invitedAt - b.invitedAt)
  }

  /** Invites the first administrator if nobody was ever invited. Null otherwise. */
  async inviteFirst(): Promise<Invitation | null> {
    return this.#lock.run('first', async () => {
      for await (const _ of this.#operators.entries(undefined, { limit: 1 })) return null
      return this.invite(FIRST, { kind: 'local' })
    })
  }

  /** @throws {OperatorError} OPERATOR_CENTRE_UNKNOWN */
  async invite(invited: Invited, by: Actor): Promise<Invitation> {
    this.#requireKnown(invited.centre)
    const invitedBy = by.kind === 'operator' ? by.id : null
    const { invitation, ops } = this.prepareInvitation({ ...invited, invitedBy }, byOf(by))
    await this.options.store.commit(ops)
    return invitation
  }

  /**
   * The account, and what to commit before its link is shown.
   * @param by for the journal
   */
  prepareInvitation(
    { name, role, centre, invitedBy }: Invited & { readonly invitedBy: string | null },
    by: string,
  ): { readonly invitation: Invitation; readonly ops: WriteOp[] } {
    const { clock, random, journal, operatorUrl } = this.options
    const at = clock()
    const operator: Operator = {
      ...{ id: toBase64url(random(16)), name, role, centre, state: 'invited', invitedAt: at, invitedBy },
      ...{ enrolledAt: null, stoppedAt: null, passkey: null },
    }
    const { secret, op } = this.#enrolments.create({ operator: operator.id }, LINK_LIFETIME)
    return {
      // A browser sends no fragment, and the page sends the code in a body: it is in no log of a server or proxy.
      invitation: { operator, enrolmentUrl: `${operatorUrl}/counter/enrol#${secret}`, expiresAt: at + LINK_LIFETIME },
      ops: [
        op,
        this.#operators.put(operator.id, operator),
        journal.append({ at, event: 'operator.invited', operator: operator.id, role, by }),
      ],
    }
  }

  /** The account that the link is for. @throws {OperatorError} OPERATOR_ENROLMENT_ENDED */
  invitedBy(code: string): Operator {
    const id = this.#enrolments.find(code)?.operator
    const operator = id === undefined ? undefined : this.#operators.get(id)
    if (operator?.state === 'invited') return operator
    throw new OperatorError(
      { code: 'OPERATOR_ENROLMENT_ENDED' },
      'This enrolment link was used, is older than 24 hours, or was withdrawn. Ask an administrator for a new one; the ' +
        'first administrator gets one with `dojang operator invite` on the host of the node.',
    )
  }

  /**
   * Ends the link and makes the account active.
   * @param verify resolves with the passkey, if what the authenticator answered is right
   * @throws {OperatorError} OPERATOR_ENROLMENT_ENDED, OPERATOR_PASSKEY_REFUSED, and what `verify` throws
   */
  async enrol(code: string, verify: (operator: Operator) => Promise<Passkey>): Promise<Operator> {
    return this.#lock.run(this.invitedBy(code).id, async () => {
      // Read again: another request may have used the link while this one waited.
      const operator = this.invitedBy(code)
      const passkey = await verify(operator)
      return this.#lock.run(`passkey ${passkey.id}`, async () => {
        this.#requireUnknown(passkey)
        const at = this.options.clock()
        const enrolled: Operator = { ...operator, state: 'active', enrolledAt: at, passkey }
        await this.options.store.commit([
          this.#enrolments.end(code),
          this.#operators.put(operator.id, enrolled),
          this.#byPasskey.put(passkey.id, operator.id),
          this.options.journal.append({ at, event: 'operator.enrolled', operator: operator.id, role: operator.role }),
        ])
        return enrolled
      })
    })
  }

  /** A passkey of another account would open that one, too. @throws {OperatorError} OPERATOR_PASSKEY_REFUSED */
  #requireUnknown({ id }: Passkey): void {
    if (!this.#byPasskey.has(id)) return
    throw new OperatorError(
      { code: 'OPERATOR_PASSKEY_REFUSED' },
      'This passkey is that of another account. Make a new one, with another authenticator if need be.',
    )
  }

  /** Notes how often the passkey has signed. */
  counted(operator: Operator, counter: number): WriteOp[] {
    if (!operator.passkey || operator.passkey.counter === counter) return []
    return [this.#operators.put(operator.id, { ...operator, passkey: { ...operator.passkey, counter } })]
  }

  /**
   * Runs `body` while nothing else changes this account.
   * @throws {OperatorError} OPERATOR_UNKNOWN
   */
  locked<T>(id: string, body: (operator: Operator) => Promise<T>): Promise<T> {
    return this.#lock.run(id, async () => body(this.get(id)))
  }

  /**
   * Ends the account: its passkey, its sessions and its link.
   * @throws {OperatorError} OPERATOR_UNKNOWN, OPERATOR_STOPPED
   */
  stop(id: string, by: string): Promise<Operator> {
    return this.locked(id, async operator => {
      const { stopped, ops } = this.prepareStop(operator, by)
      await this.options.store.commit(ops)
      return stopped
    })
  }

  /** A clerk of an unknown centre could take no application where a phase names the centres. */
  #requireKnown(centre: string | null): void {
    const known = this.options.centres()
    if (centre === null || known === null || known.includes(centre)) return
    throw new OperatorError(
      { code: 'OPERATOR_CENTRE_UNKNOWN' },
      'The roll-out policy has no centre with that id, so nobody was invited. Take an id of `centres` in the policy: ' +
        '`dojang rollout show`.',
    )
  }

  /** Call it in `locked`. @throws {OperatorError} OPERATOR_STOPPED */
  prepareStop(operator: Operator, by: string): { readonly stopped: Operator; readonly ops: WriteOp[] } {
    const { id, passkey } = operator
    requireNotStopped(operator)
    const at = this.options.clock()
    const stopped: Operator = { ...operator, state: 'stopped', stoppedAt: at, passkey: null }
    return {
      stopped,
      ops: [
        this.#operators.put(id, stopped),
        ...(passkey ? [this.#byPasskey.del(passkey.id)] : []),
        this.options.journal.append({ at, event: 'operator.stopped', operator: id, by }),
      ],
    }
  }

  /** @throws {OperatorError} OPERATOR_UNKNOWN, OPERATOR_STOPPED */
  requireNotStopped(id: string): void {
    requireNotStopped(this.get(id))
  }

  /** Deletes links that expired. */
  sweep(): Promise<void> {
    return this.#enrolments.sweep()
  }
}

function requireNotStopped({ id, state }: Operator): void {
  if (state !== 'stopped') return
  throw new OperatorError(
    { code: 'OPERATOR_STOPPED', operator: id },
    'This operator is stopped already, so nothing was changed.',
  )
}
