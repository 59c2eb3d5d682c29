/** The keys of a verifier that runs alone. docs/threat-model.md describes what the holder of each key can do. */
import type { Random } from '../lib/random.ts'
import type { UnixSeconds } from '../lib/time.ts'
import {
  type Certificates,
  type CertifiedSigner,
  masterKey,
  type Owner,
  openCertificates,
  operatorToken,
  signerIn,
} from './certified.ts'
import { SecretFiles } from './files.ts'
import type { P256Signer } from './signer.ts'

export interface VerifierCustody {
  /** Encrypts the requests in the database. */
  readonly master: Uint8Array
  /** Bearer token of the command line on this host. */
  readonly operatorToken: string
  /** Signs requests to wallets, certificates of tills, and records of checks. The council registers it. */
  readonly request: CertifiedSigner
  /** Signs webhooks. */
  readonly webhook: P256Signer
  readonly tls: Certificates['tls']
}

/**
 * Opens the keys and creates missing ones.
 * @param complete whether the install is in use: then a missing key is an error, because the ledger knows the old one
 * @throws {KeysError} KEYS_MISSING, KEYS_UNREADABLE
 */
export async function openVerifierCustody(
  directory: string,
  owner: Owner,
  now: UnixSeconds,
  random: Random,
  complete = false,
): Promise<VerifierCustody> {
  const files = new SecretFiles(directory, complete)
  const certificates = await openCertificates(files, owner, now, random)
  return {
    master: masterKey(files, random),
    operatorToken: operatorToken(files, random),
    request: await certificates.certified('request', 2),
    // Receivers read its public half from the service, so a new key can replace it.
    webhook: signerIn(files, 'webhook', true),
    tls: certificates.tls,
  }
}
