/**
 * What the pages of node/web/ may load, run and call. A page runs scripts and styles of its own origin only and cannot be
 * framed. A script cannot turn text into HTML or code, except as the policy of node/web/kit/trusted-types.ts allows.
 * Why: docs/decisions/124.
 */

/** What an app needs beyond its own origin's files. */
export interface PageRights {
  /** Whom its scripts may call beside their own origin: sources of `connect-src`. */
  readonly connect?: readonly string[]
  readonly camera?: boolean
  /** A service worker, other workers, and a manifest. */
  readonly workers?: boolean
}

export function pageHeaders({
  connect = [],
  camera = false,
  workers = false,
}: PageRights): ReadonlyMap<string, string> {
  const policy = [
    ...COMMON,
    ...["style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'", "form-action 'self'"],
    "script-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    ...(workers ? ["worker-src 'self'", "manifest-src 'self'"] : []),
  ]
  return headersWith(policy, camera)
}

/**
 * The wallet calls issuers and verifiers whose addresses nobody knows in advance. On loopback they may be http, since
 * other hosts do not see it.
 */
export const walletPage = (walletUrl: string): PageRights => phonePage(walletUrl)

/** The check screen calls the ledger's mirrors that the profile names, and the relay that a phone's code names. */
export const checkPage = (publicUrl: string): PageRights => phonePage(publicUrl)

/** The pages of a demo check cards as the check screen does, without a camera. */
export const demoPage = (publicUrl: string): PageRights => ({ ...phonePage(publicUrl), camera: false, workers: false })

/**
 * The kiosk's page calls the reader program on its own machine (chip/reader/desk-api.ts), the issuer and the face provider.
 */
export const kioskPage = (publicUrl: string, face: string | null): PageRights => ({
  connect: ['http://127.0.0.1:*', ...new Set([publicUrl, face ?? publicUrl].map(url => new URL(url).origin))],
  camera: true,
  workers: true,
})

/** The page for locking calls its own authority only. It is on the wallet's origin, so it gets no more than it needs. */
export const lockPage = (publicUrl: string): PageRights => ({ connect: [new URL(publicUrl).origin] })

function phonePage(url: string): PageRights {
  const local = url.startsWith('http:') ? ['http://localhost:*', 'http://127.0.0.1:*'] : []
  return { connect: ['https:', ...local], camera: true, workers: true }
}

const COMMON = [
  "default-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types default',
]

const NOT_ALLOWED = ['microphone', 'geolocation', 'payment', 'usb', 'serial', 'hid', 'midi']

function headersWith(policy: readonly string[], camera: boolean): ReadonlyMap<string, string> {
  const permissions = [
    ...NOT_ALLOWED.map(feature => `${feature}=()`),
    `camera=${camera ? '(self)' : '()'}`,
    'publickey-credentials-get=(self)',
    'publickey-credentials-create=(self)',
  ]
  return new Map([
    ['Content-Security-Policy', policy.join('; ')],
    ['Permissions-Policy', permissions.join(', ')],
    ['Referrer-Policy', 'no-referrer'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Content-Type-Options', 'nosniff'],
  ])
}

/**
 * A worker has the policy of its own file. Only the worker that reads QR codes may compile WebAssembly; it handles nothing
 * but the camera's pictures.
 */
export const DECODER_HEADERS = headersWith(
  ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'"],
  false,
)
