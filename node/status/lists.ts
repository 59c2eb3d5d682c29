/**
 * Token Status Lists as they are served (IETF Token Status List §5.1), signed with the key that signs the credentials. A
 * token is made on request, and made again when a status changed or half of its `ttl` is over. Its `iat` is the time of
 * the block up to which the statuses are known, so while the ledger is unreachable the token shows its age. If the
 * ledger's clock is ahead of ours, `iat` is our time, because a verifier rejects a token from the future. Suspensions that
 * are held (held.ts) are in the token before the ledger has them, and move `iat` to the time of the newest one, so that
 * the token takes the place of the one before.
 */
import { deflateSync } from 'node:zlib'
import { setStatus, statusAt } from '../credential/status-list.ts'
import { createStatusListToken } from '../credential/status-token.ts'
import type { CertifiedSigner } from '../keys/certified.ts'
import { LedgerError } from '../ledger/errors.ts'
import { type Clock, DAY, MINUTE, type UnixSeconds } from '../lib/time.ts'
import { CredentialStatus, STATUS_BITS } from '../proof/registries/status.ts'
import { StatusError } from './errors.ts'
import type { HeldSuspensions } from './held.ts'
import type { StatusMirror } from './mirror.ts'

/** Seconds for which a verifier may cache a token (`ttl`). */
const TTL = MINUTE
/** Seconds after which a token expires (`exp`): longer than an outage of the ledger should take. */
const LIFETIME = DAY

export class StatusLists {
  readonly #tokens = new Map<bigint, { token: string; version: string; iat: UnixSeconds }>()

  constructor(
    private readonly issuer: string,
    private readonly mirror: Pick<StatusMirror, 'get' | 'asOf'>,
    private readonly held: Pick<HeldSuspensions, 'of'>,
    private readonly signer: CertifiedSigner,
    private readonly clock: Clock,
  ) {}

  /** The `status.status_list.uri` of a credential. */
  uri(list: bigint): string {
    return `${this.issuer}/status-lists/${list}`
  }

  /**
   * @throws {StatusError} STATUS_LIST_UNKNOWN
   * @throws {LedgerError} LEDGER_UNREACHABLE if the ledger was never reached, so that no status is known
   */
  token(list: bigint): { readonly token: string; readonly maxAge: number /* seconds */ } {
    const mirrored = this.mirror.get(list)
    const asOf = this.mirror.asOf?.time
    if (asOf === undefined) {
      throw new LedgerError(
        { code: 'LEDGER_UNREACHABLE', method: 'eth_call' },
        'The node has not reached the ledger yet, so it knows no status. Try again in a moment.',
      )
    }
    if (!mirrored) {
      throw new StatusError(
        { code: 'STATUS_LIST_UNKNOWN', list: String(list) },
        'This node has no status list with that number. Use the URI in the credential without a change.',
      )
    }
    const held = this.held.of(list)
    const version = `${mirrored.version} ${held.version}`
    const made = this.#tokens.get(list)
    // Never earlier than that of the token before: a verifier takes a list with an earlier one for an old copy.
    const iat = Math.min(Math.max(asOf, held.since, made?.iat ?? 0), this.clock())
    if (made && made.version === version && iat - made.iat < TTL / 2) return { token: made.token, maxAge: TTL / 2 }
    const token = createStatusListToken(
      {
        uri: this.uri(list),
        iat,
        exp: iat + LIFETIME,
        ttl: TTL,
        compressed: deflateSync(withHeld(mirrored.bytes, held.indexes), { level: 9 }),
        x5c: this.signer.x5c,
      },
      data => this.signer.sign(data),
    )
    this.#tokens.set(list, { token, version, iat })
    return { token, maxAge: TTL / 2 }
  }
}

/** The stricter of the ledger's word and what is held. */
function withHeld(words: Uint8Array, indexes: readonly number[]): Uint8Array {
  if (indexes.length === 0) return words
  const bytes = words.slice()
  for (const idx of indexes) {
    if (statusAt(bytes, STATUS_BITS, idx) === CredentialStatus.VALID) setStatus(bytes, idx, CredentialStatus.SUSPENDED)
  }
  return bytes
}
