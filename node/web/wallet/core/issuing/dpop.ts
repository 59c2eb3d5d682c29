/** Access tokens that are bound to a key of the wallet (RFC 9449). */
import { sha256 } from '#crypto'
import { ascii, textToBase64url, toBase64url, utf8 } from '../../../../lib/bytes.ts'
import type { P256Jwk } from '../../../../lib/crypto.ts'
import { parseP256Jwk, thumbprint } from '../../../../lib/jose/jwk.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../../lib/json.ts'
import { ParseError } from '../../../../lib/parse-error.ts'
import { type Reply, type Sent, send } from '../http.ts'
import type { WalletPorts } from '../ports.ts'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const

/**
 * The key of this wallet at one issuer. The same for all of an issuer's cards, because by it an issuer knows that they are
 * on one phone; another at each issuer, so that issuers cannot recognise the phone together. It cannot be exported, and it
 * needs no touch: alone it opens nothing.
 */
export interface DpopKey {
  readonly jwk: P256Jwk
  readonly key: CryptoKey
}

type Ports = Pick<WalletPorts, 'store' | 'subtle' | 'fetcher' | 'clock' | 'random'>

/** Of one issuer. */
export class Dpop {
  /** The newest nonce of each server (§8.2). */
  readonly #nonces = new Map<string, string>()

  private constructor(
    private readonly ports: Ports,
    private readonly key: DpopKey,
  ) {}

  static async of(issuer: string, ports: Ports): Promise<Dpop> {
    const { store, subtle } = ports
    const setting = `dpop ${issuer}`
    const existing = (await store.get('setting', setting)) as DpopKey | undefined
    if (existing) return new Dpop(ports, existing)
    const pair = await subtle.generateKey(ECDSA, false, ['sign', 'verify'])
    const jwk = parseP256Jwk({ ...(await subtle.exportKey('jwk', pair.publicKey)) })
    const made: DpopKey = { jwk, key: pair.privateKey }
    await store.commit([{ table: 'setting', key: setting, put: made }])
    return new Dpop(ports, made)
  }

  /** Of the public key (RFC 7638). The two digits that the clerk compares are computed from it. */
  get thumbprint(): string {
    return thumbprint(this.key.jwk)
  }

  /** The wallet's own key at this issuer, for its attestation. */
  get signer(): { readonly jwk: P256Jwk; readonly sign: (data: Uint8Array) => Promise<Uint8Array> } {
    return { jwk: this.key.jwk, sign: data => this.#sign(data) }
  }

  /**
   * A POST with a proof. Where the server asks for a nonce, it is sent again with that nonce, once.
   * @throws {WalletError} WALLET_UNREACHABLE, WALLET_ANSWER_INVALID
   */
  async post(url: string, sent: Omit<Sent, 'method'>, accessToken?: string): Promise<Reply> {
    const { origin } = new URL(url)
    const once = async () => {
      const proof = await this.#proof(url, this.#nonces.get(origin), accessToken)
      const authorization = accessToken === undefined ? {} : { authorization: `DPoP ${accessToken}` }
      const headers = { ...sent.headers, ...authorization, dpop: proof }
      const reply = await send(this.ports.fetcher, url, { ...sent, method: 'POST', headers })
      const nonce = reply.headers.get('dpop-nonce')
      if (nonce !== null && nonce.length <= 1024) this.#nonces.set(origin, nonce)
      return { reply, nonce }
    }
    const first = await once()
    return first.nonce !== null && wantsNonce(first.reply) ? (await once()).reply : first.reply
  }

  async #proof(url: string, nonce: string | undefined, accessToken: string | undefined): Promise<string> {
    const { clock, random } = this.ports
    const { origin, pathname } = new URL(url)
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: this.key.jwk }
    const payload = {
      jti: toBase64url(random(16)),
      htm: 'POST',
      htu: origin + pathname,
      iat: clock(),
      ...(nonce !== undefined && { nonce }),
      ...(accessToken !== undefined && { ath: toBase64url(sha256(utf8(accessToken))) }),
    }
    const input = `${textToBase64url(JSON.stringify(header))}.${textToBase64url(JSON.stringify(payload))}`
    return `${input}.${toBase64url(await this.#sign(ascii(input)))}`
  }

  async #sign(data: Uint8Array): Promise<Uint8Array> {
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' } as const
    return new Uint8Array(await this.ports.subtle.sign(algorithm, this.key.key, Uint8Array.from(data)))
  }
}

/** §8: 400 with the error in the body at the token endpoint; §9: 401 with a challenge at a resource. */
function wantsNonce({ status, headers, text }: Reply): boolean {
  if (status !== 400 && status !== 401) return false
  if (/error="?use_dpop_nonce/.test(headers.get('www-authenticate') ?? '')) return true
  return errorOf(text)?.error === 'use_dpop_nonce'
}

/** The body of an error of OAuth; undefined if it is none. */
export function errorOf(text: string): (JsonObject & { readonly error: string }) | undefined {
  try {
    const body = parseJson(text, { maxLength: 65_536, numbers: 'any' })
    return isJsonObject(body) && typeof body.error === 'string'
      ? (body as JsonObject & { readonly error: string })
      : undefined
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}
