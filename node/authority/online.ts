/** Composes the online application, if the configuration names an identity provider. */
import type { Applications } from '../issuer/applications/applications.ts'
import type { IssuingGate } from '../issuer/gate.ts'
import type { Offers } from '../issuer/offers/offers.ts'
import { endpointsOf } from '../issuer/oid4vci/endpoints.ts'
import { OnlineApplications } from '../issuer/online/applications.ts'
import { ApplyEndpoint } from '../issuer/online/apply-endpoint.ts'
import { BrowserCookie } from '../issuer/online/browser.ts'
import { privateKeyJwt, secretOf } from '../issuer/online/client-authentication.ts'
import { Consents } from '../issuer/online/consents.ts'
import { GuardianCodes } from '../issuer/online/guardian-codes.ts'
import { IdentityProvider } from '../issuer/online/identity-provider.ts'
import { CALLBACK, type Online } from '../issuer/online/online.ts'
import type { OnlineApplication } from '../issuer/online/setting.ts'
import { SignIns } from '../issuer/online/sign-ins.ts'
import { SimulatedProvider, simulatedSetting } from '../issuer/online/simulated-provider.ts'
import { Visits } from '../issuer/online/visits.ts'
import type { Rollout } from '../issuer/rollout/rollout.ts'
import type { Register } from '../residents/register.ts'
import type { Vault } from '../store/vault.ts'
import type { AuthorityBase } from './base.ts'

export interface OnlineParts {
  readonly residents: Register
  readonly applications: Applications
  readonly offers: Offers
  readonly rollout: Rollout
  readonly gate: IssuingGate
  readonly vault: Vault
}

/** @throws {OnlineError} ONLINE_SECRET_FILE */
export function composeOnline(base: AuthorityBase, { vault, ...parts }: OnlineParts): Online | null {
  const { config, custody, cards, store, clock, random } = base
  const { publicUrl, walletUrl, mode } = config
  const setting = config.onlineApplication ?? (mode === 'demo' ? simulatedSetting(publicUrl) : null)
  if (setting === null) return null
  const visits = new Visits({ store, vault, clock, random })
  const cookie = new BrowserCookie(publicUrl)
  const redirectUri = publicUrl + CALLBACK
  const isSimulated = config.onlineApplication === null
  const simulated = isSimulated ? new SimulatedProvider(mode, setting, redirectUri, random) : null
  const provider = simulated ?? openProvider(base, setting, redirectUri)
  const codes = new GuardianCodes(store, custody.master, clock)
  const shared = { ...parts, provider: setting.issuer, cards, store, codes, clock }
  return {
    ...{ setting, visits, cookie, codes, simulated },
    applications: new OnlineApplications({ ...shared, issuingAuthority: config.authority.ko }),
    consents: new Consents(shared),
    signIns: new SignIns({ setting, provider, visits, cookie, store, residents: parts.residents }),
    walletOrigins: new Set([walletUrl, ...setting.walletOrigins]),
  }
}

/** @throws {OnlineError} ONLINE_SECRET_FILE */
function openProvider(
  { custody, clock, random, warn }: AuthorityBase,
  setting: OnlineApplication,
  redirectUri: string,
): IdentityProvider {
  const signing = { signer: custody.signIn, clock, random }
  const authentication = setting.secretFile === undefined ? privateKeyJwt(signing) : secretOf(setting.secretFile)
  const { fetch } = globalThis
  return new IdentityProvider({ setting, redirectUri, authentication, fetch, warn, clock })
}

export function applyEndpointOf({ config, cards, store, clock }: AuthorityBase, online: Online): ApplyEndpoint {
  const { publicUrl, walletUrl, authority } = config
  const { authorize: authorizeUrl } = endpointsOf(publicUrl)
  return new ApplyEndpoint({ publicUrl, authorizeUrl, walletUrl, authority, cards, store, online, clock })
}
