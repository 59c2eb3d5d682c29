/** Keys that every install has: of a whole authority (custody.ts), or of a verifier alone (verifier-custody.ts). */
import { toBase64url, toHex } from '../lib/bytes.ts'
import { wrongEncoding, wrongValue } from '../lib/parse-error.ts'
import type { Random } from '../lib/random.ts'
import { HOUR, type UnixSeconds } from '../lib/time.ts'
import {
  hasBasicConstraints,
  makeLeafCertificate,
  makeRootCertificate,
  makeServerCertificate,
  toX5c,
} from './certificates.ts'
import type { SecretFiles } from './files.ts'
import { makeP256Pem, type P256Signer, SoftwareSigner } from './signer.ts'
import type { TlsIdentity } from './tls.ts'

/** A P-256 key with the certificate chain that is sent with its signatures: leaf first, without the root. */
export interface CertifiedSigner extends P256Signer {
  readonly x5c: readonly string[]
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
}

/** Whom the certificates name. */
export interface Owner {
  readonly name: string
  readonly url: string
}

export interface Certificates {
  /**
   * The named key with a certificate of the install's own authority.
   * @param replaceable a new key can replace a missing one at any time
   */
  readonly certified: (name: string, years: number, replaceable?: boolean) => Promise<CertifiedSigner>
  /** Creates a new key for https, with a certificate by the install's own authority. */
  readonly tls: (hostname: string, now: UnixSeconds) => Promise<TlsIdentity>
}

const YEAR = 365 * 24 * HOUR

/** @throws {KeysError} KEYS_MISSING, KEYS_UNREADABLE */
export async function openCertificates(
  files: SecretFiles,
  owner: Owner,
  now: UnixSeconds,
  random: Random,
): Promise<Certificates> {
  const ca = signerIn(files, 'ca')
  const root = await readOrMakeAsync(files, 'ca.crt', () =>
    makeRootCertificate(ca, `${owner.name} root`, now - HOUR, random),
  )
  return {
    certified: async (name, years, replaceable = false) => {
      const key = signerIn(files, name, replaceable)
      const newTerm = () => `${now} ${now + years * YEAR}`
      const { notBefore, notAfter } = files.parsed(`${name}.term`, parseTerm, newTerm, replaceable)
      const subject = { commonName: owner.name, url: owner.url, notBefore, notAfter }
      const make = () => makeLeafCertificate(ca, root, key, subject, random)
      const found = await readOrMakeAsync(files, `${name}.crt`, make, replaceable)
      // An earlier version's certificate makes wallets fail. Cards are trusted by the key, which stays the same.
      const pem = hasBasicConstraints(found) ? files.replace(`${name}.crt`, await make()) : found
      const { publicKey, keyId } = key
      return { publicKey, keyId, sign: data => key.sign(data), x5c: [toX5c(pem)], notBefore, notAfter }
    },
    tls: async (hostname, time) => {
      const key = new SoftwareSigner(makeP256Pem())
      const certificate = await makeServerCertificate(ca, root, key, hostname, time - HOUR, random)
      return { key: key.pkcs8, cert: certificate }
    },
  }
}

/** @param replaceable a new key can replace a missing one at any time */
export const signerIn = (files: SecretFiles, name: string, replaceable = false): SoftwareSigner =>
  files.parsed(`${name}.pem`, pem => new SoftwareSigner(pem), makeP256Pem, replaceable)

export const masterKey = (files: SecretFiles, random: Random): Uint8Array =>
  files.parsed('master.key', parseMaster, () => toHex(random(32)).slice(2))

export const operatorToken = (files: SecretFiles, random: Random): string =>
  files.parsed('operator.token', parseToken, () => toBase64url(random(32)), true)

function parseMaster(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) throw wrongEncoding('hex', '32 bytes expected')
  return Buffer.from(text, 'hex')
}

function parseToken(text: string): string {
  if (!/^[\w-]{32,}$/.test(text)) throw wrongValue('operator token', 'malformed')
  return text
}

function parseTerm(text: string): { readonly notBefore: UnixSeconds; readonly notAfter: UnixSeconds } {
  const [, notBefore, notAfter] = /^(\d{1,12}) (\d{1,12})$/.exec(text) ?? []
  if (!(Number(notBefore) < Number(notAfter))) throw wrongValue('term', 'two times expected, in order')
  return { notBefore: Number(notBefore), notAfter: Number(notAfter) }
}

async function readOrMakeAsync(
  files: SecretFiles,
  name: string,
  make: () => Promise<string>,
  replaceable = false,
): Promise<string> {
  const found = files.read(name)
  if (found !== undefined) return found
  const made = await make()
  return files.readOrMake(name, () => made, replaceable)
}
