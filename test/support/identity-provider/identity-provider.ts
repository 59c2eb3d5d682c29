/** A real OpenID Provider in a process of its own, with invented accounts. */
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { OnlineApplication } from '../../../node/issuer/online/setting.ts'
import type { P256Jwk } from '../../../node/lib/crypto.ts'
import { thumbprint } from '../../../node/lib/jose/jwk.ts'
import { Child } from '../../e2e/support/process.ts'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'

export interface Account {
  readonly acr: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** What the provider does wrong until it is set again. */
export interface Wrong {
  /** Members that replace those of the ID token, which is signed again. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly sign?: 'other' | 'none'
  /** It answers nothing, or no request for tokens. */
  readonly down?: 'all' | 'token'
  readonly userinfo?: Readonly<Record<string, unknown>>
  /** Parameters that replace those of the answer in the redirect. */
  readonly answer?: Readonly<Record<string, string>>
}

export const HIGH = 'urn:assurance:high'
export const LOW = 'urn:assurance:low'

export class TestIdentityProvider {
  private constructor(
    private readonly child: Child,
    readonly issuer: string,
  ) {}

  /** @param keyFile the PEM of the key with which the node authenticates itself */
  static async start(options: {
    readonly publicUrl: string
    readonly keyFile: string
    readonly accounts: Readonly<Record<string, Account>>
    readonly port?: number
  }): Promise<TestIdentityProvider> {
    const port = options.port ?? (await freePort())
    const jwk = createPublicKey(readFileSync(options.keyFile, 'utf8')).export({ format: 'jwk' })
    // As at /apply/jwks.json.
    const key = { ...jwk, kid: thumbprint(jwk as unknown as P256Jwk) }
    const client = {
      client_id: 'dojang-test',
      redirect_uris: [`${options.publicUrl}/apply/callback`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      id_token_signed_response_alg: 'ES256',
      jwks: { keys: [key] },
    }
    const argument = JSON.stringify({ port, client, accounts: options.accounts })
    const child = Child.start('test/support/identity-provider/process.mjs', [argument])
    await until('the identity provider listens', () => child.out.includes('listening') || !child.running, {
      withinMs: 30_000,
    })
    if (!child.running) throw new Error(`the identity provider did not start:\n${child.said}`)
    return new TestIdentityProvider(child, `http://localhost:${port}`)
  }

  /** @returns the requests that it got since the last call */
  async does(wrong: Wrong): Promise<string[]> {
    const answer = await fetch(`${this.issuer}/control`, { method: 'POST', body: JSON.stringify(wrong) })
    return (await answer.json()) as string[]
  }

  stop(): Promise<void> {
    return this.child.end('SIGTERM')
  }
}

export const settingFor = (issuer: string, change: Partial<OnlineApplication> = {}): OnlineApplication => ({
  issuer,
  name: { ko: '시험용 본인확인', en: 'Test sign-in' },
  clientId: 'dojang-test',
  scopes: ['openid', 'profile', 'number'],
  acrValues: [HIGH],
  maxAge: 300,
  person: { claim: 'personal_number', is: 'personal_number' },
  walletOrigins: [],
  ...change,
})
