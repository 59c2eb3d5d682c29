/** The setting of the online application: which identity provider signs applicants in, and what it has to prove. */
import { z } from 'zod'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

const printable = (most: number) => z.string().regex(new RegExp(`^[\\x21-\\x7e]{1,${most}}$`))

export const OnlineApplication = z.strictObject({
  /** The Issuer Identifier of the OpenID Provider. Https, unless it is on this machine. */
  issuer: z
    .url({ protocol: /^https?$/ })
    .refine(url => url.startsWith('https:') || LOOPBACK.has(new URL(url).hostname), 'must be https')
    .refine(url => !/[?#]/.test(url), 'an Issuer Identifier has no query and no fragment'),
  /** As people know it, for the pages. */
  name: z.strictObject({ ko: z.string().min(1).max(80), en: z.string().min(1).max(80) }),
  clientId: printable(200),
  /** A file with the client secret, readable only by its owner. Absent: `private_key_jwt` with a key of this install. */
  secretFile: z.string().optional(),
  scopes: z
    .array(printable(100))
    .default(() => ['openid'])
    .refine(scopes => scopes.includes('openid'), 'openid must be among the scopes'),
  /** The levels of assurance (`acr`) that are accepted. The provider is asked for them in this order. */
  acrValues: z.array(printable(200)).min(1),
  /** Seconds since the provider authenticated the person. */
  maxAge: z.int().min(30).max(3600).default(300),
  /**
   * The claim that names exactly one person of the register. A name with a birthdate is none: others may have the same.
   * `register_id`: the identifier of a register of another authority, such as CI if it is that.
   */
  person: z.strictObject({ claim: printable(100), is: z.enum(['personal_number', 'register_id']) }),
  /**
   * Addresses of other wallets' sites, as origins, to which an application may return. This install's wallet and apps with a
   * scheme of their own need no entry.
   */
  walletOrigins: z
    .array(z.url({ protocol: /^https$/ }).refine(url => new URL(url).origin === url, 'must be an origin'))
    .default(() => []),
})

export type OnlineApplication = z.infer<typeof OnlineApplication>
