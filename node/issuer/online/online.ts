/** The parts of the online application, for the authorization page and for the authority's site. */
import type { OnlineApplications } from './applications.ts'
import type { BrowserCookie } from './browser.ts'
import type { Consents } from './consents.ts'
import type { GuardianCodes } from './guardian-codes.ts'
import type { OnlineApplication } from './setting.ts'
import type { SignIns } from './sign-ins.ts'
import type { SimulatedProvider } from './simulated-provider.ts'
import type { Standing } from './standing.ts'
import type { Visits } from './visits.ts'

export interface Online {
  readonly setting: OnlineApplication
  readonly applications: OnlineApplications
  readonly consents: Consents
  readonly codes: GuardianCodes
  readonly visits: Visits
  readonly signIns: SignIns
  readonly cookie: BrowserCookie
  /** The identity provider of the demo; null in the other modes. */
  readonly simulated: SimulatedProvider | null
  /** Origins of wallets that are sites. */
  readonly walletOrigins: ReadonlySet<string>
}

/** The redirect URI at the provider, below the public URL. */
export const CALLBACK = '/apply/callback'

/**
 * Whether an application may return to this address. Whoever sends a person a link to the sign-in must not get the card, so a
 * site has to be a wallet's that is known here. A scheme of an app needs that app on the person's own device.
 */
export function isKnownWallet({ walletOrigins }: Online, redirectUri: string): boolean {
  const { protocol, origin } = new URL(redirectUri)
  return (protocol !== 'https:' && protocol !== 'http:') || walletOrigins.has(origin)
}

/** For the applicant to send to a guardian. */
export const guardianLink = (publicUrl: string, code: string): string =>
  `${publicUrl}/apply/guardian?${new URLSearchParams({ code })}`

/** What an applicant who waits for a guardian sends to them; null for others. */
export function askedGuardian({ codes }: Online, publicUrl: string, standing: Standing): AskedGuardian | null {
  const code = codes.shown(standing)
  return code === null ? null : { code, link: guardianLink(publicUrl, code) }
}

export interface AskedGuardian {
  readonly code: string
  readonly link: string
}
