/** Metadata of the issuer (OpenID4VCI 1.0 §12.2) and of its authorization server (RFC 8414). Nothing in them is proved. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../lib/json.ts'
import { isSecure } from '../../../../verifier/oid4vp/wallet-side/verify-request.ts'
import { answerInvalid, getJson, hostOf } from '../http.ts'
import { displayed, type Texts } from '../texts.ts'
import { invalid, type OfferObject } from './offer-link.ts'
import { getSignedMetadata, type SignerCheck } from './signed-metadata.ts'

export interface IssuerMetadata {
  readonly issuer: string
  readonly name: Texts | null
  readonly credentialEndpoint: string
  readonly nonceEndpoint: string | null
  readonly deferredEndpoint: string | null
  readonly notificationEndpoint: string | null
  readonly card: OfferedCard
  readonly server: ServerMetadata
}

export interface OfferedCard {
  readonly configuration: string
  readonly vct: string
  /** By which an authorization request names the card (OpenID4VCI 1.0 §5.1.2); null or absent if it has none. */
  readonly scope?: string | null
  readonly name: Texts
  readonly description: Texts | null
  readonly labels: readonly ClaimLabel[]
}

export interface ClaimLabel {
  readonly path: readonly (string | number | null)[]
  readonly label: Texts
}

export interface ServerMetadata {
  readonly issuer: string
  readonly tokenEndpoint: string
  /** Whether access tokens are bound to a key of the wallet (RFC 9449). */
  readonly dpop: boolean
  /** Whether a wallet can, or must, show an attestation whose key is that of its DPoP proofs. Absent in stored metadata of earlier versions. */
  readonly attestation?: 'accepted' | 'required' | 'none'
  /** Null or absent if the server does not support the authorization code flow as this wallet demands it. */
  readonly authorization?: AuthorizationEndpoints | null
}

export interface AuthorizationEndpoints {
  readonly page: string
  /** Of pushed requests (RFC 9126). */
  readonly par: string
}

const MAX_LABELS = 256
const MAX_CARDS = 64
/** One scope (RFC 6749 §3.3). */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/

/**
 * Reads the issuer's metadata for those of the offered cards that this wallet supports. There is at least one.
 * @param signer how signed metadata are checked; null: they need not be signed
 * @throws {WalletError} WALLET_OFFER_INVALID, WALLET_UNREACHABLE, WALLET_ANSWER_INVALID
 */
export async function readMetadata(
  offer: OfferObject,
  fetcher: typeof fetch,
  signer: SignerCheck | null,
): Promise<readonly [IssuerMetadata, ...IssuerMetadata[]]> {
  const { issuer } = offer
  const url = wellKnown(issuer, 'openid-credential-issuer')
  const metadata = await (signer ? getSignedMetadata(fetcher, url, issuer, signer) : getJson(fetcher, url))
  // §12.2.1: byte for byte, so that nobody's metadata answers for another.
  if (metadata.credential_issuer !== issuer) throw invalid('other_issuer')
  const endpoint = endpointsOf(metadata, issuer)
  const [card, ...others] = cardsOf(metadata.credential_configurations_supported, offer.configurations)
  const server = await readServer(serverOf(metadata, offer), fetcher)
  if (offer.grant.kind === 'authorization_code' && !server.authorization) throw invalid('no_grant')
  const shared = {
    issuer,
    name: displayed(metadata.display) ?? null,
    credentialEndpoint: endpoint.required('credential_endpoint'),
    nonceEndpoint: endpoint.optional('nonce_endpoint'),
    deferredEndpoint: endpoint.optional('deferred_credential_endpoint'),
    notificationEndpoint: endpoint.optional('notification_endpoint'),
    server,
  }
  return [{ ...shared, card }, ...others.map(other => ({ ...shared, card: other }))]
}

/** `/.well-known/<name>` is inserted between host and path. */
function wellKnown(identifier: string, name: string): string {
  const { origin, pathname } = new URL(identifier)
  return `${origin}/.well-known/${name}${pathname.replace(/\/$/, '')}`
}

function serverOf({ authorization_servers: servers }: JsonObject, { issuer, grant }: OfferObject): string {
  const known = Array.isArray(servers) ? servers.filter(server => typeof server === 'string') : [issuer]
  const server = grant.authorizationServer ?? known[0] ?? issuer
  if (!known.includes(server) || !URL.canParse(server) || !isSecure(new URL(server))) throw invalid('other_issuer')
  return server
}

async function readServer(server: string, fetcher: typeof fetch): Promise<ServerMetadata> {
  const metadata = await getJson(fetcher, wellKnown(server, 'oauth-authorization-server'))
  if (metadata.issuer !== server) throw invalid('other_issuer')
  const endpoint = endpointsOf(metadata, server)
  const algorithms = metadata.dpop_signing_alg_values_supported
  return {
    issuer: server,
    tokenEndpoint: endpoint.required('token_endpoint'),
    dpop: Array.isArray(algorithms) && algorithms.includes('ES256'),
    attestation: attestationOf(metadata.token_endpoint_auth_methods_supported),
    authorization: authorizationOf(metadata, server),
  }
}

/**
 * With pushed requests, PKCE with S256, and its name in the response (RFC 9207), which tells this wallet whose code it got.
 */
function authorizationOf(metadata: JsonObject, server: string): AuthorizationEndpoints | null {
  const { code_challenge_methods_supported: methods, authorization_response_iss_parameter_supported: iss } = metadata
  if (!Array.isArray(methods) || !methods.includes('S256') || iss !== true) return null
  const endpoint = endpointsOf(metadata, server)
  const [page, par] = [
    endpoint.optional('authorization_endpoint'),
    endpoint.optional('pushed_authorization_request_endpoint'),
  ]
  return page !== null && par !== null ? { page, par } : null
}

function attestationOf(methods: JsonValue | undefined): 'accepted' | 'required' | 'none' {
  if (!Array.isArray(methods) || !methods.includes('attest_jwt_client_auth_dpop')) return 'none'
  return methods.includes('none') ? 'accepted' : 'required'
}

function endpointsOf(metadata: JsonObject, of: string) {
  const optional = (name: string): string | null => {
    const url = metadata[name]
    if (url === undefined) return null
    if (typeof url === 'string' && URL.canParse(url) && isSecure(new URL(url))) return url
    throw answerInvalid(hostOf(of), `${name} is no https URL`)
  }
  const required = (name: string): string => {
    const url = optional(name)
    if (url === null) throw answerInvalid(hostOf(of), `${name} is missing`)
    return url
  }
  return { optional, required }
}

/** The offered configurations that this wallet supports, in the order of the offer. */
function cardsOf(
  configurations: JsonValue | undefined,
  offered: readonly string[] | null,
): [OfferedCard, ...OfferedCard[]] {
  const known = isJsonObject(configurations) ? configurations : {}
  const found = (offered ?? Object.keys(known).slice(0, MAX_CARDS)).flatMap(id => {
    const configuration = Object.hasOwn(known, id) ? known[id] : undefined
    return isJsonObject(configuration) ? [{ id, configuration }] : []
  })
  if (found.length === 0) throw invalid('unknown_card')
  const [card, ...others] = found.flatMap(({ id, configuration }) =>
    isSupported(configuration) ? [cardOf(id, configuration)] : [],
  )
  if (!card) throw invalid('unsupported_card')
  return [card, ...others]
}

function cardOf(id: string, configuration: JsonObject): OfferedCard {
  const { vct, scope } = configuration
  const described = isJsonObject(configuration.credential_metadata) ? configuration.credential_metadata : configuration
  return {
    configuration: id,
    vct: vct as string,
    scope: typeof scope === 'string' && SCOPE.test(scope) ? scope : null,
    name: displayed(described.display) ?? { ko: id, en: id },
    description: displayed(described.display, 'description') ?? null,
    labels: labelsOf(described.claims),
  }
}

/**
 * An SD-JWT VC, bound to a key that this wallet proves with a JWT. The key may have to be attested, but not to be kept in any
 * particular place: a browser cannot say where its keys are.
 */
function isSupported({
  format,
  vct,
  cryptographic_binding_methods_supported: binding,
  proof_types_supported,
}: JsonObject) {
  if (format !== 'dc+sd-jwt' || typeof vct !== 'string') return false
  if (!Array.isArray(binding) || !binding.includes('jwk')) return false
  const jwt = isJsonObject(proof_types_supported) ? proof_types_supported.jwt : undefined
  if (!isJsonObject(jwt)) return false
  const { key_attestations_required: required = {} } = jwt
  if (!isJsonObject(required) || required.key_storage !== undefined || required.user_authentication !== undefined) {
    return false
  }
  const algorithms = jwt.proof_signing_alg_values_supported
  return Array.isArray(algorithms) && algorithms.includes('ES256')
}

function labelsOf(claims: JsonValue | undefined): ClaimLabel[] {
  if (!Array.isArray(claims)) return []
  return (claims as readonly JsonValue[]).slice(0, MAX_LABELS).flatMap(claim => {
    const { path, display } = isJsonObject(claim) ? claim : {}
    const label = displayed(display)
    const isPath =
      Array.isArray(path) && path.every(part => part === null || ['string', 'number'].includes(typeof part))
    return label && isPath ? [{ path: path as ClaimLabel['path'], label }] : []
  })
}
