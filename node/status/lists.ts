/**
 * Published Token Status Lists (IETF Token Status List §5.1): signed by the key that signs the cards they name. A token
 * is made when it is asked for, and again when a status changed or half its time is over. Its `iat` is the time of the
 * block it speaks of, never later: while the ledger is out of reach a list grows old, and says so. Where the ledger's
 * clock is ahead of ours, it is our time instead, since nobody accepts a token from the future.
 */
import { deflateSync } from 'node:zlib'
import { createStatusListToken } from '../credential/status-token.ts'
import type { CertifiedSigner } from '../keys/custody.ts'
import { LedgerError } from '../ledger/errors.ts'
import { type Clock, DAY, MINUTE, type UnixSeconds } from '../lib/time.ts'
import { StatusError } from './errors.ts'
import type { StatusMirror } from './mirror.ts'

/** Seconds a verifier may keep a list before it asks again (`ttl`). */
const TTL = MINUTE
/** Seconds after which a list says nothing any more (`exp`): long enough to ride out an outage. */
const LIFETIME = DAY

export class StatusLists {
  readonly #tokens = new Map<bigint, { token: string; version: number; iat: UnixSeconds }>()

  constructor(
    private readonly issuer: string,
    private readonly mirror: StatusMirror,
    private readonly signer: CertifiedSigner,
    private readonly clock: Clock,
  ) {}

  /** What a credential's `status.status_list.uri` says. */
  uri(list: bigint): string {
    return `${this.issuer}/status-lists/${list}`
  }

  /**
   * @throws {StatusError} STATUS_LIST_UNKNOWN
   * @throws {LedgerError} LEDGER_UNREACHABLE while the ledger was never reached: then nothing is known of any list
   */
  token(list: bigint): { readonly token: string; readonly maxAge: number /* seconds */ } {
    const mirrored = this.mirror.get(list)
    const asOf = this.mirror.asOf?.time
    if (asOf === undefined) {
      throw new LedgerError(
        { code: 'LEDGER_UNREACHABLE', method: 'eth_call' },
        'The ledger was not reached yet, so nothing can be said of any credential. Ask again in a moment.',
      )
    }
    if (!mirrored) {
      throw new StatusError(
        { code: 'STATUS_LIST_UNKNOWN', list: String(list) },
        'No status list of that number is served here. Take the address from the credential, as it stands.',
      )
    }
    const iat = Math.min(asOf, this.clock())
    const made = this.#tokens.get(list)
    if (made && made.version === mirrored.version && iat - made.iat < TTL / 2)
      return { token: made.token, maxAge: TTL / 2 }
    const token = createStatusListToken(
      {
        uri: this.uri(list),
        iat,
        exp: iat + LIFETIME,
        ttl: TTL,
        compressed: deflateSync(mirrored.bytes, { level: 9 }),
        x5c: this.signer.x5c,
      },
      data => this.signer.sign(data),
    )
    this.#tokens.set(list, { token, version: mirrored.version, iat })
    return { token, maxAge: TTL / 2 }
  }
}
