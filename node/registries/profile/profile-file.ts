/** The file with the signed profile that this authority publishes. It is signed again when the profile changes. */
import { existsSync, readFileSync } from 'node:fs'
import { writeDurably } from '../../keys/files.ts'
import type { P256Signer } from '../../keys/signer.ts'
import { thumbprint } from '../../lib/jose/jwk.ts'
import { type LedgerProfile, verifyProfile } from '../../proof/profile.ts'
import { signProfile } from './profile.ts'

export class ProfileFile {
  #text: string
  #profile: LedgerProfile

  /** @throws {ProofError} PROOF_PROFILE_INVALID if another key signed the file */
  private constructor(
    private readonly path: string,
    private readonly signer: P256Signer,
  ) {
    this.#text = readFileSync(path, 'utf8').trim()
    this.#profile = verifyProfile(this.#text, thumbprint(signer.publicKey.jwk))
  }

  /** @param first creates the profile at the first start */
  static async open(path: string, signer: P256Signer, first: () => Promise<LedgerProfile>): Promise<ProfileFile> {
    if (!existsSync(path)) writeDurably(path, signProfile(await first(), signer), 0o644)
    return new ProfileFile(path, signer)
  }

  /** A compact JWS. */
  get text(): string {
    return this.#text
  }

  get profile(): LedgerProfile {
    return this.#profile
  }

  /** RFC 7638 thumbprint of its signing key, which verifiers pin. */
  get key(): string {
    return thumbprint(this.signer.publicKey.jwk)
  }

  /** Changes the profile and increases its version. The file is written before anybody sees the new version. */
  change(changes: Partial<Omit<LedgerProfile, 'version'>>): void {
    const profile = { ...this.#profile, ...changes, version: this.#profile.version + 1 }
    const text = signProfile(profile, this.signer)
    writeDurably(this.path, text, 0o644)
    this.#text = text
    this.#profile = profile
  }
}
