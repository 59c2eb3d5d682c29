import { readFileSync } from 'node:fs'
import { isExposed } from '../keys/files.ts'
import { SoftwareSigner } from '../keys/signer.ts'
import { CliError } from './errors.ts'

/** An organisation's private key, in PEM. @throws {CliError} CLI_INPUT */
export function openSigner(path: string): SoftwareSigner {
  const pem = readFileSync(path, 'utf8')
  const unusable = (reason: string) =>
    new CliError({ code: 'CLI_INPUT', path, reason }, `The key file ${path} cannot be used: ${reason}.`)
  if (isExposed(path)) throw unusable('other users of this host may read or change it')
  try {
    return new SoftwareSigner(pem)
  } catch {
    // No cause: its message may quote the file.
    throw unusable('it is not a private P-256 key in PEM')
  }
}
