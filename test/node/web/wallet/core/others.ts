/**
 * An issuer made of libraries of others (`@openid4vc`, `@sd-jwt`), and an authority whose ledger has no seals, so that the
 * wallet takes cards of an issuer that no registry names.
 */
import { createHash, randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { Oauth2AuthorizationServer } from '@openid4vc/oauth2'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { compactVerify, importJWK, type JWK } from 'jose'
import { createStatusListToken } from '../../../../../node/credential/status-token.ts'
import { thumbprint } from '../../../../../node/lib/jose/jwk.ts'
import { signJws } from '../../../../../node/lib/jose/jws.ts'
import { systemClock } from '../../../../../node/lib/time.ts'
import { PRE_AUTHORIZED_CODE } from '../../../../../node/web/wallet/core/issuing/offer-link.ts'
import { callbacks } from '../../../../e2e/wallet/callbacks.ts'
import { makeKey, publicOf } from '../../../../e2e/wallet/keys.ts'
import { json, type Tamper, text } from '../../../../support/tampered-fetch.ts'
import { issuer as certified, makeIssuer, type TestIssuer } from '../../../verifier/support.ts'

export const AUTHORITY = 'https://authority.example'
export const ISSUER = 'https://university.example/issuer'
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

export const hasher = (data: string | ArrayBuffer, algorithm: string) =>
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
  /** Offers the authorization code flow, and names its card by scope or by authorization_details. */
  readonly page?: 'scope' | 'details'
}

const CODE = 'an-authorization-code'

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
          ...(this.manners.page === 'scope' && { scope: 'student-card' }),
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
      ...(this.manners.page && {
        authorization_endpoint: `${ISSUER}/authorize?tenant=1`,
        pushed_authorization_request_endpoint: `${ISSUER}/par`,
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      }),
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
      grants: this.manners.page
        ? { authorization_code: { issuer_state: 'state-of-the-offer' } }
        : {
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
      case '/issuer/par':
        return this.#par(url, init)
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

  async #par(url: URL, init: RequestInit): Promise<Response> {
    const request = { method: 'POST' as const, url: url.href, headers: new Headers(init.headers) }
    const refused = await this.#dpopRefusal(request)
    if (refused) return refused
    const authorizationRequest = Object.fromEntries(init.body as URLSearchParams)
    const parsed = await this.#server.parsePushedAuthorizationRequest({ request, authorizationRequest })
    const dpop = { required: true, ...parsed.dpop }
    const verified = await this.#server.verifyPushedAuthorizationRequest({
      ...{ request, authorizationRequest: parsed.authorizationRequest, dpop },
      authorizationServerMetadata: this.#serverMetadata,
    })
    this.#pushed = { ...parsed.authorizationRequest, jkt: verified.dpop?.jwkThumbprint }
    const requestUri = 'urn:ietf:params:oauth:request_uri:1'
    const created = this.#server.createPushedAuthorizationResponse({ requestUri, expiresInSeconds: 60 })
    return json(created.pushedAuthorizationResponse, 201)
  }

  #pushed: Record<string, unknown> = {}

  /** What the wallet pushed. */
  get pushed(): Readonly<Record<string, unknown>> {
    return this.#pushed
  }

  /** The address to which the page sends the browser. */
  returnTo(change: Readonly<Record<string, string | null>> = {}): string {
    const { redirect_uri, state } = this.#pushed
    const back = new URL(String(redirect_uri))
    for (const [name, value] of Object.entries({ code: CODE, state: String(state), iss: ISSUER, ...change })) {
      if (value !== null) back.searchParams.set(name, value)
    }
    return back.href
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
          : grant.grantType === 'authorization_code'
            ? await this.#server.verifyAuthorizationCodeAccessTokenRequest({
                ...{ ...common, grant, dpop, expectedCode: CODE },
                pkce: {
                  codeChallenge: String(this.#pushed.code_challenge),
                  codeChallengeMethod: 'S256' as never,
                  ...(parsed.pkceCodeVerifier !== undefined && { codeVerifier: parsed.pkceCodeVerifier }),
                },
              })
            : await this.#server.verifyRefreshTokenAccessTokenRequest({
                ...{ ...common, dpop, expectedRefreshToken: this.#refreshToken },
                grant: grant as never,
              })
      if (grant.grantType === 'authorization_code' && verified.dpop?.jwkThumbprint !== this.#pushed.jkt) {
        return json({ error: 'invalid_grant' }, 400)
      }
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
