/**
 * Token Status Lists (draft-ietf-oauth-status-list) as a second source of status. A list is trusted only if a key
 * signed it that may sign status lists for the card's issuer, if its URI is the one in the card, and within its validity.
 * Why: docs/decisions/072.
 */
import { CredentialError } from '../../credential/errors.ts'
import { statusAt, statusListError } from '../../credential/status-list.ts'
import { parseStatusListToken, type StatusListToken, verifyStatusListToken } from '../../credential/status-token.ts'
import type { Hex } from '../../lib/bytes.ts'
import { isSignedBy } from '../../lib/jose/jws.ts'
import { LruCache } from '../../lib/lru-cache.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { STATUSES, type StatusName } from '../../proof/registries/status.ts'
import { type IssuerKey, IssuerKeys } from '../issuer-keys.ts'
import type { StatusAnswer } from './combine.ts'

export interface StatusListSource {
  /** A list that cannot be fetched or is not trusted gives an unknown status. Rejects only for an internal fault. */
  statusOf(reference: StatusReference): Promise<StatusAnswer>
}

export interface StatusReference {
  readonly uri: string
  readonly index: number
  /** The key that signed the card. The list may be signed by it, or by the key of the list's own certificate. */
  readonly key: IssuerKey
  /** Whether a key may sign this list at this time. It is asked again each time that the list is used. */
  readonly trusts: (keyId: Hex, signedAt: UnixSeconds) => Promise<boolean>
  readonly now: UnixSeconds
}

export interface StatusListPort {
  /** The body of a GET with `Accept: application/statuslist+jwt`. Must limit size and time; rejects otherwise. */
  fetch(uri: string): Promise<string>
  /** Decompresses zlib (RFC 1950). Rejects if the result has more than `maxLength` bytes. */
  inflate(compressed: Uint8Array, maxLength: number): Promise<Uint8Array>
}

/** 2^22 entries of two bits: more than any list of this project has. */
const MAX_LIST_BYTES = 1 << 20
/** The number of cached lists; each has 32 kB for 131,072 cards. */
const CACHED_LISTS = 64
/** Seconds for which a list is used if it does not say so itself, and at most. */
const DEFAULT_TTL = 60
const MAX_TTL = 3600
/** Seconds before a failed address is tried again: a counter must not wait for it at every card. */
const RETRY = 10

interface CachedList {
  readonly bytes: Uint8Array
  readonly bits: StatusListToken['bits']
  readonly iat: UnixSeconds
  readonly exp: UnixSeconds | null
  readonly freshUntil: UnixSeconds
  readonly signer: Hex
}

/**
 * Caches each list for the time that it states (`ttl`). After that, the cached list is used only if no new one can be
 * fetched, until its `exp`. A list that is older than the last one is an old copy and is refused. A revocation in a
 * cached list counts at any age.
 */
export class TokenStatusLists implements StatusListSource {
  readonly #lists = new LruCache<string, CachedList>(CACHED_LISTS)
  readonly #failed = new LruCache<string, { readonly until: UnixSeconds; readonly why: string }>(CACHED_LISTS)
  readonly #fetching = new Map<string, Promise<string | null>>()
  readonly #keys = new IssuerKeys()

  constructor(private readonly port: StatusListPort) {}

  async statusOf(reference: StatusReference): Promise<StatusAnswer> {
    const { uri, index, key, trusts, now } = reference
    const unknown = (why: string): StatusAnswer => ({ known: false, why, source: 'list' })
    // The cache key contains the issuer's key, so that the list of one issuer never answers for a card of another.
    const id = `${key.keyId} ${uri}`
    const failure = await this.#refresh(id, reference)
    const list = this.#lists.get(id)
    if (!list) return unknown(failure ?? 'unreachable')
    if (!(await trusts(list.signer, list.iat))) return unknown('not_believed')
    let status: StatusName | undefined
    try {
      status = STATUSES[statusAt(list.bytes, list.bits, index)]
    } catch (error) {
      if (error instanceof CredentialError) return unknown('not_believed')
      throw error
    }
    if (!status) return unknown('unassigned')
    const expired = list.exp !== null && list.exp <= now
    // A revocation is final, so it counts at any age. Other statuses may have changed.
    if (expired && status !== 'INVALID') return unknown(failure ?? 'expired')
    return { known: true, status, source: 'list', time: list.iat }
  }

  /** @returns why there is no fresh list; null if there is one */
  #refresh(id: string, reference: StatusReference): Promise<string | null> | string | null {
    const { now } = reference
    if ((this.#lists.get(id)?.freshUntil ?? 0) > now) return null
    const failed = this.#failed.get(id)
    if (failed && failed.until > now && now >= failed.until - RETRY) return failed.why
    const fetching =
      this.#fetching.get(id) ??
      this.#fetch(id, reference)
        .then(why => this.#noteFailure(id, why, now))
        .finally(() => this.#fetching.delete(id))
    this.#fetching.set(id, fetching)
    return fetching
  }

  async #fetch(id: string, { uri, key, trusts, now }: StatusReference): Promise<string | null> {
    let text: string
    try {
      text = await this.port.fetch(uri)
    } catch {
      return 'unreachable'
    }
    try {
      const parsed = parseStatusListToken(text)
      const signer = isSignedBy(parsed.jws, key.key) ? key : this.#keys.of(parsed.x5c[0] ?? '')
      const token = verifyStatusListToken(parsed, signer.key, { uri, now })
      // Before the list is kept: otherwise a stranger's list could replace the issuer's.
      if (!(await trusts(signer.keyId, token.iat))) return 'not_believed'
      const before = this.#lists.get(id)
      if (before && token.iat < before.iat) return 'rolled_back'
      const bytes = await this.port.inflate(token.compressed, MAX_LIST_BYTES).catch(notAList)
      const ttl = Math.min(token.ttl ?? DEFAULT_TTL, MAX_TTL)
      const freshUntil = Math.min(now + ttl, token.exp ?? Number.POSITIVE_INFINITY)
      const { bits, iat, exp } = token
      this.#lists.set(id, { bytes, bits, iat, exp, freshUntil, signer: signer.keyId })
      return null
    } catch (error) {
      if (error instanceof CredentialError || error instanceof ParseError) return 'not_believed'
      throw error
    }
  }

  #noteFailure(id: string, why: string | null, now: UnixSeconds): string | null {
    if (why === null) this.#failed.delete(id)
    else this.#failed.set(id, { until: now + RETRY, why })
    return why
  }
}

function notAList(): never {
  throw statusListError('it cannot be decompressed')
}
