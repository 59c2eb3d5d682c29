/** What the https interface shows itself with. Why: docs/decisions/074. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { KeysError } from './errors.ts'

/** Both PEM. */
export interface TlsIdentity {
  readonly key: string
  /** The certificate, and those between it and its root. */
  readonly cert: string
}

/** Paths of PEM files. */
export interface TlsFiles {
  /** With the chain behind it. */
  readonly certificate: string
  readonly key: string
}

/** The one to show from now on: asked again and again, since certificates end. */
export type TlsSource = () => Promise<TlsIdentity>

/**
 * A certificate that somebody else renews, in files.
 * @param hostname that of the public URL, as `URL` has it
 * @returns a source that throws {KeysError} KEYS_TLS for files that are no such pair, or not for that host
 */
export function tlsFiles(files: TlsFiles, hostname: string): TlsSource {
  return async () => {
    const identity = { cert: read(files.certificate), key: read(files.key) }
    try {
      createSecureContext(identity)
    } catch {
      // Without the cause, which may quote what is in a file.
      throw unusable(files.certificate, `it and ${files.key} are no certificate and its key`)
    }
    if (!isFor(identity.cert, hostname)) throw unusable(files.certificate, `it is not for ${hostname}`)
    return identity
  }
}

function isFor(certificate: string, hostname: string): boolean {
  const leaf = new X509Certificate(certificate)
  const address = hostname.replace(/^\[|\]$/g, '')
  return (isIP(address) ? leaf.checkIP(address) : leaf.checkHost(hostname)) !== undefined
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw unusable(path, `it cannot be read (${(cause as NodeJS.ErrnoException).code})`)
  }
}

const unusable = (file: string, reason: string) =>
  new KeysError(
    { code: 'KEYS_TLS', file, reason },
    `${file} cannot serve https: ${reason}. Name PEM files with --tls-cert and --tls-key, the chain behind the ` +
      'certificate in the first, readable by the user who runs the node.',
  )
