/** How the verifier identifies itself to wallets (OpenID4VP 1.0 §5.9.3): by its certificate's hash, or a DNS name in it. */
export const CLIENT_ID_PREFIXES = ['x509_hash', 'x509_san_dns'] as const
export type ClientIdPrefix = (typeof CLIENT_ID_PREFIXES)[number]

/** An Authority Key Identifier in base64url (OpenID4VP 1.0 §6.1.1.1). */
export const AUTHORITY_KEY_ID = /^(?:[\w-]{4})*[\w-]{2,4}$/

/** Whether the host of a URL is a DNS name and not an IP address. */
export const hasDnsName = (url: string): boolean => !/^[\d.]+$|:/.test(new URL(url).hostname)
