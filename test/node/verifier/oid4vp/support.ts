import { randomBytes } from 'node:crypto'
import { CompactEncrypt, importJWK, type JWK } from 'jose'
import { makeLeafCertificate, makeRootCertificate, toX5c } from '../../../../node/keys/certificates.ts'
import type { CertifiedSigner } from '../../../../node/keys/certified.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { type JwsKind, parseJws } from '../../../../node/lib/jose/jws.ts'
import { DAY, systemClock } from '../../../../node/lib/time.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { Presentations, type PresentationsOptions } from '../../../../node/verifier/oid4vp/presentations.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { ownPresets } from '../../../support/presets.ts'
import { cardOn, type IssueOptions, MemoryView, NOW, present, verifierOf } from '../support.ts'

export const URL_ = 'http://verifier.example:4100'
const random = (length: number) => new Uint8Array(randomBytes(length))

export async function makeRequestSigner(url: string): Promise<CertifiedSigner> {
  const ca = new SoftwareSigner(makeP256Pem())
  const signer = new SoftwareSigner(makeP256Pem())
  // A wallet of others looks at the certificate by the clock on the wall.
  const term = { notBefore: Math.min(NOW, systemClock()) - DAY, notAfter: Math.max(NOW, systemClock()) + DAY }
  const root = await makeRootCertificate(ca, 'Verifier root', term.notBefore, random)
  const leaf = await makeLeafCertificate(ca, root, signer, { commonName: 'Verifier', url, ...term }, random)
  const { publicKey, keyId } = signer
  return { publicKey, keyId, sign: data => signer.sign(data), x5c: [toX5c(leaf)], ...term }
}

/** Presentations over a store in memory, with a clock to turn. */
export async function makeWorld(url = URL_, change: Partial<PresentationsOptions> = {}) {
  const time = { now: NOW }
  const store = new MemoryStore()
  const vault = new Vault(store, random(32), random)
  const view = new MemoryView()
  const signer = await makeRequestSigner(url)
  // One verifier whose clock turns with ours.
  const verifier = {
    verify: (...args: Parameters<ReturnType<typeof verifierOf>['verify']>) => {
      view.time = time.now - 5
      return verifierOf(view, time.now).verify(...args)
    },
  } as ReturnType<typeof verifierOf>
  const presets = ownPresets
  const options = { verifier, presets, signer, store, vault, publicUrl: url, clock: () => time.now, random, ...change }
  return {
    options,
    presentations: new Presentations(options),
    restarted: () => new Presentations(options),
    time,
    store,
    view,
    signer,
  }
}

export interface RequestObject {
  readonly client_id: string
  readonly nonce: string
  readonly state: string
  readonly response_uri: string
  readonly dcql_query: {
    readonly credentials: readonly { readonly id: string; readonly claims: readonly { path: string[] }[] }[]
  }
  readonly client_metadata: { readonly jwks: { readonly keys: readonly JWK[] } }
  readonly wallet_nonce?: string
}

const REQUEST: JwsKind = { typ: 'oauth-authz-req+jwt' }

export const readRequest = (text: string): RequestObject => parseJws(text, REQUEST).payload as unknown as RequestObject

export interface AnswerOptions {
  readonly state?: string
  readonly key?: JWK
  readonly enc?: string
  readonly zip?: 'DEF'
  readonly payload?: Record<string, unknown>
}

/** What a wallet posts: the payload, encrypted to the request's key. */
export async function encrypt(
  request: RequestObject,
  payload: Record<string, unknown>,
  { state = request.state, key, enc = 'A128GCM', zip }: AnswerOptions = {},
): Promise<{ response: string }> {
  const [own] = request.client_metadata.jwks.keys
  const jwk = key ?? own
  if (!jwk) throw new Error('the request has a key')
  const text = new TextEncoder().encode(JSON.stringify({ ...payload, state }))
  const jwe = new CompactEncrypt(text).setProtectedHeader({
    alg: 'ECDH-ES',
    enc,
    ...(jwk.kid ? { kid: jwk.kid } : {}),
    ...(zip && { zip }),
  })
  return { response: await jwe.encrypt(await importJWK(jwk, 'ECDH-ES')) }
}

/** A card that discloses just what is asked, bound to the request. */
export function answerWith(view: MemoryView, request: RequestObject, iat: number, options: IssueOptions = {}) {
  const [query] = request.dcql_query.credentials
  const show = query?.claims.map(({ path }) => path.join('/')) ?? []
  const text = present(cardOn(view, options), { show, audience: request.client_id, nonce: request.nonce, iat })
  return { vp_token: { resident: [text] } }
}
