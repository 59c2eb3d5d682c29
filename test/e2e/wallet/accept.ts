/** OpenID4VCI 1.0 with `@openid4vc/openid4vci`: from an offer to a card. */
import { Oauth2Client, type RequestDpopOptions } from '@openid4vc/oauth2'
import {
  AuthorizationFlow,
  type CredentialOfferObject,
  type IssuerMetadataResult,
  Openid4vciClient,
} from '@openid4vc/openid4vci'
import { CLIENT_ID, callbacks } from './callbacks.ts'
import { verifyCard } from './card-checks.ts'
import { makeKey, type PrivateJwk, publicOf, WalletRefusal } from './keys.ts'
import type { AttestedInstance } from './provider.ts'

/** The state after the token response, with which the card can be requested repeatedly. */
export interface IssuanceSession {
  readonly issuer: string
  readonly configuration: string
  readonly metadata: IssuerMetadataResult
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly dpopKey: PrivateJwk
  readonly dpopNonce: string | undefined
  /** The key the card will be bound to. */
  readonly key: PrivateJwk
  /** A wallet that its provider attests; its keys are attested too. */
  readonly attested: AttestedInstance | undefined
}

export interface ReceivedCard {
  readonly credential: string
  readonly notificationId: string | undefined
  readonly claims: Record<string, unknown>
}

async function readOffer(
  offerUrl: string,
): Promise<{ offer: CredentialOfferObject; metadata: IssuerMetadataResult; configuration: string }> {
  const client = new Openid4vciClient({ callbacks: { ...callbacks([]), fetch: preferringSigned } })
  const offer = await client.resolveCredentialOffer(offerUrl)
  const metadata = await client.resolveIssuerMetadata(offer.credential_issuer)
  const [configuration] = offer.credential_configuration_ids
  if (configuration === undefined) throw new WalletRefusal('the offer names no credential')
  return { offer, metadata, configuration }
}

/** Asks for signed metadata, which the library verifies and does not ask for. */
const preferringSigned: typeof fetch = (input, init) => {
  const accept = { accept: 'application/jwt, application/json;q=0.9' }
  const wellKnown = String(input).includes('/.well-known/openid-credential-issuer')
  return fetch(input, wellKnown ? { ...init, headers: accept } : init)
}

/**
 * The pre-authorized code flow: the code in the QR code and the transaction code told separately become an access
 * token.
 */
export async function redeem(
  offerUrl: string,
  txCode: string | undefined,
  dpopKey: PrivateJwk,
  attested?: AttestedInstance,
): Promise<IssuanceSession> {
  const { offer, metadata, configuration } = await readOffer(offerUrl)
  const client = new Openid4vciClient({ callbacks: callbacks([dpopKey], attested?.clientAuthentication) })
  const { accessTokenResponse, dpop } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer: offer,
    issuerMetadata: metadata,
    dpop: dpopOf(dpopKey),
    ...(txCode !== undefined && { txCode }),
  })
  return {
    issuer: offer.credential_issuer,
    configuration,
    metadata,
    accessToken: accessTokenResponse.access_token,
    refreshToken: accessTokenResponse.refresh_token,
    dpopKey,
    dpopNonce: dpop?.nonce,
    key: makeKey(),
    attested,
  }
}

/** The authorization code flow with PAR and PKCE. `authorize` acts as the browser: it takes the page's URL and returns the redirect. */
export async function redeemAuthorized(
  offerUrl: string,
  dpopKey: PrivateJwk,
  redirectUri: string,
  authorize: (authorizationUrl: string) => Promise<string>,
  attested?: AttestedInstance,
): Promise<IssuanceSession> {
  return await authorized(await readOffer(offerUrl), dpopKey, redirectUri, authorize, attested)
}

/** The same, begun by the wallet without an offer. */
export async function requestAuthorized(
  issuer: string,
  configuration: string,
  dpopKey: PrivateJwk,
  redirectUri: string,
  authorize: (authorizationUrl: string) => Promise<string>,
): Promise<IssuanceSession> {
  const client = new Openid4vciClient({ callbacks: { ...callbacks([]), fetch: preferringSigned } })
  const metadata = await client.resolveIssuerMetadata(issuer)
  // The library begins each flow with an offer object; one without an issuer_state says no more than which card is wanted.
  const offer = {
    credential_issuer: issuer,
    credential_configuration_ids: [configuration],
    grants: { authorization_code: {} },
  }
  return await authorized({ offer, metadata, configuration }, dpopKey, redirectUri, authorize)
}

async function authorized(
  { offer, metadata, configuration }: Awaited<ReturnType<typeof readOffer>>,
  dpopKey: PrivateJwk,
  redirectUri: string,
  authorize: (authorizationUrl: string) => Promise<string>,
  attested?: AttestedInstance,
): Promise<IssuanceSession> {
  const client = new Openid4vciClient({ callbacks: callbacks([dpopKey], attested?.clientAuthentication) })
  const scope = metadata.credentialIssuer.credential_configurations_supported[configuration]?.scope
  const begun = await client.initiateAuthorization({
    clientId: CLIENT_ID,
    credentialOffer: offer,
    issuerMetadata: metadata,
    redirectUri,
    dpop: dpopOf(dpopKey),
    ...(scope !== undefined && { scope }),
  })
  if (begun.authorizationFlow !== AuthorizationFlow.Oauth2Redirect) throw new WalletRefusal('an unknown flow')
  const authorizationServer = metadata.authorizationServers.find(({ issuer }) => issuer === begun.authorizationServer)
  if (!authorizationServer) throw new WalletRefusal('the authorization server has no metadata')
  const answer = client.parseAndVerifyAuthorizationResponseRedirectUrl({
    url: await authorize(begun.authorizationRequestUrl),
    authorizationServerMetadata: authorizationServer,
  })
  if (answer.code === undefined) throw new WalletRefusal(`not authorized: ${answer.error}`)
  const { accessTokenResponse, dpop } = await client.retrieveAuthorizationCodeAccessTokenFromOffer({
    issuerMetadata: metadata,
    credentialOffer: offer,
    authorizationCode: String(answer.code),
    redirectUri,
    dpop: dpopOf(dpopKey),
    ...(begun.pkce && { pkceCodeVerifier: begun.pkce.codeVerifier }),
  })
  return {
    issuer: offer.credential_issuer,
    configuration,
    metadata,
    accessToken: accessTokenResponse.access_token,
    refreshToken: accessTokenResponse.refresh_token,
    dpopKey,
    dpopNonce: dpop?.nonce,
    key: makeKey(),
    attested,
  }
}

/** The session for the next card of the same application, with a new key (RFC 6749 §6). */
export async function refreshed(session: IssuanceSession): Promise<IssuanceSession> {
  const { metadata, dpopKey, refreshToken, attested } = session
  const [authorizationServerMetadata] = metadata.authorizationServers
  if (refreshToken === undefined || !authorizationServerMetadata) throw new WalletRefusal('there is no refresh token')
  const client = new Oauth2Client({ callbacks: callbacks([dpopKey], attested?.clientAuthentication) })
  const { accessTokenResponse, dpop } = await client.retrieveRefreshTokenAccessToken({
    authorizationServerMetadata,
    refreshToken,
    dpop: dpopOf(dpopKey),
  })
  const accessToken = accessTokenResponse.access_token
  return { ...session, accessToken, dpopNonce: dpop?.nonce, key: makeKey() }
}

/** Requests the card and checks it. A repeated request gives the same card. */
export async function fetchCard(session: IssuanceSession): Promise<ReceivedCard> {
  const { credential, notificationId } = await ask(session, await prove(session, await freshNonce(session)))
  return { credential, notificationId, claims: await verifyCard(credential, session.issuer, session.key) }
}

export async function freshNonce({ metadata }: IssuanceSession): Promise<string> {
  const client = new Openid4vciClient({ callbacks: callbacks([]) })
  return (await client.requestNonce({ issuerMetadata: metadata })).c_nonce
}

/** Creates the key proof for this issuer and nonce. */
export async function prove(
  { metadata, configuration, key, attested }: IssuanceSession,
  nonce: string,
): Promise<string> {
  const client = new Openid4vciClient({ callbacks: callbacks([key]) })
  const { jwt } = await client.createCredentialRequestJwtProof({
    issuerMetadata: metadata,
    credentialConfigurationId: configuration,
    nonce,
    issuedAt: new Date(),
    // With a key attestation, as European wallets do it: a kid, and the key is one of those attested.
    signer: attested
      ? { method: 'did', alg: 'ES256', didUrl: '0' }
      : { method: 'jwk', alg: 'ES256', publicJwk: publicOf(key) },
    ...(attested && { keyAttestationJwt: attested.provider.attestKeys([key], nonce) }),
  })
  return jwt
}

export async function ask(session: IssuanceSession, proof: string): Promise<Omit<ReceivedCard, 'claims'>> {
  const client = new Openid4vciClient({ callbacks: callbacks([session.dpopKey]) })
  const { credentialResponse } = await client.retrieveCredentials({
    issuerMetadata: session.metadata,
    credentialConfigurationId: session.configuration,
    accessToken: session.accessToken,
    dpop: dpopOf(session.dpopKey, session.dpopNonce),
    proofs: { jwt: [proof] },
  })
  const { notification_id: notificationId } = credentialResponse
  return { credential: credentialOf(credentialResponse), notificationId: notificationId ?? undefined }
}

/** Notifies the issuer that the card was stored. A failure is ignored, as the standard allows. */
export async function notifyAccepted(session: IssuanceSession, notificationId: string): Promise<void> {
  const client = new Openid4vciClient({ callbacks: callbacks([session.dpopKey]) })
  await client.sendNotification({
    issuerMetadata: session.metadata,
    accessToken: session.accessToken,
    dpop: dpopOf(session.dpopKey, session.dpopNonce),
    notification: { notificationId, event: 'credential_accepted' },
  })
}

function dpopOf(key: PrivateJwk, nonce?: string): RequestDpopOptions {
  return {
    signer: { method: 'jwk', alg: 'ES256', publicJwk: publicOf(key) },
    ...(nonce !== undefined && { nonce }),
  }
}

function credentialOf(response: { credentials?: unknown }): string {
  const [first] = Array.isArray(response.credentials) ? (response.credentials as unknown[]) : []
  const credential = typeof first === 'object' && first !== null && 'credential' in first ? first.credential : first
  if (typeof credential !== 'string') throw new WalletRefusal('the response contains no SD-JWT')
  return credential
}
