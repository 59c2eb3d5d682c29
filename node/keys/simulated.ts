/**
 * The keys of what a demo simulates: the authority that signs chips, and the face provider. Other modes have neither: whoever
 * holds these keys could make an identity card, or say that any face is anybody's.
 */
import type { Random } from '../lib/random.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { type CertifiedSigner, type Owner, openCertificates, signerIn } from './certified.ts'
import { SecretFiles } from './files.ts'
import type { SoftwareSigner } from './signer.ts'

export interface SimulatedKeys {
  /** Country signing CA. */
  readonly csca: SoftwareSigner
  readonly face: CertifiedSigner
}

const YEARS = 5

/** @throws {KeysError} KEYS_UNREADABLE */
export async function openSimulatedKeys(
  directory: string,
  owner: Owner,
  now: UnixSeconds,
  random: Random,
): Promise<SimulatedKeys> {
  const files = new SecretFiles(directory)
  const certificates = await openCertificates(files, owner, now, random)
  return {
    csca: signerIn(files, 'simulated-csca', true),
    face: await certificates.certified('simulated-face', YEARS, true),
  }
}
