/**
 * All keys of an install, by purpose. docs/threat-model.md describes what the holder of each key can do. In production,
 * keys that must not be on the same host are kept elsewhere, behind the same interface.
 */
import { Wallet } from 'ethers'
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
import { SecretFiles } from './files.ts'
import { NextAccounts, REPLACEABLE } from './next-accounts.ts'
import { makeP256Pem, type P256Signer, SoftwareSigner } from './signer.ts'
import type { TlsIdentity } from './tls.ts'

/** Ledger accounts (secp256k1). `validator` seals blocks, `issuing` anchors batches and sets statuses, `status` only sets statuses. */
export const ACCOUNTS = [
  'validator',
  'deployer',
  'governor',
  'council',
  'guardian',
  'admin',
  'issuing',
  'status',
] as const
export type AccountName = (typeof ACCOUNTS)[number]

/** A P-256 key with the certificate chain that is sent with its signatures: leaf first, without the root. */
export interface CertifiedSigner extends P256Signer {
  readonly x5c: readonly string[]
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
}

export interface Custody {
  readonly master: Uint8Array
  /** Bearer token of the operator's command line on this host. */
  readonly operatorToken: string
  readonly accounts: Readonly<Record<AccountName, Wallet>>
  readonly nextAccounts: NextAccounts
  /** Signs credentials and the status lists that name them. */
  readonly credential: CertifiedSigner
  /** Signs presentation requests. */
  readonly request: CertifiedSigner
  /** Signs the ledger profile. */
  readonly profile: P256Signer
  /** Signs webhooks. */
  readonly webhook: P256Signer
  /** Creates a new key for https, with a certificate by the install's own authority. */
  readonly tls: (hostname: string, now: UnixSeconds) => Promise<TlsIdentity>
  /** Decrypts the entries of manifests; P-256 for ECDH-ES. */
  readonly auditor: SoftwareSigner
}

const YEAR = 365 * 24 * HOUR

/** The node runs without these keys. In production they are on other machines or deleted (docs/threat-model.md). */
const OFFICERS: ReadonlySet<AccountName> = new Set(['deployer', 'governor', 'council', 'guardian', 'admin'])

/**
 * Opens the install's keys and creates missing ones.
 * @param complete whether the install is in use: then a missing key is an error, because the ledger, the issued cards and
 * the records on disk depend on the old key
 * @throws {KeysError} KEYS_MISSING, KEYS_UNREADABLE
 */
export async function openCustody(
  directory: string,
  authority: { readonly name: string; readonly url: string },
  now: UnixSeconds,
  random: Random,
  complete = false,
): Promise<Custody> {
  const files = new SecretFiles(directory, complete)
  const nextAccounts = new NextAccounts(directory, random)
  for (const name of REPLACEABLE) nextAccounts.complete(name)
  const signer = (name: string, replaceable = false) =>
    files.parsed(`${name}.pem`, pem => new SoftwareSigner(pem), makeP256Pem, replaceable)
  const account = (name: AccountName) =>
    files.parsed(
      `${name}.key`,
      text => new Wallet(text),
      () => toHex(random(32)),
      OFFICERS.has(name),
    )

  const ca = signer('ca')
  const root = await readOrMakeAsync(files, 'ca.crt', () =>
    makeRootCertificate(ca, `${authority.name} root`, now - HOUR, random),
  )
  const certified = async (name: string, years: number): Promise<CertifiedSigner> => {
    const key = signer(name)
    const { notBefore, notAfter } = files.parsed(`${name}.term`, parseTerm, () => `${now} ${now + years * YEAR}`)
    const subject = { commonName: authority.name, url: authority.url, notBefore, notAfter }
    const make = () => makeLeafCertificate(ca, root, key, subject, random)
    const found = await readOrMakeAsync(files, `${name}.crt`, make)
    // An earlier version's certificate makes wallets fail. Cards are trusted by the key, which stays the same.
    const pem = hasBasicConstraints(found) ? files.replace(`${name}.crt`, await make()) : found
    return {
      publicKey: key.publicKey,
      keyId: key.keyId,
      sign: data => key.sign(data),
      x5c: [toX5c(pem)],
      notBefore,
      notAfter,
    }
  }

  return {
    master: files.parsed('master.key', parseMaster, () => toHex(random(32)).slice(2)),
    operatorToken: files.parsed('operator.token', parseToken, () => toBase64url(random(32)), true),
    accounts: Object.fromEntries(ACCOUNTS.map(name => [name, account(name)])) as Record<AccountName, Wallet>,
    nextAccounts,
    // Longer than the three years of a card: the key signs the card's status list until the card expires.
    credential: await certified('credential', 5),
    request: await certified('request', 2),
    profile: signer('profile'),
    // Receivers read its public half from the node, so a new key can replace it.
    webhook: signer('webhook', true),
    auditor: signer('auditor'),
    tls: async (hostname, time) => {
      const key = new SoftwareSigner(makeP256Pem())
      const certificate = await makeServerCertificate(ca, root, key, hostname, time - HOUR, random)
      return { key: key.pkcs8, cert: certificate }
    },
  }
}

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

async function readOrMakeAsync(files: SecretFiles, name: string, make: () => Promise<string>): Promise<string> {
  const found = files.read(name)
  if (found !== undefined) return found
  const made = await make()
  return files.readOrMake(name, () => made)
}
