/** What an install is: fixed at its first start and kept in `<data>/config.json`. */
import { z } from 'zod'
import { WALLET_ATTESTATION } from '../issuer/oid4vci/attestation/setting.ts'
import { AUTHORITY_KEY_ID, CLIENT_ID_PREFIXES, hasDnsName } from '../verifier/oid4vp/setting.ts'

export const MODES = ['local', 'demo', 'production'] as const
export type Mode = (typeof MODES)[number]

export const DEFAULT_OPERATOR_PORT = 4102

const Members = z.strictObject({
  schema: z.literal(1),
  /**
   * local: one machine, no replicas, no witnesses. demo: local, with a fictitious population. production: refuses to
   * start until the software has everything that it must demand.
   */
  mode: z.enum(MODES),
  /** No slash at the end: `iss`, `credential_issuer` and the base of every URI. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isBase, 'must be scheme, host, port and path as browsers write them'),
  /** Where the public interface listens; the host is loopback unless others, or a proxy on another one, have to reach it. */
  host: z.string(),
  /** Of http; on loopback alone where there is https. */
  port: z.int().min(1).max(65535),
  /** Null: https is a proxy's. Without files, the certificate is one of the install's own authority (`keys/ca.crt`). */
  tls: z
    .strictObject({
      port: z.int().min(1).max(65535),
      /** PEM, the chain behind the certificate. */
      files: z.strictObject({ certificate: z.string(), key: z.string() }).nullable(),
    })
    .nullable()
    .default(null),
  /** The operator's interface and the metrics. An install of an older version has no such member yet. */
  operator: z
    .strictObject({ host: z.string(), port: z.int().min(1).max(65535) })
    .default({ host: '127.0.0.1', port: DEFAULT_OPERATOR_PORT }),
  /** The ledger's JSON-RPC for members, always on loopback. */
  rpcPort: z.int().min(1).max(65535),
  /** Of the embedded ledger: drawn at the first start (docs/decisions/006). */
  chainId: z.int().positive(),
  /** JSON-RPC of a ledger run by others; null: the embedded one. */
  ledgerUrl: z.string().nullable(),
  /** Seconds between blocks at most. */
  heartbeat: z.int().positive(),
  /** How many credentials operators may revoke on one day, over all status lists. */
  revocationsPerDay: z.int().positive().default(2000),
  /** Followers whose signatures heads need (`dojang ledger witness`): their keys stand in the ledger profile. */
  witnesses: z
    .strictObject({
      quorum: z.int().nonnegative(),
      members: z.array(z.strictObject({ key: z.string().regex(/^[\w-]{43}$/), url: z.url({ protocol: /^https?$/ }) })),
    })
    .refine(({ quorum, members }) => quorum <= members.length, 'a quorum of more witnesses than there are')
    .default({ quorum: 0, members: [] }),
  /**
   * Whether wallets may come without an attestation of an admitted wallet provider. One that is sent is verified in any
   * case.
   */
  walletAttestation: z.enum(WALLET_ATTESTATION).default('accepted'),
  /** How the verifier identifies itself to wallets: by the hash of its certificate, or by a DNS name in it. */
  verifierId: z.enum(CLIENT_ID_PREFIXES).default('x509_hash'),
  /**
   * The authorities whose cards the verifier requests: Authority Key Identifiers in base64url, `own` for this install's.
   * Empty: any, and the trust registry alone decides.
   */
  trustedAuthorities: z.array(z.union([z.literal('own'), z.string().regex(AUTHORITY_KEY_ID)])).default([]),
  authority: z.strictObject({ ko: z.string().min(1), en: z.string().min(1) }),
})

/** The content of `<data>/config.json`. A certificate is for the host name of an https URL. */
export const Settings = Members.refine(
  ({ tls, publicUrl }) => tls === null || publicUrl.startsWith('https:'),
  'https needs an https public URL',
).refine(
  ({ verifierId, publicUrl }) => verifierId !== 'x509_san_dns' || hasDnsName(publicUrl),
  'the verifier id x509_san_dns needs a public URL with a DNS name',
)

export type Settings = z.infer<typeof Settings>

export interface Config extends Settings {
  /** Absolute path of the data directory. */
  readonly data: string
}

/** No slash, query or fragment at the end, no user or password, and byte for byte what a URL parser makes of it. */
function isBase(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, pathname } = new URL(text)
  return text === `${origin}${pathname === '/' ? '' : pathname}` && !text.endsWith('/')
}
