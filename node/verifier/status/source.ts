/**
 * Token Status Lists (draft-ietf-oauth-status-list) as a second source of status. A list is believed only under the
 * key that signed the card itself, for the very URI the card names, and within its own times.
 */
import { statusAt } from '../../credential/status-list.ts'
import { parseStatusListToken, verifyStatusListToken } from '../../credential/status-token.ts'
import type { P256PublicKey } from '../../lib/crypto.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { StatusValue } from '../view.ts'
import type { StatusWord } from './combine.ts'

export interface StatusListSource {
  /** Never rejects: what cannot be had or believed is a word that is not known. */
  statusOf(reference: StatusReference): Promise<StatusWord>
}

export interface StatusReference {
  readonly uri: string
  readonly index: number
  /** The card's issuer key. */
  readonly key: P256PublicKey
  readonly now: UnixSeconds
}

export interface StatusListPort {
  /** The body of a GET with `Accept: application/statuslist+jwt`. Bounded in size and time; rejects otherwise. */
  fetch(uri: string): Promise<string>
  /** zlib (RFC 1950); refuses to grow beyond `maxLength` bytes. */
  inflate(compressed: Uint8Array, maxLength: number): Promise<Uint8Array>
}

/** 2^22 entries of two bits: more than any list here has. */
const MAX_LIST_BYTES = 1 << 20
const VALUES: readonly (StatusValue | undefined)[] = ['VALID', 'INVALID', 'SUSPENDED']

export class TokenStatusLists implements StatusListSource {
  constructor(private readonly port: StatusListPort) {}

  async statusOf({ uri, index, key, now }: StatusReference): Promise<StatusWord> {
    const unknown = (why: string): StatusWord => ({ known: false, why, source: 'list' })
    let text: string
    try {
      text = await this.port.fetch(uri)
    } catch {
      return unknown('unreachable')
    }
    try {
      const token = verifyStatusListToken(parseStatusListToken(text), key, { uri, now })
      const list = await this.port.inflate(token.compressed, MAX_LIST_BYTES)
      const status = VALUES[statusAt(list, token.bits, index)]
      return status ? { known: true, status, source: 'list' } : unknown('unassigned')
    } catch {
      return unknown('not_believed')
    }
  }
}
