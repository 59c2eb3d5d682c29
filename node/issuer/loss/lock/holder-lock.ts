/**
 * The holder locks a lost phone from another browser, and unlocks it when it is found.
 *
 *   line and passkey, or recovery code ─▶ session of ten minutes ─▶ which cards ─▶ locked
 *                                                                └─ with the passkey, once more ─▶ unlocked
 *
 * Every refusal of a proof is the same, so nobody learns whether a line has cards. A recovery code locks and never unlocks: it
 * is written down somewhere. Why: docs/decisions/194.
 */
import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { sha256 } from '#crypto'
import type { Cards } from '../../../credential/cards.ts'
import { equalBytes, fromHex, type Hex, toBase64url, toHex, utf8 } from '../../../lib/bytes.ts'
import { parseLineNumber } from '../../../lib/line-number.ts'
import { LruCache } from '../../../lib/lru-cache.ts'
import type { Random } from '../../../lib/random.ts'
import { parseRecoveryCode } from '../../../lib/recovery-code.ts'
import { type Clock, MINUTE, type UnixSeconds } from '../../../lib/time.ts'
import type { StatusName } from '../../../proof/registries/status.ts'
import type { LineCustomer } from '../../../residents/lines/port.ts'
import type { HeldSuspensions } from '../../../status/held.ts'
import type { Store } from '../../../store/store.ts'
import type { CredentialRecord } from '../../credential-record.ts'
import type { Credentials } from '../../credentials.ts'
import type { Installations } from '../../installations/installations.ts'
import type { PhoneCards } from '../../installations/phone-cards.ts'
import type { LossDesk } from '../loss-desk.ts'
import { LockError } from './errors.ts'
import type { LockMeansTable } from './lock-means.ts'
import type { LockPasskeys } from './lock-passkeys.ts'
import { TRIES_PER_ADDRESS, TRIES_PER_LINE, type Tries } from './tries.ts'

export interface HolderLockOptions {
  readonly store: Store
  readonly means: LockMeansTable
  readonly passkeys: LockPasskeys
  readonly tries: Tries
  readonly phones: PhoneCards
  readonly installations: Pick<Installations, 'of'>
  readonly credentials: Pick<Credentials, 'find' | 'statusOf'>
  readonly held: Pick<HeldSuspensions, 'heldSince'>
  readonly desk: LossDesk
  readonly cards: Pick<Cards, 'byId'>
  /** Whose a line is, as far as the authority knows. */
  readonly customerOf: (line: string) => LineCustomer | undefined
  readonly clock: Clock
  readonly random: Random
}

export type LockProof =
  | { readonly line: string; readonly passkey: AuthenticationResponseJSON }
  | { readonly code: string }

/** Holds no claim: what kind of card it is, and its state. */
export interface LockableCard {
  readonly id: string
  readonly name: { readonly ko: string; readonly en: string }
  readonly status: StatusName
  readonly issuedAt: UnixSeconds
  /** Whether this session may end the lock. */
  readonly mayUnlock: boolean
}

export interface OpenedLock {
  readonly session: string
  readonly by: 'passkey' | 'code'
  readonly expiresIn: number
  readonly cards: readonly LockableCard[]
}

interface Session {
  readonly phone: string
  readonly by: 'passkey' | 'code'
  readonly until: UnixSeconds
}

const LIFETIME = 10 * MINUTE
const SESSIONS = 10_000

export class HolderLock {
  readonly #sessions = new LruCache<string, Session>(SESSIONS)

  constructor(private readonly options: HolderLockOptions) {}

  /** What a passkey has to sign. */
  challenge(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return this.options.passkeys.lockOptions()
  }

  /**
   * @param address of the client, for the limit of wrong tries; null for a proxy on this host, which limits its clients itself
   * @throws {LockError} LOCK_REFUSED, LOCK_TRIES
   */
  async open(proof: LockProof, address: string | null): Promise<OpenedLock> {
    const { tries, random, clock, store } = this.options
    const line = 'line' in proof ? parseLineNumber(proof.line.trim()) : undefined
    const names = [...(line === undefined ? [] : [`line ${line}`]), ...(address === null ? [] : [`address ${address}`])]
    if (address !== null && tries.wrong(`address ${address}`) >= TRIES_PER_ADDRESS) throw tooMany()
    const found = 'code' in proof ? this.#byCode(proof.code) : await this.#byPasskey(line, proof.passkey)
    if (!found) {
      // A right passkey is never kept from locking because a stranger tried its line.
      const spent = line !== undefined && tries.wrong(`line ${line}`) >= TRIES_PER_LINE
      await store.commit(tries.count(names))
      throw spent ? tooMany() : refused()
    }
    const session = toBase64url(random(32))
    this.#sessions.set(keyOf(session), { ...found, until: clock() + LIFETIME })
    return { session, by: found.by, expiresIn: LIFETIME, cards: await this.#cardsOf(found) }
  }

  /**
   * Locks the cards of this phone, or those that are named. Resolves when it is on disk and published, and waits some seconds for
   * the ledger.
   * @throws {LockError} LOCK_SESSION_ENDED
   */
  async lock(
    session: string,
    named: readonly string[] | null,
  ): Promise<{ readonly at: UnixSeconds; readonly pending: boolean; readonly cards: readonly LockableCard[] }> {
    const { desk, clock } = this.options
    const opened = this.#require(session)
    const live = await this.#live(opened.phone)
    const chosen = live.filter(({ id }) => named === null || named.includes(id))
    const byPerson = [...Map.groupBy(chosen, ({ record }) => record.person)]
    const by = `holder:${opened.by}`
    const results = await Promise.all(
      byPerson.map(([person, cards]) =>
        desk.lock({
          ...{ channel: 'holder', by, person: fromHex(person), reason: by },
          credentials: cards.map(({ id }) => id),
        }),
      ),
    )
    const pending = results.some(({ changes }) => changes === null)
    return { at: results[0]?.report.at ?? clock(), pending, cards: await this.#cardsOf(opened) }
  }

  /**
   * The phone was found. The passkey is asked once more: whoever sits down at an open page must not unlock.
   * @throws {LockError} LOCK_SESSION_ENDED, LOCK_REFUSED
   * @throws {LossError} LOSS_UNLOCK_REFUSED, LOSS_NOT_ON_LEDGER
   */
  async unlock(session: string, id: string, passkey: AuthenticationResponseJSON): Promise<readonly LockableCard[]> {
    const { desk, passkeys } = this.options
    const opened = this.#require(session)
    const proved = await passkeys.verifyLock(passkey)
    if (opened.by !== 'passkey' || proved?.phone !== opened.phone) throw refused()
    const live = await this.#live(opened.phone)
    if (!live.some(card => card.id === id)) throw refused()
    const by = 'holder:passkey'
    await desk.unlock(id, { channel: 'holder', by, reason: 'found; identity: passkey', identity: 'passkey' })
    return this.#cardsOf(opened)
  }

  #byCode(text: string): Omit<Session, 'until'> | undefined {
    const code = parseRecoveryCode(text)
    const phone = code && this.options.means.phoneOfCode(code)
    return phone === undefined ? undefined : { phone, by: 'code' }
  }

  async #byPasskey(
    line: string | undefined,
    response: AuthenticationResponseJSON,
  ): Promise<Omit<Session, 'until'> | undefined> {
    const { passkeys, means, store } = this.options
    const proved = await passkeys.verifyLock(response)
    if (!proved || line === undefined || !(await this.#isLineOf(line, proved.phone))) return undefined
    await store.commit([means.counted(proved.phone, proved.id, proved.counter)])
    return { phone: proved.phone, by: 'passkey' }
  }

  /** A phone whose cards were issued without a verified line is not held to one that nobody knows. */
  async #isLineOf(line: string, phone: string): Promise<boolean> {
    const { customerOf, installations } = this.options
    const cards = await this.#live(phone)
    const customer = customerOf(line)
    if (customer) return cards.some(({ record }) => equalBytes(fromHex(record.person), customer.person))
    return cards.every(({ record }) => (installations.of(record)?.lineTag ?? null) === null)
  }

  /** The cards on this phone that can still be used, or become usable again. */
  async #live(phone: string): Promise<{ readonly id: string; readonly record: CredentialRecord }[]> {
    const { phones, credentials, installations, desk } = this.options
    const on = (await phones.credentialsOn(phone)).flatMap(id => this.#find(id))
    const tags = new Set(on.map(({ record }) => installations.of(record)?.lineTag ?? null).filter(tag => tag !== null))
    const people = new Set<Hex>(on.map(({ record }) => record.person))
    const found = new Map<string, CredentialRecord>()
    for (const person of people) {
      for (const id of await desk.liveCards(fromHex(person))) {
        const record = credentials.find(id)
        const installation = record && installations.of(record)
        const isHere = installation && (installation.dpopKey === phone || tags.has(installation.lineTag as Hex))
        if (record && isHere) found.set(id, record)
      }
    }
    return [...found].map(([id, record]) => ({ id, record }))
  }

  #find(id: string): { id: string; record: CredentialRecord }[] {
    const record = this.options.credentials.find(id)
    return record ? [{ id, record }] : []
  }

  async #cardsOf({ phone, by }: Pick<Session, 'phone' | 'by'>): Promise<LockableCard[]> {
    const { credentials, held, cards, desk } = this.options
    return (await this.#live(phone)).map(({ id, record }) => {
      const index = { list: BigInt(record.list), idx: record.idx }
      const isHeld = held.heldSince(index) !== undefined
      const status = isHeld ? 'SUSPENDED' : credentials.statusOf(record)
      const channels = desk.lockOf(id)?.channels ?? []
      const isOwn = channels.length > 0 && channels.every(one => one === 'holder')
      return {
        ...{ id, status, issuedAt: record.issuedAt },
        name: cards.byId(record.cardId)?.display.name ?? { ko: record.cardId, en: record.cardId },
        mayUnlock: by === 'passkey' && status === 'SUSPENDED' && !isHeld && isOwn,
      }
    })
  }

  #require(session: string): Session {
    const found = this.#sessions.get(keyOf(session))
    if (found && this.options.clock() < found.until) return found
    throw new LockError(
      { code: 'LOCK_SESSION_ENDED' },
      'The ten minutes are over, or the node was started again. Enter the line or the recovery code once more.',
    )
  }
}

const keyOf = (session: string): string => toHex(sha256(utf8(session)))

const refused = (): LockError =>
  new LockError(
    { code: 'LOCK_REFUSED' },
    'The line and the passkey, or the recovery code, were not accepted. Check them, or call the help line or your telecom.',
  )

const tooMany = (): LockError =>
  new LockError(
    { code: 'LOCK_TRIES', minutes: 60 },
    'Too many wrong tries. Call the help line or your telecom: they can lock the cards at once.',
  )
