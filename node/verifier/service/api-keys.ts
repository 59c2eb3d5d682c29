/**
 * API keys: with one, a program of a verifier asks for cards over HTTP, and for nothing else. A key is `<id>.<secret>`. It is
 * shown once; the database has only the hash of the secret. What a key may do are its scopes.
 * Why: docs/decisions/163.
 */
import { sha256 } from '#crypto'
import type { Journal } from '../../issuer/journal.ts'
import { requireWebhook, type Webhook } from '../../issuer/machines/webhook-address.ts'
import { equalSecret } from '../../keys/secret.ts'
import { toBase64url, utf8 } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import { VerifierError } from '../errors.ts'

/**
 * `requests:create`: makes requests. `requests:read`: reads the verdicts of the requests that this key made.
 * `records:read`: reads the signed records of checks, of all keys.
 */
export const API_SCOPES = ['requests:create', 'requests:read', 'records:read'] as const
export type ApiScope = (typeof API_SCOPES)[number]

export interface ApiKey {
  readonly id: string
  /** Whose it is. No personal data. */
  readonly name: string
  readonly scopes: readonly ApiScope[]
  /** SHA-256 of the secret, base64url. */
  readonly hash: string
  /** Where verdicts of its requests are announced. */
  readonly webhook?: Webhook
  readonly createdAt: UnixSeconds
  readonly endedAt: UnixSeconds | null
}

export interface ApiKeysOptions {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
  /** Whether webhooks may go to this host: never in production. */
  readonly loopback: boolean
}

const KEY = /^([\w-]{22})\.([\w-]{43})$/

export class ApiKeys {
  readonly #keys: Table<string, ApiKey>

  constructor(private readonly options: ApiKeysOptions) {
    this.#keys = new Table(options.store, Bucket.apiKey, textCodec, jsonCodec())
  }

  /** The key of this text; undefined for an unknown or ended one. */
  find(text: string): ApiKey | undefined {
    const [, id = '', secret = ''] = KEY.exec(text) ?? []
    const key = this.active(id)
    return key && equalSecret(hashOf(secret), key.hash) ? key : undefined
  }

  active(id: string): ApiKey | undefined {
    const key = this.#keys.get(id)
    return key?.endedAt === null ? key : undefined
  }

  async list(): Promise<ApiKey[]> {
    const all: ApiKey[] = []
    for await (const [, key] of this.#keys.entries()) all.push(key)
    return all.sort((a, b) => a.createdAt - b.createdAt)
  }

  /**
   * @param by who adds it, for the journal
   * @returns the text, which nobody can read again
   * @throws {MachineError} MACHINE_WEBHOOK_REFUSED
   */
  async add(
    { name, scopes, webhook }: Pick<ApiKey, 'name' | 'scopes' | 'webhook'>,
    by: string,
  ): Promise<{ readonly key: ApiKey; readonly text: string }> {
    const { store, journal, clock, random, loopback } = this.options
    if (webhook) requireWebhook(webhook, loopback)
    const [id, secret] = [toBase64url(random(16)), toBase64url(random(32))]
    const at = clock()
    const told = webhook && { webhook }
    const key: ApiKey = { id, name, scopes, hash: hashOf(secret), ...told, createdAt: at, endedAt: null }
    await store.commit([
      this.#keys.put(id, key),
      journal.append({ at, event: 'api-key.added', key: id, scopes: scopes.join(' '), by }),
    ])
    return { key, text: `${id}.${secret}` }
  }

  /** It counts no more, at once. Nothing happens if it was ended before. @throws {VerifierError} VERIFIER_KEY_UNKNOWN */
  async end(id: string, by: string): Promise<ApiKey> {
    const { store, journal, clock } = this.options
    const key = this.#keys.get(id)
    if (!key) {
      throw new VerifierError(
        { code: 'VERIFIER_KEY_UNKNOWN', key: id },
        'There is no API key with that id. See `dojang verifier key list`.',
      )
    }
    if (key.endedAt !== null) return key
    const ended = { ...key, endedAt: clock() }
    await store.commit([
      this.#keys.put(id, ended),
      journal.append({ at: ended.endedAt, event: 'api-key.ended', key: id, by }),
    ])
    return ended
  }
}

const hashOf = (secret: string): string => toBase64url(sha256(utf8(secret)))
