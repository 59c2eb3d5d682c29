/**
 * Credential endpoint (OpenID4VCI 1.0 §8). An application gives one credential, for the first proven key. A request with the
 * same key and a new c_nonce gets the same credential, so a wallet can repeat a request whose response was lost. The commit
 * of the batch that anchors the credential marks the application as issued.
 */
import { createHmac, createSecretKey } from 'node:crypto'
import type { CardDefinition } from '../../../credential/card.ts'
import type { Cards } from '../../../credential/cards.ts'
import { CredentialError, type CredentialFailure } from '../../../credential/errors.ts'
import { equalSecret } from '../../../keys/secret.ts'
import type { Clock } from '../../../lib/time.ts'
import { StatusError, type StatusFailure } from '../../../status/errors.ts'
import { StoreError, type StoreFailure } from '../../../store/errors.ts'
import { isHeld, personOf } from '../../applications/application.ts'
import type { Applications } from '../../applications/applications.ts'
import { IssuerError, type IssuerFailure } from '../../errors.ts'
import type { Issuing } from '../../order.ts'
import type { RenewalRefusal } from '../../renewal/refusal.ts'
import type { Renewals, Renewed } from '../../renewal/renewals.ts'
import type { WalletProviders } from '../attestation/providers.ts'
import type { WalletAttestation } from '../attestation/setting.ts'
import type { Dpop } from '../dpop/dpop.ts'
import type { Endpoints } from '../endpoints.ts'
import { challengeReply, errorReply, OAuthError } from '../errors.ts'
import { type Exchange, type Reply, reply } from '../exchange.ts'
import type { ImportedKeys } from '../imported-keys.ts'
import type { CredentialNonces } from '../nonce/credential-nonces.ts'
import { authenticate } from '../resource.ts'
import type { AccessToken, AccessTokens } from '../token/access-tokens.ts'
import { confirmedByClerk, NOT_CONFIRMED, retryReply } from './confirmation.ts'
import { encryptResponse, type RequestKey } from './encryption.ts'
import { keysMustBeAttested } from './key-attestation.ts'
import { type ProvenKey, verifyProofs } from './key-proof.ts'
import { type CredentialRequest, parseCredentialRequest } from './request.ts'

type RefusalCode = (CredentialFailure | IssuerFailure | StatusFailure | StoreFailure)['code']

/**
 * True: the application will never give a credential. Other errors, and every failure of the ledger or of a key, are
 * failures of the node, after which the wallet may try again.
 */
const FINAL: Readonly<Record<RefusalCode, boolean>> = {
  CREDENTIAL_SUBJECT_INCOMPLETE: true,
  CREDENTIAL_ANCHOR_MISMATCH: false,
  CREDENTIAL_BAD_DISCLOSURE: false,
  CREDENTIAL_BAD_SIGNATURE: false,
  CREDENTIAL_CARD_INVALID: false,
  CREDENTIAL_CARD_REPEATED: false,
  CREDENTIAL_INPUT_INVALID: false,
  CREDENTIAL_KEY_BINDING: false,
  CREDENTIAL_MALFORMED: false,
  CREDENTIAL_STATUS_LIST: false,
  CREDENTIAL_UNSUPPORTED: false,
  ISSUER_ALREADY_ISSUED: true,
  ISSUER_NOT_RENEWED: true,
  ISSUER_CREDENTIAL_REPLACED: false,
  ISSUER_TEMPORARY_LIMIT: false,
  ISSUER_PERSON_UNKNOWN: true,
  ISSUER_ANCHOR_REFUSED: false,
  ISSUER_APPLICATION_STATE: false,
  ISSUER_APPLICATION_UNKNOWN: false,
  ISSUER_APPLICATION_CHANGED: false,
  ISSUER_KIND_REFUSED: false,
  ISSUER_CONSENT_NEEDED: false,
  ISSUER_CHIP_SESSION_UNKNOWN: false,
  ISSUER_CHIP_SESSION_STEP: false,
  ISSUER_CHIP_NOT_PRESENT: false,
  ISSUER_CHIP_TO_COUNTER: false,
  ISSUER_FACE_ASSERTION: false,
  ISSUER_FACE_NOT_MATCHED: false,
  ISSUER_LINE_NOT_OWN: false,
  ISSUER_LINE_UNKNOWN: false,
  ISSUER_CODE_UNSENDABLE: false,
  ISSUER_CODE_NOT_SENT: false,
  ISSUER_JOB_UNKNOWN: false,
  ISSUER_JOB_STATE: false,
  ISSUER_SIMULATOR_REFUSED: false,
  ISSUER_CARD_UNKNOWN: false,
  ISSUER_CHANNEL_REFUSED: false,
  ISSUER_TOO_YOUNG: false,
  ISSUER_FACTS_MISSING: false,
  ISSUER_GUARDIAN_UNDECIDED: false,
  ISSUER_NOT_YET: false,
  ISSUER_OTHER_CENTRE: false,
  ISSUER_ROLLOUT_INVALID: false,
  ISSUER_CREDENTIAL_UNKNOWN: false,
  ISSUER_STATUS_REFUSED: false,
  ISSUER_STATUS_UNCHANGED: false,
  ISSUER_CARD_CHANGED: false,
  ISSUER_REPORT_CHANGED: false,
  ISSUER_WALLET_STOPPED: false,
  ISSUER_WALLET_PROVIDER_UNKNOWN: false,
  ISSUER_WALLET_STOP_STATE: false,
  ISSUER_CREDENTIALS_IN_FORCE: false,
  ISSUER_REVOCATION_LIMIT: false,
  ISSUER_CREDENTIAL_NOT_VALID: false,
  ISSUER_STOPPED: false,
  ISSUER_NOT_CONFIRMED: false,
  ISSUER_ALARM_UNKNOWN: false,
  STATUS_LISTS_FULL: false,
  STATUS_LIST_UNKNOWN: false,
  STORE_PERSON_ERASED: true,
  STORE_DAMAGED: false,
  STORE_IN_USE: false,
  STORE_IO: false,
  STORE_SCHEMA: false,
  STORE_SEAL_BROKEN: false,
}

/** Errors that the token causes, not the request's content (RFC 6750 §3.1). */
const OF_THE_TOKEN: ReadonlySet<string> = new Set(['insufficient_scope', 'invalid_token'])

/** For a caller that sets no limit to the wait. */
const never = () => new AbortController().signal

export interface CredentialEndpointOptions {
  readonly endpoints: Endpoints
  readonly cards: Cards
  readonly applications: Applications
  readonly issuing: Issuing
  readonly tokens: AccessTokens
  readonly renewals: Pick<Renewals, 'issue'>
  readonly dpop: Dpop
  readonly nonces: CredentialNonces
  readonly keys: ImportedKeys
  readonly requestKey: RequestKey
  readonly providers: WalletProviders
  readonly walletAttestation: WalletAttestation
  readonly haip: boolean
  readonly notificationId: (application: string) => string
  readonly clock: Clock
}

export class CredentialEndpoint {
  constructor(private readonly options: CredentialEndpointOptions) {}

  /** @param until called for a request that waits for a clerk; when it aborts, the answer is 503 */
  async handle(exchange: Exchange, until: () => AbortSignal = never): Promise<Reply> {
    const { endpoints, tokens, dpop } = this.options
    const headers = { 'DPoP-Nonce': dpop.nonce() }
    let token: AccessToken | null
    try {
      token = authenticate(exchange, endpoints.credential, tokens, dpop)
    } catch (error) {
      if (error instanceof OAuthError) return challengeReply(error, headers)
      throw error
    }
    if (!token) return challengeReply(null, headers)
    try {
      return await this.#respond(token, exchange, headers, until)
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      return OF_THE_TOKEN.has(error.error) ? challengeReply(error, headers) : errorReply(error, headers)
    }
  }

  async #respond(
    token: AccessToken,
    exchange: Exchange,
    headers: Readonly<Record<string, string>>,
    until: () => AbortSignal,
  ): Promise<Reply> {
    const { endpoints, nonces, keys, clock, requestKey, providers, walletAttestation, haip } = this.options
    const request = await parseCredentialRequest(exchange, requestKey)
    const card = this.#cardAskedFor(request, token)
    // Before the proofs are verified, so that the wallet can repeat the request with the same c_nonce.
    if (!(await confirmedByClerk(this.options.applications, token, until))) return retryReply(headers, NOT_CONFIRMED)
    // After the wait, in which the provider may have been stopped.
    const provider = await this.#walletProvider(token)
    const key = await verifyProofs(request.proofs, {
      audience: endpoints.issuer,
      clientId: token.clientId,
      nonces,
      keys,
      now: clock(),
      providers,
      provider,
      attested: keysMustBeAttested(card, walletAttestation),
      minimumKeyStorage: card.minimumKeyStorage,
      haip,
    })
    const issued = await this.#issue(token, card, { ...key, provider: provider ?? key.provider })
    if (!issued) return retryReply(headers, 'another card of this holder is being issued or undone')
    const response = {
      credentials: [{ credential: issued.credential }],
      notification_id: this.options.notificationId(issued.application),
    }
    if (!request.responseEncryption) return reply(200, response, headers)
    const body = await encryptResponse(response, request.responseEncryption)
    return {
      status: 200,
      headers: { ...headers, 'Content-Type': 'application/jwt', 'Cache-Control': 'no-store' },
      body,
    }
  }

  /** The requested card. The token authorises only one card; another is refused (RFC 6750 §3.1). */
  #cardAskedFor({ asked }: CredentialRequest, token: AccessToken): CardDefinition {
    const application = this.options.applications.require(token.application)
    const card = this.options.cards.byVct(application.vct)
    if (!card) throw new OAuthError('credential_request_denied', 'this card is no longer issued')
    if ('identifier' in asked) {
      if (token.byIdentifier && asked.identifier === application.id) return card
      throw new OAuthError('unknown_credential_identifier', 'the token response named no such credential_identifier')
    }
    if (token.byIdentifier) {
      throw new OAuthError(
        'invalid_credential_request',
        'the token response named a credential_identifier, so credential_configuration_id must not be used',
      )
    }
    if (asked.configuration === card.id) return card
    if (this.options.cards.byId(asked.configuration)) {
      throw new OAuthError('insufficient_scope', 'the access token is for another credential configuration')
    }
    throw new OAuthError('unknown_credential_configuration', 'see credential_configurations_supported in the metadata')
  }

  /**
   * The provider that attested the wallet at the token endpoint; null without an attestation.
   * @throws {OAuthError} invalid_token, credential_request_denied if the provider is not admitted any more
   */
  async #walletProvider({ wallet }: AccessToken): Promise<number | null> {
    if (!wallet) {
      if (this.options.walletAttestation === 'accepted') return null
      throw new OAuthError('invalid_token', 'the access token was given to a wallet without an attestation')
    }
    const provider = await this.options.providers.admitted(wallet.attester)
    if (provider !== null) return provider
    throw new OAuthError(
      'credential_request_denied',
      'the provider of this wallet is not admitted any more: use another wallet, and ask the issuer for a new offer',
    )
  }

  /** @returns undefined if the wallet has to try again in a few seconds */
  #issue({ application: id, offer, jkt, refreshed }: AccessToken, card: CardDefinition, key: ProvenKey) {
    const { applications, issuing, renewals } = this.options
    return applications.locked(id, async (application): Promise<Renewed | undefined> => {
      const open = application.state === 'offered' || application.state === 'issued'
      if (application.offer !== offer || !open || isHeld(application)) {
        throw new OAuthError('credential_request_denied', 'the application has ended, or there is a newer offer')
      }
      const wallet = {
        card,
        holderKey: key.jwk,
        keyStorage: key.keyStorage,
        walletProvider: key.provider === null ? null : String(key.provider),
        dpopKey: jkt,
      }
      const ops = application.state === 'offered' ? applications.move(application, 'issued').ops : []
      const { lineTag } = application
      try {
        if (refreshed && application.state === 'issued') return await renewals.issue(application, wallet)
        const issued = await issuing.issue({ ...wallet, application: id, person: personOf(application), lineTag, ops })
        return { ...issued, application: id }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal === 'replacing') return undefined
        if (refusal !== undefined) throw new OAuthError('credential_request_denied', REFUSED[refusal], { cause: error })
        if (isFinal(error)) {
          throw new OAuthError('credential_request_denied', 'the application gives no credential', { cause: error })
        }
        throw error
      }
    })
  }
}

/** Why there is no next card, for the wallet. */
const REFUSED: Readonly<Record<Exclude<RenewalRefusal, 'replacing'>, string>> = {
  not_due: 'the card is neither outdated nor about to expire, so there is no next one yet',
  counter: 'this card is renewed at the counter: go there with an identity card',
  suspended: 'the card is suspended, so it is not renewed: have it unlocked first',
  unattested: 'a provider attested the wallet of the present card: attest the key of the next one, too',
  ended: 'the card has expired or was revoked: apply for a new one',
}

const refusalOf = (error: unknown): RenewalRefusal | undefined =>
  error instanceof IssuerError && error.detail.code === 'ISSUER_NOT_RENEWED' ? error.detail.reason : undefined

const isFinal = (error: unknown): boolean =>
  (error instanceof CredentialError ||
    error instanceof IssuerError ||
    error instanceof StatusError ||
    error instanceof StoreError) &&
  FINAL[error.code]

/** Derives the notification id of an application, so that nothing is stored until a notification arrives. */
export function notificationIds(secret: Uint8Array) {
  const key = createSecretKey(secret)
  const idOf = (application: string) => createHmac('sha256', key).update(application).digest('base64url')
  return { idOf, matches: (given: string, application: string) => equalSecret(given, idOf(application)) }
}
