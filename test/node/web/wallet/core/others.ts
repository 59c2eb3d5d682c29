/**
 * An issuer and a verifier made of libraries of others (`@openid4vc`, `@sd-jwt`), and an authority whose ledger has no
 * seals, so that the wallet takes cards of an issuer that no registry names.
 */
import { createHash, randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { Oauth2AuthorizationServer } from '@openid4vc/oauth2'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import { Openid4vpVerifier } from '@openid4vc/openid4vp'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { compactDecrypt, compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { createStatusListToken } from '../../../../../node/credential/status-token.ts'
import { thumbprint } from '../../../../../node/lib/jose/jwk.ts'
import { signJws } from '../../../../../node/lib/jose/jws.ts'
import { systemClock } from '../../../../../node/lib/time.ts'
import { PRE_AUTHORIZED_CODE } from '../../../../../node/web/wallet/core/issuing/offer-link.ts'
import { callbacks } from '../../../../e2e/wallet/callbacks.ts'
import { makeKey, publicOf, readLeaf } from '../../../../e2e/wallet/keys.ts'
import { json, type Tamper, text } from '../../../../support/tampered-fetch.ts'
import { issuer as certified, makeIssuer, type TestIssuer } from '../../../verifier/support.ts'

export const AUTHORITY = 'https://authority.example'
export const ISSUER = 'https://university.example/issuer'
export const SHOP = 'https://library.example'
export const VCT = 'https://university.example/student'

const profileSigner = certified.signer
const hex = (bytes: number) => `0x${'11'.repeat(bytes)}`
const contract = { address: hex(20), codeHash: hex(32), block: 1 }
const profile = {
  ...{ version: 1, chainId: 1, genesis: hex(32), seals: 'none', validators: [], heartbeat: 60, endpoints: [] },
  contracts: { accessManager: contract, trustRegistry: contract, anchorLog: contract, statusRegistry: contract },
  checkpoint: { height: 1, hash: hex(32), time: 1 },
  witnesses: { keys: [], quorum: 0 },
}
export const settings = {
  authority: AUTHORITY,
  attestations: null,
  profileKey: thumbprint(profileSigner.publicKey.jwk),
  helpLine: '1688-0990',
  isDemo: false,
  name: 'dojang-wallet',
  haip: false,
}

export const authority: Tamper = url => {
  if (url.origin !== AUTHORITY) return undefined
  const { jwk } = profileSigner.publicKey
  return text(signJws({ typ: 'dojang-ledger+jwt', jwk }, profile, data => profileSigner.sign(data)))
}

const hasher = (data: string | ArrayBuffer, algorithm: string) =>
  createHash(algorithm.replace('-', ''))
    .update(typeof data === 'string' ? data : new Uint8Array(data))
    .digest()

/** Verifies JWTs that carry their key. */
const verifyJwt = async (signer: unknown, { compact }: { compact: string }) => {
  const { publicJwk } = signer as { publicJwk: JWK }
  try {
    await compactVerify(compact, await importJWK(publicJwk, 'ES256'))
    return { verified: true as const, signerJwk: publicJwk as never }
  } catch {
    return { verified: false as const }
  }
}

/** What the issuer does before it gives a card. */
export interface Manners {
  readonly txCode?: string
  /** Answers of the credential endpoint that come first. */
  readonly first?: readonly (() => Promise<Response>)[]
  readonly deferred?: boolean
}

export class IssuerOfOthers {
  readonly tokenKey = makeKey()
  readonly events: string[] = []
  /** The bodies of all credential requests. */
  readonly asked: Record<string, unknown>[] = []
  readonly #nonce = randomBytes(16).toString('base64url')
  readonly #cNonce = randomBytes(16).toString('base64url')
  readonly #context = { ...callbacks([this.tokenKey]), verifyJwt: verifyJwt as never }
  readonly #server = new Oauth2AuthorizationServer({ callbacks: this.#context })
  readonly #issuer = new Openid4vciIssuer({ callbacks: this.#context })
  #x5c: readonly string[] = []
  #signer: TestIssuer['signer'] | undefined
  #calls = 0
  #refreshToken = 'r'.repeat(20)

  constructor(private readonly manners: Manners = {}) {}

  get #metadata() {
    return this.#issuer.createCredentialIssuerMetadata({
      credential_issuer: ISSUER,
      credential_endpoint: `${ISSUER}/credential`,
      nonce_endpoint: `${ISSUER}/nonce`,
      deferred_credential_endpoint: `${ISSUER}/deferred`,
      notification_endpoint: `${ISSUER}/notification`,
      display: [{ name: 'University', locale: 'en' }],
      credential_configurations_supported: {
        student: {
          format: 'dc+sd-jwt',
          vct: VCT,
          cryptographic_binding_methods_supported: ['jwk'],
          credential_signing_alg_values_supported: ['ES256'],
          proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
          credential_metadata: {
            display: [{ name: 'Student card', locale: 'en-US' }],
            claims: [{ path: ['family_name'], display: [{ name: 'Name', locale: 'en-US' }] }],
          },
        },
      },
    })
  }

  get #serverMetadata() {
    return this.#server.createAuthorizationServerMetadata({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/token`,
      dpop_signing_alg_values_supported: ['ES256'],
    })
  }

  async offer(): Promise<string> {
    const { signer, x5c } = await makeIssuer(ISSUER)
    this.#signer = signer
    this.#x5c = x5c
    const { credentialOffer } = await this.#issuer.createCredentialOffer({
      issuerMetadata: {
        credentialIssuer: this.#metadata,
        authorizationServers: [this.#serverMetadata],
        knownCredentialConfigurations: this.#issuer.getKnownCredentialConfigurationsSupported(this.#metadata),
        originalDraftVersion: 'V1',
      } as never,
      credentialConfigurationIds: ['student'],
      grants: {
        [PRE_AUTHORIZED_CODE]: {
          'pre-authorized_code': 'a-code',
          ...(this.manners.txCode && { tx_code: { input_mode: 'text', length: this.manners.txCode.length } }),
        },
      },
    })
    return credentialOffer
  }

  readonly answers: Tamper = (url, init) => {
    if (url.origin !== new URL(ISSUER).origin) return undefined
    switch (url.pathname) {
      case '/.well-known/openid-credential-issuer/issuer':
        return json(this.#metadata)
      case '/.well-known/oauth-authorization-server/issuer':
        return json(this.#serverMetadata)
      case '/issuer/nonce':
        return json(this.#issuer.createNonceResponse({ cNonce: this.#cNonce }))
      case '/issuer/token':
        return this.#token(url, init)
      case '/issuer/credential':
        return this.#credential(url, init)
      case '/issuer/deferred':
        return this.#credential(url, init, true)
      case '/issuer/notification':
        this.events.push((JSON.parse(String(init.body)) as { event: string }).event)
        return Promise.resolve(new Response(null, { status: 204 }))
      default:
        return text('', 404)
    }
  }

  async #token(url: URL, init: RequestInit): Promise<Response> {
    const request = { method: 'POST' as const, url: url.href, headers: new Headers(init.headers) }
    const refused = await this.#dpopRefusal(request)
    if (refused) return refused
    const parsed = this.#server.parseAccessTokenRequest({
      request,
      accessTokenRequest: Object.fromEntries(init.body as URLSearchParams),
    })
    const { grant, accessTokenRequest } = parsed
    const common = { request, accessTokenRequest, authorizationServerMetadata: this.#serverMetadata }
    const dpop = { required: true, ...(parsed.dpop?.jwt && { jwt: parsed.dpop.jwt }) }
    try {
      const verified =
        grant.grantType === PRE_AUTHORIZED_CODE
          ? await this.#server.verifyPreAuthorizedCodeAccessTokenRequest({
              ...{ ...common, grant, dpop, expectedPreAuthorizedCode: 'a-code' },
              ...(this.manners.txCode && { expectedTxCode: this.manners.txCode }),
            })
          : await this.#server.verifyRefreshTokenAccessTokenRequest({
              ...{ ...common, dpop, expectedRefreshToken: this.#refreshToken },
              grant: grant as never,
            })
      return json(
        await this.#server.createAccessTokenResponse({
          audience: ISSUER,
          authorizationServer: ISSUER,
          expiresInSeconds: 300,
          signer: { method: 'jwk', alg: 'ES256', publicJwk: publicOf(this.tokenKey) },
          subject: 'student',
          refreshToken: this.#refreshToken,
          ...(verified.dpop && { dpop: verified.dpop }),
        }),
      )
    } catch {
      return json({ error: 'invalid_grant' }, 400)
    }
  }

  /** The nonce is in every answer, and a proof without it is sent back. */
  async #dpopRefusal(request: { method: 'POST'; url: string; headers: Headers }, accessToken?: string) {
    const dpopJwt = request.headers.get('dpop') ?? ''
    const expect = { request, dpopJwt, expectedNonce: this.#nonce, ...(accessToken && { accessToken }) }
    try {
      await this.#server.verifyDpopJwt(expect)
      return undefined
    } catch {
      const headers = { 'dpop-nonce': this.#nonce, 'www-authenticate': 'DPoP error="use_dpop_nonce"' }
      return json({ error: 'use_dpop_nonce' }, accessToken ? 401 : 400, headers)
    }
  }

  async #credential(url: URL, init: RequestInit, isDeferred = false): Promise<Response> {
    const request = { method: 'POST' as const, url: url.href, headers: new Headers(init.headers) }
    const token = request.headers.get('authorization')?.replace(/^DPoP /, '') ?? ''
    const refused = await this.#dpopRefusal(request, token)
    if (refused) return refused
    const first = this.manners.first?.[this.#calls++]
    if (first) return first()
    if (isDeferred) return json({ credentials: [{ credential: await this.#issue(this.#holder) }] })
    const body = JSON.parse(String(init.body)) as Record<string, unknown>
    this.asked.push(body)
    const { proofs } = this.#issuer.parseCredentialRequest({
      credentialRequest: body,
      issuerMetadata: {
        knownCredentialConfigurations: this.#issuer.getKnownCredentialConfigurationsSupported(this.#metadata),
        credentialIssuer: this.#metadata,
      } as never,
    })
    const { signer } = await this.#issuer.verifyCredentialRequestJwtProof({
      jwt: proofs?.jwt?.[0] ?? '',
      expectedNonce: this.#cNonce,
      clientId: settings.name,
      issuerMetadata: { credentialIssuer: this.#metadata } as never,
    })
    this.#holder = signer.publicJwk
    if (this.manners.deferred) return json({ transaction_id: 't', interval: 1 }, 202)
    return json({ credentials: [{ credential: await this.#issue(signer.publicJwk) }], notification_id: 'n-1' })
  }

  #holder: object = {}

  /** In which every card is valid. */
  statusList(): string {
    const iat = systemClock()
    const compressed = deflateSync(new Uint8Array(64))
    const list = { uri: `${ISSUER}/status-lists/1`, iat, exp: iat + 3600, ttl: 300, compressed, x5c: this.#x5c }
    return createStatusListToken(list, data => (this.#signer as TestIssuer['signer']).sign(data))
  }

  async #issue(holder: object): Promise<string> {
    const signer = this.#signer as TestIssuer['signer']
    const instance = new SDJwtVcInstance({
      ...{ hasher, hashAlg: 'sha-256', signAlg: 'ES256' },
      saltGenerator: () => randomBytes(16).toString('base64url'),
      signer: data => Buffer.from(signer.sign(Buffer.from(data))).toString('base64url'),
    })
    const iat = systemClock()
    const payload = {
      ...{ iss: ISSUER, vct: VCT, iat, exp: iat + 3600, cnf: { jwk: holder } },
      status: { status_list: { idx: 1, uri: `${ISSUER}/status-lists/1` } },
      ...{ family_name: 'Hong', student_number: '2026-001', nationalities: ['KR', 'VN'] },
    }
    const frame = { _sd: ['family_name', 'student_number'], nationalities: { _sd: [0, 1] } }
    return instance.issue(payload as never, frame as never, { header: { x5c: [...this.#x5c] } })
  }
}

/** A verifier of others, and what it reads. */
export async function makeVerifierOfOthers(
  dcqlQuery: unknown,
  prefix: 'x509_hash' | 'x509_san_dns',
  statusList: () => string,
) {
  const { signer, x5c } = await makeIssuer(SHOP)
  const [leaf = ''] = x5c
  const hash = createHash('sha256').update(Buffer.from(leaf, 'base64')).digest('base64url')
  const clientId = prefix === 'x509_hash' ? `x509_hash:${hash}` : `x509_san_dns:${new URL(SHOP).hostname}`
  const encryptionKey = makeKey()
  const nonce = randomBytes(16).toString('base64url')
  const context = {
    ...callbacks([]),
    signJwt: async (_signer: unknown, { header, payload }: { header: object; payload: object }) => {
      const { alg: _, ...rest } = header as Record<string, unknown>
      const jwt = signJws(rest, payload as Record<string, unknown>, data => signer.sign(data))
      return { jwt, signerJwk: signer.publicKey.jwk as never }
    },
    decryptJwe: async (jwe: string) => {
      const { plaintext } = await compactDecrypt(jwe, await importJWK({ ...encryptionKey, alg: 'ECDH-ES' }, 'ECDH-ES'))
      const payload = new TextDecoder().decode(plaintext)
      return { decrypted: true as const, payload, decryptionJwk: encryptionKey as never }
    },
  }
  const verifier = new Openid4vpVerifier({ callbacks: context as never })
  const payload = {
    response_type: 'vp_token',
    client_id: clientId,
    nonce,
    state: 'state-1',
    response_mode: 'direct_post.jwt',
    response_uri: `${SHOP}/answer`,
    aud: 'https://self-issued.me/v2',
    dcql_query: dcqlQuery,
    client_metadata: {
      jwks: { keys: [{ ...publicOf(encryptionKey), kid: 'enc-1', use: 'enc', alg: 'ECDH-ES' }] },
      encrypted_response_enc_values_supported: ['A128GCM'],
      vp_formats_supported: { 'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] } },
    },
  }
  const created = await verifier.createOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: payload as never,
    jar: {
      jwtSigner: { method: 'x5c', x5c: [...x5c], alg: 'ES256' },
      requestUri: `${SHOP}/request`,
      expiresInSeconds: 300,
    },
  })
  const received: unknown[] = []
  const answers: Tamper = (url, init) => {
    if (url.origin !== SHOP) return undefined
    if (url.pathname === '/request') return text(created.jar?.authorizationRequestJwt ?? '')
    return (async () => {
      const parsed = await verifier.parseOpenid4vpAuthorizationResponse({
        authorizationResponse: Object.fromEntries(init.body as URLSearchParams),
        authorizationRequestPayload: payload as never,
        callbacks: context as never,
      })
      const { vp_token: token } = parsed.authorizationResponsePayload
      const presentations = verifier.parseDcqlVpToken(token)
      for (const [query, [presentation]] of Object.entries(presentations)) {
        received.push({ query, ...(await verifiedBy(String(presentation), nonce, statusList)) })
      }
      return json({})
    })()
  }
  return { link: created.authorizationRequest, answers, received, clientId }
}

async function verifiedBy(presentation: string, keyBindingNonce: string, statusList: () => string) {
  const { x5c } = decodeProtectedHeader(presentation.split('~')[0] ?? '')
  const issuerKey = readLeaf(x5c as string[]).jwk
  const verify = (key: JWK) => async (data: string, signature: string) => {
    try {
      await compactVerify(`${data}.${signature}`, await importJWK(key, 'ES256'))
      return true
    } catch {
      return false
    }
  }
  const holderOf = (payload: unknown) => (payload as { cnf: { jwk: JWK } }).cnf.jwk
  const instance = new SDJwtVcInstance({
    hasher,
    hashAlg: 'sha-256',
    verifier: verify(issuerKey as JWK),
    kbVerifier: async (data, signature, payload) => verify(holderOf(payload))(data, signature),
    statusListFetcher: async () => statusList(),
    statusVerifier: verify(issuerKey as JWK),
  })
  const { payload, kb } = await instance.verify(presentation, { keyBindingNonce })
  return { payload: payload as Record<string, unknown>, audience: (kb as { payload: { aud: string } }).payload.aud }
}
