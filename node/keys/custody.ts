/**
 * All keys of an install, by purpose. docs/threat-model.md describes what the holder of each key can do. In production,
 * keys that must not be on the same host are kept elsewhere, behind the same interface.
 */
import { Wallet } from 'ethers'
import { toHex } from '../lib/bytes.ts'
import type { Random } from '../lib/random.ts'
import type { UnixSeconds } from '../lib/time.ts'
import { ED25519 } from '../proof/tlog/note.ts'
import { type CertifiedSigner, masterKey, openCertificates, operatorToken, signerIn } from './certified.ts'
import { SecretFiles } from './files.ts'
import { NextAccounts, REPLACEABLE } from './next-accounts.ts'
import { makeEd25519Pem, NoteSigner } from './note-signer.ts'
import type { P256Signer, SoftwareSigner } from './signer.ts'
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
  /** Attests the install's own web wallet. */
  readonly walletProvider: CertifiedSigner
  /** Authenticates this node to the identity provider of the online application. */
  readonly signIn: P256Signer
  /** Signs the ledger profile. */
  readonly profile: P256Signer
  /** Signs the heads of the ledger's transparency log. */
  readonly log: NoteSigner
  /** Signs webhooks. */
  readonly webhook: P256Signer
  /** Of the telecom of a demo. Made when it is first asked for, so other installs have no such key. */
  readonly simulatedTelecom: () => P256Signer
  /** Creates a new key for https, with a certificate by the install's own authority. */
  readonly tls: (hostname: string, now: UnixSeconds) => Promise<TlsIdentity>
  /** Decrypts the entries of manifests; P-256 for ECDH-ES. */
  readonly auditor: SoftwareSigner
}

/** The node runs without these keys. In production they are on other machines or deleted (docs/threat-model.md). */
const OFFICERS: ReadonlySet<AccountName> = new Set(['deployer', 'governor', 'council', 'guardian', 'admin'])

/** C2SP tlog-checkpoint: a URL without its scheme. */
const logOrigin = (url: string): string => `${url.replace(/^https?:\/\//, '')}/tlog`

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
  const account = (name: AccountName) =>
    files.parsed(
      `${name}.key`,
      text => new Wallet(text),
      () => toHex(random(32)),
      OFFICERS.has(name),
    )

  const certificates = await openCertificates(files, authority, now, random)
  return {
    master: masterKey(files, random),
    operatorToken: operatorToken(files, random),
    accounts: Object.fromEntries(ACCOUNTS.map(name => [name, account(name)])) as Record<AccountName, Wallet>,
    nextAccounts,
    // Longer than the three years of a card: the key signs the card's status list until the card expires.
    credential: await certificates.certified('credential', 5),
    request: await certificates.certified('request', 2),
    // No card depends on it, and installs of earlier versions have none.
    walletProvider: await certificates.certified('wallet-provider', 5, true),
    // The provider can be given a new public key.
    signIn: signerIn(files, 'sign-in', true),
    profile: signerIn(files, 'profile'),
    // Installs of earlier versions have none.
    log: files.parsed('log.pem', pem => new NoteSigner(pem, logOrigin(authority.url), ED25519), makeEd25519Pem, true),
    // Receivers read its public half from the node, so a new key can replace it.
    webhook: signerIn(files, 'webhook', true),
    simulatedTelecom: () => signerIn(files, 'simulated-telecom', true),
    auditor: signerIn(files, 'auditor'),
    tls: certificates.tls,
  }
}
