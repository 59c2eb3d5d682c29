/** The schema of an install's configuration, `<data>/config.json`. */
import { z } from 'zod'
import { WALLET_ATTESTATION } from '../issuer/oid4vci/attestation/setting.ts'
import { OnlineApplication } from '../issuer/online/setting.ts'
import { COSIGNATURE_V1, parseNoteKey } from '../proof/tlog/note.ts'
import { RestEndpoint, RestService } from '../residents/rest/service.ts'
import { AUTHORITY_KEY_ID, CLIENT_ID_PREFIXES, hasDnsName } from '../verifier/oid4vp/setting.ts'
import { isSecure } from '../verifier/oid4vp/wallet-side/verify-request.ts'

export const MODES = ['local', 'demo', 'production'] as const
export type Mode = (typeof MODES)[number]

export const DEFAULT_OPERATOR_PORT = 4102
export const DEFAULT_WALLET_PORT = 4103

/** Of the first start, and of a file that an older version wrote without the member. */
export const DEFAULTS = {
  revocationsPerDay: 2000,
  temporaryCardsPerDay: 2000,
  lossPerHour: 1000,
  witnesses: { quorum: 0, members: [] },
  logWitnesses: { quorum: 0, members: [] },
  walletAttestation: 'accepted',
  haip: false,
  walletsShowingDigits: [],
  helpLine: '1688-0990',
  verifierId: 'x509_hash',
  trustedAuthorities: [],
} as const

export const HAIP_URL = 'haip needs an https public URL, or for trials one of this machine'

const Members = z.strictObject({
  schema: z.literal(1),
  /**
   * local: for development on one machine. demo: local, with invented people. production: for real cards; this version
   * refuses to start in it (`NOT_BUILT` in config.ts).
   */
  mode: z.enum(MODES),
  /** No slash at the end: `iss`, `credential_issuer` and the base of every URI. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isBase, 'must be scheme, host, port and path as browsers write them'),
  /** The host on which the public interface listens: loopback, unless other hosts must reach it directly. */
  host: z.string(),
  /** The port of http. With https, http listens on loopback only. */
  port: z.int().min(1).max(65535),
  /** Null: a proxy serves https, or nobody. Without files, the install's own certificate authority (`keys/ca.crt`) issues the certificate. */
  tls: z
    .strictObject({
      port: z.int().min(1).max(65535),
      /** PEM. The chain follows the certificate. */
      files: z.strictObject({ certificate: z.string(), key: z.string() }).nullable(),
    })
    .nullable()
    .default(null),
  /**
   * The origin of the operators' pages; its host name is the RP ID of their passkeys. An install of an older version has
   * no such member yet.
   */
  operatorUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isPasskeyOrigin, 'must be https://<name>, or http://localhost with a port, and nothing more')
    .optional(),
  /** The operator's interface and the metrics. An install of an older version has no such member yet. */
  operator: z
    .strictObject({ host: z.string(), port: z.int().min(1).max(65535) })
    .default({ host: '127.0.0.1', port: DEFAULT_OPERATOR_PORT }),
  /**
   * The origin of the wallet; its host name is the RP ID of the holders' passkeys. An install of an older version has no
   * such member yet.
   */
  walletUrl: z
    .url({ protocol: /^https?$/ })
    .refine(isPasskeyOrigin, 'must be https://<name>, or http://localhost with a port, and nothing more')
    .optional(),
  /** Where the wallet's files are served: by https if `tls` is set and `walletUrl` is https. */
  wallet: z
    .strictObject({ host: z.string(), port: z.int().min(1).max(65535) })
    .default({ host: '127.0.0.1', port: DEFAULT_WALLET_PORT }),
  /** The ledger's JSON-RPC for members, always on loopback. */
  rpcPort: z.int().min(1).max(65535),
  /** For the embedded ledger it is random, made at the first start (docs/decisions/006). */
  chainId: z.int().positive(),
  /** JSON-RPC URL of a ledger run by others. Null: the embedded ledger. */
  ledgerUrl: z.string().nullable(),
  /** The longest time between two blocks, in seconds. */
  heartbeat: z.int().positive(),
  /** How many credentials operators may revoke on one day, over all status lists. */
  revocationsPerDay: z.int().positive().default(DEFAULTS.revocationsPerDay),
  /** How many cards without an anchor may be issued on one day while the ledger is out of reach. 0: none. */
  temporaryCardsPerDay: z.int().nonnegative().default(DEFAULTS.temporaryCardsPerDay),
  /** How many lost phones one telecom may report in an hour: whoever has its key can lock as many cards. */
  lossPerHour: z.int().positive().default(DEFAULTS.lossPerHour),
  /** Followers that must sign heads (`dojang ledger witness`). The ledger profile contains their keys. */
  witnesses: z
    .strictObject({
      quorum: z.int().nonnegative(),
      members: z.array(z.strictObject({ key: z.string().regex(/^[\w-]{43}$/), url: z.url({ protocol: /^https?$/ }) })),
    })
    .refine(({ quorum, members }) => quorum <= members.length, 'the quorum is greater than the number of witnesses')
    .default(() => ({ quorum: DEFAULTS.witnesses.quorum, members: [] })),
  /**
   * Witnesses of the ledger's transparency log (C2SP tlog-witness), and how many must cosign a checkpoint before it is
   * published. `key` is their note key, `name+id+base64`.
   */
  logWitnesses: z
    .strictObject({
      quorum: z.int().nonnegative(),
      members: z.array(
        z.strictObject({
          key: z.string().refine(isWitnessKey, 'not a note key of a witness'),
          url: z.url({ protocol: /^https?$/ }),
        }),
      ),
    })
    .refine(({ quorum, members }) => quorum <= members.length, 'the quorum is greater than the number of witnesses')
    .default(() => ({ quorum: DEFAULTS.logWitnesses.quorum, members: [] })),
  /**
   * Whether a wallet must send an attestation of an admitted wallet provider. An attestation that is sent is always
   * verified.
   */
  walletAttestation: z.enum(WALLET_ATTESTATION).default(DEFAULTS.walletAttestation),
  /** The rules of HAIP 1.0 for wallets, issuer and verifier (docs/haip.md). */
  haip: z.boolean().default(DEFAULTS.haip),
  /** The client_ids of wallets that show the two digits by which a clerk recognises the applicant's phone, beside ours. */
  walletsShowingDigits: z.array(z.string().min(1).max(1024)).default([]),
  /** The telephone number that the wallet shows to holders. The default is Korea's help line for mobile identity cards. */
  helpLine: z
    .string()
    .regex(/^\+?[\d -]{3,24}$/)
    .default(DEFAULTS.helpLine),
  /**
   * Where a kiosk has faces compared: a face provider that the council has admitted (docs/chip.md, Issuing). Null: none, so a
   * kiosk serves nobody. A demo has a simulated one.
   */
  faceProviderUrl: z
    .url({ protocol: /^https$/ })
    .nullable()
    .default(null),
  /** How the verifier identifies itself to wallets: by the hash of its certificate, or by a DNS name in it. */
  verifierId: z.enum(CLIENT_ID_PREFIXES).default(DEFAULTS.verifierId),
  /**
   * The authorities whose cards the verifier requests: Authority Key Identifiers in base64url, `own` for this install's.
   * Empty: any, and the trust registry alone decides.
   */
  trustedAuthorities: z.array(z.union([z.literal('own'), z.string().regex(AUTHORITY_KEY_ID)])).default([]),
  /** Where the residents are: in the imported CSV register, or in a register of another authority. */
  register: z
    .discriminatedUnion('kind', [z.strictObject({ kind: z.literal('csv') }), RestService])
    .default({ kind: 'csv' }),
  /** Who says whose a telephone line is: imported CSV files, or a telecom that is asked. */
  lines: z
    .discriminatedUnion('kind', [z.strictObject({ kind: z.literal('csv') }), RestEndpoint])
    .default({ kind: 'csv' }),
  /** Who sends text messages to lines. Without a service, codes are on slips only, and nobody is told of ended cards. */
  messages: z
    .discriminatedUnion('kind', [z.strictObject({ kind: z.literal('none') }), RestEndpoint])
    .default({ kind: 'none' }),
  /** The identity provider of the online application (docs/online.md). Null: a card is applied for in person only. */
  onlineApplication: OnlineApplication.nullable().default(null),
  authority: z.strictObject({ ko: z.string().min(1), en: z.string().min(1) }),
})

/** The content of `<data>/config.json`. A certificate is for the host name of an https URL. */
export const Settings = Members.refine(
  ({ tls, publicUrl }) => tls === null || publicUrl.startsWith('https:'),
  'https needs an https public URL',
)
  .refine(
    ({ verifierId, publicUrl }) => verifierId !== 'x509_san_dns' || hasDnsName(publicUrl),
    'the verifier id x509_san_dns needs a public URL with a DNS name',
  )
  .refine(
    ({ haip, walletAttestation, verifierId }) =>
      !haip || (walletAttestation === 'required' && verifierId === 'x509_hash'),
    'with haip, walletAttestation is required and verifierId is x509_hash: change them, or turn haip off (--no-haip)',
  )
  .refine(({ haip, publicUrl }) => !haip || mayHaveHaip(publicUrl), HAIP_URL)
  .refine(
    ({ mode, register, lines, messages }) =>
      mode !== 'demo' || (register.kind === 'csv' && lines.kind === 'csv' && messages.kind === 'none'),
    'the demo has invented residents with invented lines: register and lines are csv, messages none',
  )
  .refine(
    ({ onlineApplication, register }) => onlineApplication?.person.is !== 'register_id' || register.kind === 'rest',
    'onlineApplication: only a register of another authority has identifiers (register_id); use personal_number',
  )
  .refine(
    ({ operatorUrl, publicUrl }) => operatorUrl === undefined || operatorUrl !== URL.parse(publicUrl)?.origin,
    'operatorUrl must have another origin than the public URL: a page of wallets must not be a page of operators',
  )
  .transform(settings => ({
    ...settings,
    operatorUrl: settings.operatorUrl ?? defaultOperatorUrl(settings.operator.port),
    walletUrl: settings.walletUrl ?? defaultWalletUrl(settings),
  }))
  .refine(
    ({ walletUrl, operatorUrl, publicUrl }) => walletUrl !== operatorUrl && walletUrl !== URL.parse(publicUrl)?.origin,
    'walletUrl must have another origin than the public URL and operatorUrl: what runs there can use the cards',
  )

export type Settings = z.infer<typeof Settings>

export interface Config extends Settings {
  /** Absolute path of the data directory. */
  readonly data: string
}

export const defaultOperatorUrl = (port: number): string => `http://localhost${port === 80 ? '' : `:${port}`}`

/** With https by the node, the host name of the public URL, for which the node has a certificate; otherwise localhost. */
export function defaultWalletUrl({ publicUrl, tls, wallet }: WalletPlace): string {
  if (tls === null) return `http://localhost${wallet.port === 80 ? '' : `:${wallet.port}`}`
  const { hostname } = new URL(publicUrl)
  return `https://${isName(hostname) ? hostname : 'localhost'}${wallet.port === 443 ? '' : `:${wallet.port}`}`
}

type WalletPlace = Pick<z.infer<typeof Members>, 'publicUrl' | 'tls' | 'wallet'>

const isName = (hostname: string): boolean => !hostname.startsWith('[') && !/^[\d.]+$/.test(hostname)

/** An origin whose host is a name, as WebAuthn demands of an RP ID. Browsers make passkeys for https, and for localhost. */
function isWitnessKey(text: string): boolean {
  try {
    return parseNoteKey(text).type === COSIGNATURE_V1
  } catch {
    return false
  }
}

function isPasskeyOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, protocol, hostname } = new URL(text)
  return text === origin && isName(hostname) && (protocol === 'https:' || hostname === 'localhost')
}

/** HAIP demands https. On one machine http is for trials. */
export const mayHaveHaip = (publicUrl: string): boolean => URL.canParse(publicUrl) && isSecure(new URL(publicUrl))

/** A normalised URL without a slash at the end, query, fragment, user or password. */
export function isBase(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, pathname } = new URL(text)
  return text === `${origin}${pathname === '/' ? '' : pathname}` && !text.endsWith('/')
}
