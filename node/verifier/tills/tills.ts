/**
 * The tills of this install: devices with keys of their own, for which the registered request key signs certificates
 * (docs/relying-parties.md). An operator admits a till by a one-time code. The till sends the code with its public key, and
 * asks for a new certificate with the same key before the old one ends:
 *
 *   admit ─▶ code ─▶ certify (code, key) ─▶ certificate for seven days ─▶ certify (key) ─▶ … ─▶ end
 *
 * A till need not prove that it has the key: without the key a certificate is of no use.
 */
import { importP256 } from '#crypto'
import { BearerSecrets } from '../../issuer/bearer-secrets.ts'
import type { Journal } from '../../issuer/journal.ts'
import type { CertifiedSigner } from '../../keys/certified.ts'
import { makeTillCertificate } from '../../keys/till-certificate.ts'
import { toBase64url } from '../../lib/bytes.ts'
import type { P256Jwk } from '../../lib/crypto.ts'
import { thumbprint as thumbprintOf } from '../../lib/jose/jwk.ts'
import { KeyedLock } from '../../lib/lock.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, DAY, HOUR, MINUTE, type UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import { VerifierError } from '../errors.ts'

export interface Till {
  readonly id: string
  /** Where it stands. No personal data. */
  readonly name: string
  readonly admittedAt: UnixSeconds
  /** Of its key (RFC 7638); null until it used its code. */
  readonly thumbprint: string | null
  /** The end of its newest certificate. */
  readonly certifiedUntil: UnixSeconds | null
  readonly endedAt: UnixSeconds | null
}

export interface CertifiedTill {
  /** The till's certificate and the registered key's: `x5c` of its requests. */
  readonly x5c: readonly string[]
  readonly notAfter: UnixSeconds
}

interface Admission {
  readonly till: string
  readonly expiresAt: UnixSeconds
}

export interface TillsOptions {
  readonly store: Store
  readonly journal: Journal
  /** The registered request key. */
  readonly signer: CertifiedSigner
  readonly clock: Clock
  readonly random: Random
  /** Whether a till gets a certificate without a code: only in a demo, which has nobody to protect. */
  readonly open: boolean
}

/** In which time a code is used. */
const CODE_LIFETIME = HOUR
const TERM = 7 * DAY
/** A wallet's clock may be behind ours. */
const CLOCK_TOLERANCE = 5 * MINUTE

export class Tills {
  readonly #tills: Table<string, Till>
  readonly #byKey: Table<string, string>
  readonly #codes: BearerSecrets<Admission>
  readonly #locks = new KeyedLock()

  constructor(private readonly options: TillsOptions) {
    const { store, clock, random } = options
    this.#tills = new Table(store, Bucket.till, textCodec, jsonCodec())
    this.#byKey = new Table(store, Bucket.tillByKey, textCodec, textCodec)
    this.#codes = new BearerSecrets(store, Bucket.tillCode, clock, random)
  }

  async list(): Promise<Till[]> {
    const all: Till[] = []
    for await (const [, till] of this.#tills.entries()) all.push(till)
    return all.sort((a, b) => a.admittedAt - b.admittedAt)
  }

  /** @param by who admits it, for the journal */
  async admit(
    name: string,
    by: string,
  ): Promise<{ readonly till: Till; readonly code: string; readonly expiresAt: UnixSeconds }> {
    const { store, journal, clock, random } = this.options
    const at = clock()
    const id = toBase64url(random(16))
    const till: Till = { id, name, admittedAt: at, thumbprint: null, certifiedUntil: null, endedAt: null }
    const { secret, op } = this.#codes.create({ till: id }, CODE_LIFETIME)
    await store.commit([op, this.#tills.put(id, till), journal.append({ at, event: 'till.admitted', till: id, by })])
    return { till, code: secret, expiresAt: at + CODE_LIFETIME }
  }

  /**
   * A certificate for a till's key. The same code with the same key gives another one, because the answer may have been lost.
   * @throws {VerifierError} VERIFIER_TILL_REFUSED
   */
  async certify(jwk: P256Jwk, code?: string): Promise<CertifiedTill> {
    const key = thumbprintOf(jwk)
    const id = code === undefined ? this.#byKey.get(key) : this.#codes.find(code)?.till
    if (code !== undefined && id === undefined) throw refused('code')
    if (id !== undefined) return this.#locks.run(id, () => this.#certifyAdmitted(id, jwk, key))
    if (!this.options.open) throw refused('key')
    return this.#sign(jwk, 'demo')
  }

  /** It gets no certificate any more. Its last one counts until its end. @throws {VerifierError} VERIFIER_TILL_UNKNOWN */
  async end(id: string, by: string): Promise<Till> {
    return this.#locks.run(id, async () => {
      const { store, journal, clock } = this.options
      const till = this.#tills.get(id)
      if (!till) {
        throw new VerifierError(
          { code: 'VERIFIER_TILL_UNKNOWN', till: id },
          'There is no till with that id. See `dojang till list`.',
        )
      }
      if (till.endedAt !== null) return till
      const at = clock()
      const ended = { ...till, endedAt: at }
      await store.commit([this.#tills.put(id, ended), journal.append({ at, event: 'till.ended', till: id, by })])
      return ended
    })
  }

  /** Deletes the codes that nobody used in time. */
  sweep(): Promise<void> {
    return this.#codes.sweep()
  }

  async #certifyAdmitted(id: string, jwk: P256Jwk, thumbprint: string): Promise<CertifiedTill> {
    const { store, journal, clock } = this.options
    const till = this.#tills.get(id)
    if (!till || till.endedAt !== null) throw refused('ended')
    // The code was used for another key.
    if (till.thumbprint !== null && till.thumbprint !== thumbprint) throw refused('code')
    const certified = await this.#sign(jwk, till.name)
    const certifiedUntil = certified.notAfter
    await store.commit([
      this.#tills.put(id, { ...till, thumbprint, certifiedUntil }),
      this.#byKey.put(thumbprint, id),
      journal.append({ at: clock(), event: 'till.certified', till: id, until: certifiedUntil }),
    ])
    return certified
  }

  async #sign(jwk: P256Jwk, name: string): Promise<CertifiedTill> {
    const { signer, clock, random } = this.options
    const [registered = ''] = signer.x5c
    const now = clock()
    const notAfter = Math.min(now + TERM, signer.notAfter)
    const content = { key: importP256(jwk), name, notBefore: now - CLOCK_TOLERANCE, notAfter }
    const certificate = await makeTillCertificate(signer, registered, content, random)
    return { x5c: [certificate, registered], notAfter }
  }
}

const REASONS = {
  code: 'Its code is unknown, was used by another device, or has expired. Admit the till again: `dojang till admit`.',
  key: 'This device is not admitted. Admit it: `dojang till admit`.',
  ended: 'An operator ended this till. Admit it again: `dojang till admit`.',
} as const

const refused = (reason: keyof typeof REASONS): VerifierError =>
  new VerifierError({ code: 'VERIFIER_TILL_REFUSED', reason }, REASONS[reason])
