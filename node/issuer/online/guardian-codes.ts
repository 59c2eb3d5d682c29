/**
 * The codes by which an applicant asks a guardian for consent. A code names an application and nothing else: without the
 * guardian's own sign-in it shows nothing. It is derived, so that it can be shown to the applicant again, and the database has
 * only its hash.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { sha256 } from '#crypto'
import { utf8 } from '../../lib/bytes.ts'
import { type Clock, DAY, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import type { GuardianConsent } from '../applications/application.ts'
import { derivedSecret } from '../offers/derived-secret.ts'
import type { Standing } from './standing.ts'

interface StoredCode {
  readonly application: string
  readonly expiresAt: UnixSeconds
}

/** Seconds. A guardian may live elsewhere. */
const LIFETIME = 7 * DAY

/** Without letters and digits that people take for others. 16 characters have 79 bits. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
const LENGTH = 16

export class GuardianCodes {
  readonly #table: Table<Uint8Array, StoredCode>
  readonly #secret: KeyObject

  constructor(
    private readonly store: Store,
    master: Uint8Array,
    private readonly clock: Clock,
  ) {
    this.#table = new Table(store, Bucket.guardianCode, bytesCodec, jsonCodec())
    this.#secret = createSecretKey(derivedSecret(master, 'guardian codes'))
  }

  /** The consent of an application that waits for a guardian: at first, or with a further code. */
  waiting(before: GuardianConsent | null): GuardianConsent {
    return { state: 'waiting', code: (before?.code ?? 0) + 1, until: this.clock() + LIFETIME, by: null }
  }

  put(application: string, consent: GuardianConsent): WriteOp {
    const stored = { application, expiresAt: consent.until }
    return this.#table.put(keyOf(this.text(application, consent)), stored)
  }

  /** Four groups of four characters. */
  text(application: string, { code }: Pick<GuardianConsent, 'code'>): string {
    const bytes = createHmac('sha512', this.#secret).update(`${application}\0${code}`).digest()
    // A byte is used only if it is below the largest multiple of the alphabet's length, so that all characters are equally likely.
    const even = [...bytes].filter(byte => byte < 8 * ALPHABET.length)
    const characters = even.slice(0, LENGTH).map(byte => ALPHABET[byte % ALPHABET.length])
    return (characters.join('').match(/.{4}/g) ?? []).join('-')
  }

  /** The code of an applicant who waits for a guardian; null for others. */
  shown(standing: Standing): string | null {
    if (standing.kind !== 'waiting' || standing.over) return null
    const { id, guardian } = standing.application
    return guardian && this.text(id, guardian)
  }

  /** The application of a code as somebody typed it. */
  applicationOf(typed: string): string | undefined {
    const found = this.#table.get(keyOf(typed))
    return found && this.clock() < found.expiresAt ? found.application : undefined
  }

  end(application: string, consent: Pick<GuardianConsent, 'code'>): WriteOp {
    return this.#table.del(keyOf(this.text(application, consent)))
  }

  async sweep(): Promise<void> {
    const now = this.clock()
    const over: WriteOp[] = []
    for await (const [key, { expiresAt }] of this.#table.entries())
      if (now >= expiresAt) over.push(this.#table.del(key))
    if (over.length > 0) await this.store.commit(over)
  }
}

const keyOf = (typed: string) => sha256(utf8(typed.toLowerCase().replace(/[^a-z0-9]/g, '')))
