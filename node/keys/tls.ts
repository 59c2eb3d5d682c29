/** The key and certificate of the https interface. Why: docs/decisions/074. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { KeysError } from './errors.ts'

/** Both PEM. */
export interface TlsIdentity {
  readonly key: string
  /** The certificate, followed by the intermediate certificates. */
  readonly cert: string
}

/** Paths of PEM files. */
export interface TlsFiles {
  /** The certificate, followed by its chain. */
  readonly certificate: string
  readonly key: string
}

/** Returns the current identity. It is called again regularly, since certificates expire. */
export type TlsSource = () => Promise<TlsIdentity>

/**
 * Reads a certificate from files that another program renews.
 * @param hostname of the public URL, as in `URL.hostname`
 * @returns a source that throws {KeysError} KEYS_TLS if the files are not a certificate and its key, or are for another host
 */
export function tlsFiles(files: TlsFiles, hostname: string): TlsSource {
  return async () => {
    const identity = { cert: read(files.certificate), key: read(files.key) }
    try {
      createSecureContext(identity)
    } catch {
      // No cause: its message may quote the file.
      throw unusable(files.certificate, `it and ${files.key} are not a certificate and its key`)
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
    `${file} cannot be used for https: ${reason}. Name two PEM files with --tls-cert and --tls-key that the user who ` +
      'runs the node can read. The first contains the certificate and then its chain.',
  )
