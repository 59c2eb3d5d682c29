/** The settings of services of others that are called by REST. */
import { z } from 'zod'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Where the service is, and how it knows this node. */
export const RestEndpoint = z.strictObject({
  kind: z.literal('rest'),
  /** No slash at the end. Https, unless the service is on this machine. */
  url: z
    .url({ protocol: /^https?$/ })
    .refine(url => !url.endsWith('/'), 'must not end with a slash')
    .refine(url => url.startsWith('https:') || LOOPBACK.has(new URL(url).hostname), 'must be https'),
  /** A file with the bearer secret, readable only by its owner. */
  secretFile: z.string().optional(),
  /** PEM files: the client certificate of mutual TLS, and the authorities that may sign the server's. */
  tls: z.strictObject({ certificate: z.string(), key: z.string(), ca: z.string().optional() }).optional(),
  timeoutMs: z.int().min(100).max(30_000).default(3000),
})
export type RestEndpoint = z.infer<typeof RestEndpoint>

/** A register of another authority. */
export const RestService = RestEndpoint.extend({
  /** How long an answer may be used again, in seconds. */
  cacheSeconds: z.int().min(0).max(600).default(30),
})
export type RestService = z.infer<typeof RestService>
