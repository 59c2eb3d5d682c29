/** The issuer's interface to wallets: creates the endpoints and documents of OpenID4VCI 1.0. */
import type { Texts } from '../../credential/card.ts'
import type { Cards } from '../../credential/cards.ts'
import type { JsonObject } from '../../lib/json.ts'
import type { Random } from '../../lib/random.ts'
import { type Clock, MINUTE } from '../../lib/time.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import type { Application } from '../applications/application.ts'
import type { Applications } from '../applications/applications.ts'
import { AuthorizeEndpoint } from '../authorization/authorize-endpoint.ts'
import { AuthorizationCodes } from '../authorization/codes.ts'
import { OnlineSteps } from '../authorization/online-steps.ts'
import { ParEndpoint } from '../authorization/par-endpoint.ts'
import { ownWalletReturn } from '../authorization/redirect.ts'
import { AuthorizationSessions } from '../authorization/sessions.ts'
import type { Journal } from '../journal.ts'
import { derivedSecret } from '../offers/derived-secret.ts'
import type { Offers } from '../offers/offers.ts'
import type { Online } from '../online/online.ts'
import type { Issuing } from '../order.ts'
import type { Renewals } from '../renewal/renewals.ts'
import { ClientAttestation } from './attestation/client-attestation.ts'
import type { WalletProviders } from './attestation/providers.ts'
import type { WalletAttestation } from './attestation/setting.ts'
import { CardStateEndpoint } from './card-state/card-state-endpoint.ts'
import { CredentialEndpoint, notificationIds } from './credential/credential-endpoint.ts'
import { RequestKey } from './credential/encryption.ts'
import { Dpop } from './dpop/dpop.ts'
import { type Endpoints, endpointsOf } from './endpoints.ts'
import type { Reply } from './exchange.ts'
import { ImportedKeys } from './imported-keys.ts'
import { issuerMetadata } from './metadata/issuer-metadata.ts'
import { serverMetadata } from './metadata/server-metadata.ts'
import { type MetadataSigner, SignedMetadata } from './metadata/signed-metadata.ts'
import { CredentialNonces } from './nonce/credential-nonces.ts'
import { nonceEndpoint } from './nonce/nonce-endpoint.ts'
import { NotificationEndpoint, type NotificationEvent } from './notification/notification-endpoint.ts'
import { AccessTokens } from './token/access-tokens.ts'
import { RedeemingWallets } from './token/redeeming-wallets.ts'
import { RefreshTokens } from './token/refresh-tokens.ts'
import { TokenEndpoint } from './token/token-endpoint.ts'

export interface Oid4vciOptions {
  /** The Credential Issuer Identifier: no trailing slash. */
  readonly publicUrl: string
  /** The origin of the install's own wallet. */
  readonly walletUrl: string
  readonly authority: Texts
  readonly cards: Cards
  readonly store: Store
  readonly journal: Journal
  readonly applications: Applications
  readonly offers: Offers
  readonly issuing: Issuing
  readonly renewals: Pick<Renewals, 'hasEnded' | 'newest' | 'issue' | 'state'>
  readonly walletProviders: WalletProviders
  readonly walletAttestation: WalletAttestation
  /** The rules of HAIP 1.0 (docs/haip.md). */
  readonly haip: boolean
  /** The client_ids of other wallets that show the two digits of a redemption. */
  readonly walletsShowingDigits: readonly string[]
  /** Signs the metadata, with HAIP. */
  readonly metadataSigner: MetadataSigner
  /** 32 bytes */
  readonly master: Uint8Array
  readonly clock: Clock
  readonly random: Random
  /** The online application; absent: a card can be applied for in person only. */
  readonly online?: Online | null
  /** Further changes when a wallet sends a notification, committed together with it. */
  readonly notified?: (application: string, event: NotificationEvent) => readonly WriteOp[]
}

export class Oid4vci {
  readonly endpoints: Endpoints
  readonly issuerMetadata: JsonObject
  /** The same, signed; null without HAIP. */
  readonly signedMetadata: SignedMetadata | null
  readonly serverMetadata: JsonObject
  readonly offers: Offers
  readonly nonce: () => Reply
  readonly challenge: () => Reply
  readonly par: ParEndpoint
  readonly authorize: AuthorizeEndpoint
  readonly token: TokenEndpoint
  readonly credential: CredentialEndpoint
  readonly notification: NotificationEndpoint
  readonly cardState: CardStateEndpoint
  readonly tokens: AccessTokens
  readonly dpop: Dpop
  readonly #sessions: AuthorizationSessions
  readonly #online: Online | null
  readonly #clock: Clock
  #swept = 0

  constructor(options: Oid4vciOptions) {
    const { publicUrl, authority, cards, store, journal, applications, offers, issuing, master, clock, random } =
      options
    const { walletProviders: providers, walletAttestation, haip } = options
    const endpoints = endpointsOf(publicUrl)
    const ownWallet = ownWalletReturn(publicUrl, options.walletUrl)
    const requestKey = new RequestKey(master)
    const nonces = new CredentialNonces(derivedSecret(master, 'c_nonce'), clock, random)
    const keys = new ImportedKeys()
    const dpop = new Dpop(clock, random, keys, haip)
    const ids = notificationIds(derivedSecret(master, 'notification_id'))
    const tokens = new AccessTokens(store, clock, random)
    const { renewals } = options
    const hasEnded = (application: Application) => renewals.hasEnded(application)
    const refreshTokens = new RefreshTokens({ store, applications, hasEnded, random })
    const sessions = new AuthorizationSessions(store, clock, random)
    const codes = new AuthorizationCodes(sessions)
    const clientAttestation = new ClientAttestation({
      ...{ issuer: publicUrl, setting: walletAttestation, haip, providers, clock, random },
    })
    const authentication = { dpop, clientAttestation, providers }
    this.endpoints = endpoints
    this.issuerMetadata = issuerMetadata(endpoints, authority, cards.all, requestKey.jwk, walletAttestation)
    this.signedMetadata = haip ? new SignedMetadata(this.issuerMetadata, options.metadataSigner, clock) : null
    this.serverMetadata = serverMetadata(endpoints, cards.all, walletAttestation)
    this.offers = offers
    this.nonce = nonceEndpoint(nonces, dpop)
    this.challenge = () => clientAttestation.challenge()
    this.par = new ParEndpoint({ endpoints, cards, store, offers, sessions, haip, ownWallet, ...authentication })
    const online = options.online ?? null
    const shown = { authority, cards, offers, sessions, codes }
    this.authorize = new AuthorizeEndpoint({
      ...{ ...shown, endpoints, store, ownWallet },
      online:
        online && new OnlineSteps({ ...shown, url: endpoints.authorize, issuer: publicUrl, applications, online }),
    })
    const redeemingWallets = new RedeemingWallets(providers, options.walletsShowingDigits)
    const redeeming = { clock, redeemingWallets }
    this.token = new TokenEndpoint({
      ...{ endpoints, cards, store, offers, codes, tokens, refreshTokens, ...authentication, ...redeeming },
    })
    const shared = { endpoints, applications, tokens, dpop, renewals, clock }
    this.credential = new CredentialEndpoint({
      ...shared,
      cards,
      issuing,
      nonces,
      keys,
      requestKey,
      providers,
      walletAttestation,
      haip,
      notificationId: ids.idOf,
    })
    this.notification = new NotificationEndpoint({
      ...shared,
      store,
      journal,
      ids,
      notified: options.notified ?? (() => []),
    })
    this.cardState = new CardStateEndpoint({ ...shared, providers })
    this.tokens = tokens
    this.dpop = dpop
    this.#sessions = sessions
    this.#online = online
    this.#clock = clock
  }

  /** Deletes expired data and expires applications whose card was not collected. Runs at most once a minute. */
  async sweep(): Promise<void> {
    const now = this.#clock()
    if (now < this.#swept + MINUTE) return
    this.#swept = now
    await this.#sessions.sweep()
    await this.tokens.sweep()
    await this.offers.sweep()
    await this.#online?.visits.sweep()
    await this.#online?.codes.sweep()
  }
}
