/**
 * The OpenID Connect relying party: authorization code flow with PKCE, nonce, state and `iss`, with a pushed request if the
 * provider has an endpoint for it. `openid-client` verifies the answers; here is what this authority demands beyond them: an
 * accepted `acr` in the signed ID token, and a fresh authentication. openid-client compares the times of tokens with the
 * system's clock.
 */
import * as oidc from 'openid-client'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import { OnlineError } from './errors.ts'
import { type Claims, parseStated, type Stated } from './matching.ts'
import { type Fetch, providerFetch } from './provider-fetch.ts'
import type { OnlineApplication } from './setting.ts'

export interface IdentityProviderOptions {
  readonly setting: OnlineApplication
  readonly redirectUri: string
  readonly authentication: oidc.ClientAuth
  readonly fetch: Fetch
  /** For operators: what failed, without a claim. */
  readonly warn: Warn
  readonly clock: Clock
}

/** The secrets of one sign-in. Each is random, and none is used twice. */
export interface SignInSecrets {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

export interface SignedIn {
  readonly stated: Stated
  /** The level of assurance, one of those accepted. */
  readonly acr: string
}

/** Seconds for which the provider's metadata are used again. */
const METADATA_LIFETIME = 600
/** Seconds for an answer of the provider, while a person waits. */
const TIMEOUT = 5
/** Seconds by which the provider's clock may be ahead. */
const CLOCK_AHEAD = 60

/** Not the person's doing: the provider, its settings or somebody between. */
const FAULTS: ReadonlySet<string> = new Set(['ONLINE_PROVIDER_UNREACHABLE', 'ONLINE_ANSWER_INVALID'])

export class IdentityProvider {
  #found: { readonly configuration: Promise<oidc.Configuration>; readonly at: UnixSeconds } | undefined

  constructor(private readonly options: IdentityProviderOptions) {}

  /**
   * @returns the URL to which the browser is sent
   * @throws {OnlineError} ONLINE_PROVIDER_UNREACHABLE, ONLINE_ANSWER_INVALID
   */
  begin({ state, nonce, codeVerifier }: SignInSecrets): Promise<string> {
    const { setting, redirectUri } = this.options
    return this.#explained(async () => {
      const configuration = await this.#configuration()
      const server = configuration.serverMetadata()
      const parameters: Record<string, string> = {
        redirect_uri: redirectUri,
        scope: setting.scopes.join(' '),
        ...{ state, nonce },
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        acr_values: setting.acrValues.join(' '),
        max_age: String(setting.maxAge),
        // A browser may belong to several people: to a child and their guardian, or to a library.
        prompt: 'login',
        ...(server.claims_parameter_supported && { claims: JSON.stringify(wanted(setting)) }),
      }
      const isPushed = server.pushed_authorization_request_endpoint !== undefined
      const url = isPushed
        ? await oidc.buildAuthorizationUrlWithPAR(configuration, parameters)
        : oidc.buildAuthorizationUrl(configuration, parameters)
      return url.href
    })
  }

  /**
   * Verifies the provider's answer.
   * @param answer the query with which the browser came back
   * @throws {OnlineError} ONLINE_PROVIDER_UNREACHABLE, ONLINE_ANSWER_INVALID, ONLINE_SIGN_IN_DENIED,
   * ONLINE_ASSURANCE_TOO_LOW, ONLINE_PERSON_UNKNOWN, ONLINE_PERSON_DIFFERS
   */
  finish(answer: URLSearchParams, { state, nonce, codeVerifier }: SignInSecrets): Promise<SignedIn> {
    const { setting, redirectUri } = this.options
    return this.#explained(async () => {
      const configuration = await this.#configuration()
      const tokens = await oidc.authorizationCodeGrant(configuration, new URL(`${redirectUri}?${answer}`), {
        ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, maxAge: setting.maxAge },
      })
      const idToken = tokens.claims()
      if (!idToken) throw invalid('id_token')
      if (Number(idToken.auth_time) > this.options.clock() + CLOCK_AHEAD) throw invalid('auth_time')
      const { acr } = idToken
      if (typeof acr !== 'string' || !setting.acrValues.includes(acr)) {
        throw new OnlineError({ code: 'ONLINE_ASSURANCE_TOO_LOW' })
      }
      const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined
      const more = hasUserInfo ? await oidc.fetchUserInfo(configuration, tokens.access_token, idToken.sub) : {}
      return { stated: parseStated(setting.person.claim, [idToken, more] as readonly Claims[]), acr }
    })
  }

  /** Every failure as a coded error. Those of openid-client have claims and tokens, and are not passed on. */
  async #explained<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step()
    } catch (error) {
      const explained = explain(error)
      if (!explained) throw error
      if (FAULTS.has(explained.code))
        this.options.warn({ ...explained.detail }, 'a sign-in at the identity provider failed')
      throw explained
    }
  }

  /** A failed discovery is not remembered. */
  #configuration(): Promise<oidc.Configuration> {
    const now = this.options.clock()
    if (this.#found && now < this.#found.at + METADATA_LIFETIME) return this.#found.configuration
    const configuration = this.#discover()
    this.#found = { configuration, at: now }
    configuration.catch(() => {
      if (this.#found?.configuration === configuration) this.#found = undefined
    })
    return configuration
  }

  async #discover(): Promise<oidc.Configuration> {
    const { setting, authentication, fetch } = this.options
    const issuer = new URL(setting.issuer)
    const execute = [
      oidc.enableNonRepudiationChecks,
      ...(issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
    ]
    return oidc.discovery(issuer, setting.clientId, undefined, authentication, {
      ...{ execute, timeout: TIMEOUT, [oidc.customFetch]: providerFetch(fetch) },
    })
  }
}

/** OpenID Connect Core 1.0 §5.5: the level of assurance is essential, and so is the claim that names the person. */
function wanted({ acrValues, person }: OnlineApplication) {
  const names = { name: null, family_name: null, given_name: null, birthdate: null }
  return {
    id_token: { acr: { essential: true, values: acrValues }, [person.claim]: { essential: true }, ...names },
  }
}

/** @returns undefined for what is no failure of the provider or its answer */
function explain(error: unknown): OnlineError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof OnlineError) return at
  if (error instanceof oidc.AuthorizationResponseError) {
    return new OnlineError({ code: 'ONLINE_SIGN_IN_DENIED', error: named(error.error) })
  }
  if (error instanceof oidc.ClientError && error.code === 'OAUTH_TIMEOUT') {
    return new OnlineError({ code: 'ONLINE_PROVIDER_UNREACHABLE', reason: 'no answer in time' })
  }
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? invalid(checkOf(error, code)) : undefined
}

const invalid = (check: string) => new OnlineError({ code: 'ONLINE_ANSWER_INVALID', check })

/** The name of the claim or parameter that is wrong, or the error's code. Never a value. */
function checkOf(error: unknown, code: string): string {
  if (error instanceof oidc.ResponseBodyError) return named(error.error)
  for (let at = error; at instanceof Error || isFacts(at); at = at.cause) {
    const { claim, attribute } = at as { claim?: unknown; attribute?: unknown }
    const found = claim ?? attribute
    if (typeof found === 'string') return named(found)
  }
  return named(code)
}

const isFacts = (value: unknown): value is { cause?: unknown } => typeof value === 'object' && value !== null

const named = (name: string): string => (/^[A-Za-z_]{1,64}$/.test(name) ? name : 'protocol')
