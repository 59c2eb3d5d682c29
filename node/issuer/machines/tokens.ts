/**
 * Access tokens of machine clients: OAuth 2.0 client credentials (RFC 6749 §4.4) with `private_key_jwt` (RFC 7523 §2.2).
 *
 *   assertion (ES256, for this endpoint, at most five minutes, its `jti` used once) ─▶ token of five minutes
 *
 * That an assertion was used is on disk before its token is sent, so it cannot be used again after a restart. The tokens are
 * in memory: after a restart a client asks for another one.
 * Why: docs/decisions/110.
 */
import { decodeJwt, importJWK, type JWTPayload, jwtVerify } from 'jose'
import { sha256 } from '#crypto'
import { toBase64url, toHex, utf8 } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table } from '../../store/store.ts'
import type { MachineActor } from '../operators/actor.ts'
import type { MachineClient, MachineClients } from './clients.ts'
import { MachineError, refused } from './errors.ts'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Seconds. */
export const TOKEN_LIFETIME = 300
const LONGEST_ASSERTION = 300
const CLOCK_SKEW = 30
/** Characters. */
const MAX_ASSERTION = 8192
/** `JWT` is the older one; the newer one is explicit (draft-ietf-oauth-rfc7523bis). */
const TYPES: ReadonlySet<unknown> = new Set([undefined, 'JWT', 'client-authentication+jwt'])

export interface TokenRequest {
  readonly assertion: string
  /** If it is absent, all scopes of the client. */
  readonly scope: string | undefined
  /** If it is present, it must be that of the assertion. */
  readonly clientId: string | undefined
}

export interface GrantedToken {
  readonly token: string
  readonly scopes: readonly string[]
}

export interface MachineTokensOptions {
  readonly store: Store
  readonly clients: MachineClients
  /** The URL of the token endpoint: the only audience of an assertion. */
  readonly endpoint: string
  readonly clock: Clock
  readonly random: Random
}

export class MachineTokens {
  readonly #used: Table<Uint8Array, UnixSeconds>
  /** Assertions of which the use is being stored. */
  readonly #spending = new Set<string>()
  readonly #tokens = new Map<
    string,
    { readonly client: string; readonly scopes: readonly string[]; until: UnixSeconds }
  >()

  constructor(private readonly options: MachineTokensOptions) {
    this.#used = new Table(options.store, Bucket.machineAssertion, bytesCodec, jsonCodec())
  }

  /** @throws {MachineError} MACHINE_REQUEST_REFUSED */
  async grant({ assertion, scope, clientId }: TokenRequest): Promise<GrantedToken> {
    const { clock, random } = this.options
    const client = this.#clientOf(assertion)
    if (clientId !== undefined && clientId !== client.id) throw invalidClient('client_id is not that of the assertion')
    const claims = await this.#verify(assertion, client)
    const asked = scope?.split(' ') ?? client.scopes
    const known: ReadonlySet<string> = new Set(client.scopes)
    if (!asked.every(one => known.has(one))) throw refused('invalid_scope', 'the client does not have this scope')
    await this.#spend(client.id, claims)
    const token = toBase64url(random(32))
    this.#tokens.set(keyOf(token), { client: client.id, scopes: asked, until: clock() + TOKEN_LIFETIME })
    return { token, scopes: asked }
  }

  /** The client to which a token belongs; undefined if the token is unknown or expired, or the client was stopped. */
  actorOf(token: string): MachineActor | undefined {
    const { clients, clock } = this.options
    const found = this.#tokens.get(keyOf(token))
    if (!found || clock() >= found.until || !clients.active(found.client)) return undefined
    return { kind: 'machine', id: found.client, scopes: found.scopes }
  }

  /** Deletes what has expired. */
  async sweep(): Promise<void> {
    const { store, clock } = this.options
    const now = clock()
    for (const [key, { until }] of this.#tokens) if (now >= until) this.#tokens.delete(key)
    const ended = []
    for await (const [key, until] of this.#used.entries()) if (now > until) ended.push(this.#used.del(key))
    await store.commit(ended)
  }

  #clientOf(assertion: string): MachineClient {
    if (assertion.length > MAX_ASSERTION) throw invalidClient('the assertion is too long')
    let issuer: unknown
    try {
      issuer = decodeJwt(assertion).iss
    } catch (error) {
      throw invalidClient('the assertion is no JWT', error)
    }
    const client = typeof issuer === 'string' ? this.options.clients.active(issuer) : undefined
    if (!client) throw invalidClient('the client is unknown or was stopped')
    return client
  }

  async #verify(assertion: string, client: MachineClient): Promise<JWTPayload> {
    const { endpoint, clock } = this.options
    const rules = {
      ...{ algorithms: ['ES256'], issuer: client.id, subject: client.id, audience: endpoint },
      ...{ requiredClaims: ['exp', 'jti'], clockTolerance: CLOCK_SKEW, currentDate: new Date(clock() * 1000) },
    }
    let failure: unknown
    for (const key of client.keys) {
      try {
        const { payload, protectedHeader } = await jwtVerify(assertion, await importJWK({ ...key }, 'ES256'), rules)
        if (!TYPES.has(protectedHeader.typ)) throw invalidClient('the type of the JWT is not that of an assertion')
        // An assertion with two audiences could be used by the other one.
        if (payload.aud !== endpoint) throw invalidClient('the audience must be the token endpoint alone')
        const { exp = 0, jti } = payload
        if (exp > clock() + LONGEST_ASSERTION + CLOCK_SKEW) throw invalidClient('the assertion is valid too long')
        if (typeof jti !== 'string' || jti === '' || jti.length > 256) throw invalidClient('jti is malformed')
        return payload
      } catch (error) {
        if (error instanceof MachineError) throw error
        failure = error
      }
    }
    throw invalidClient(
      'the assertion is not valid for this endpoint, or is not signed by a key of the client',
      failure,
    )
  }

  /** Resolves when it is on disk that the assertion was used. */
  async #spend(client: string, { jti = '', exp = 0 }: JWTPayload): Promise<void> {
    const key = sha256(utf8(`${client}\0${jti}`))
    const name = toHex(key)
    if (this.#spending.has(name) || this.#used.has(key)) throw invalidClient('the assertion was used before')
    this.#spending.add(name)
    try {
      await this.options.store.commit([this.#used.put(key, exp + CLOCK_SKEW)])
    } finally {
      this.#spending.delete(name)
    }
  }
}

const keyOf = (token: string): string => toHex(sha256(utf8(token)))

const invalidClient = (message: string, cause?: unknown) => refused('invalid_client', message, cause)
