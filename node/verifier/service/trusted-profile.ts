/**
 * The ledger profile of a verifier that runs alone. The file is given once; the endpoints serve newer versions, which count
 * if the pinned key signed them. An older version than one that was seen is refused, from whomever it comes: it may name
 * validators that are no longer trusted. The highest version is in the database, so putting back a file does not help.
 */
import { existsSync, readFileSync } from 'node:fs'
import { writeDurably } from '../../keys/files.ts'
import { type LedgerProfile, verifyProfile } from '../../proof/profile.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../store/store.ts'
import { VerifierError } from '../errors.ts'
import { fetchProfile } from '../open.ts'

export interface TrustedProfileOptions {
  readonly store: Store
  /** The file in the data directory. */
  readonly path: string
  /** Thumbprint of the key that signs it. */
  readonly pinned: string
}

const VERSION = 'profile version'

export class TrustedProfile {
  readonly #seen: Table<string, number>
  #text: string
  #profile: LedgerProfile

  private constructor(
    private readonly options: TrustedProfileOptions,
    text: string,
    profile: LedgerProfile,
  ) {
    this.#seen = new Table(options.store, Bucket.meta, textCodec, jsonCodec())
    this.#text = text
    this.#profile = profile
  }

  /**
   * @param given the text of a profile for this start; by default, the stored one
   * @throws {ProofError} PROOF_PROFILE_INVALID, also for an older version
   * @throws {VerifierError} VERIFIER_CONFIGURATION for a ledger without seals
   */
  static async open(options: TrustedProfileOptions, given?: string): Promise<TrustedProfile> {
    const { store, path, pinned } = options
    const seen = new Table<string, number>(store, Bucket.meta, textCodec, jsonCodec()).get(VERSION) ?? 0
    const stored = existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
    const text = given ?? stored ?? ''
    const profile = verifyProfile(text, pinned, seen)
    if (profile.seals === 'none') {
      throw new VerifierError(
        { code: 'VERIFIER_CONFIGURATION', reason: 'seals' },
        'This ledger has no seals, so nothing can be proved. Use the profile of a sealed ledger.',
      )
    }
    const trusted = new TrustedProfile(options, text, profile)
    await trusted.#store(text, profile)
    return trusted
  }

  get text(): string {
    return this.#text
  }

  get profile(): LedgerProfile {
    return this.#profile
  }

  get key(): string {
    return this.options.pinned
  }

  /**
   * Adopts the profile that an endpoint serves, if it is newer.
   * @returns whether it was newer
   * @throws {ProofError} PROOF_PROFILE_INVALID; {VerifierError} VERIFIER_CONFIGURATION if the endpoint does not answer
   */
  async renew(endpoint: string, fetcher: typeof fetch): Promise<boolean> {
    const text = await fetchProfile(endpoint.replace(/\/$/, ''), fetcher)
    const profile = verifyProfile(text, this.options.pinned, this.#profile.version)
    if (profile.version === this.#profile.version) return false
    await this.#store(text, profile)
    this.#text = text
    this.#profile = profile
    return true
  }

  /** The file first: with the version alone, the next start would refuse the older file. */
  async #store(text: string, { version }: LedgerProfile): Promise<void> {
    const { store, path } = this.options
    writeDurably(path, text, 0o644)
    await store.commit([this.#seen.put(VERSION, version)])
  }
}
