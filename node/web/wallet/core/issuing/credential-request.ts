/** The credential endpoint and its neighbours: nonce, deferred, notification (OpenID4VCI 1.0 §7 to §9, §11). */
import { ascii, textToBase64url, toBase64url } from '../../../../lib/bytes.ts'
import { isJsonObject, type JsonObject } from '../../../../lib/json.ts'
import { pause } from '../../../../lib/time.ts'
import { walletError } from '../errors.ts'
import { answerInvalid, hostOf, jsonOf, type Reply, send } from '../http.ts'
import type { HolderKey } from '../keys/keys.ts'
import type { ReceiveOptions } from '../offer.ts'
import type { WalletPorts } from '../ports.ts'
import { type Dpop, errorOf } from './dpop.ts'
import type { IssuerMetadata } from './metadata.ts'
import { type AccessToken, issuerRefused } from './token.ts'

export interface CredentialRequest {
  readonly metadata: IssuerMetadata
  readonly token: AccessToken
  readonly dpop: Dpop
  /** This wallet's `client_id` at the issuer. */
  readonly clientId: string
  /** Attests the holder key for this c_nonce; null where the issuer needs none. */
  readonly attestKey: (key: HolderKey, nonce: string) => Promise<string | null>
  readonly ports: Pick<WalletPorts, 'fetcher' | 'clock' | 'timer'>
}

export interface Delivered {
  readonly credential: string
  readonly notificationId: string | null
}

const JSON_BODY = { 'content-type': 'application/json', accept: 'application/json' }
/** Attempts with a new nonce. */
const NONCE_TRIES = 2
/** Seconds between two requests while the issuer makes us wait. */
const MIN_WAIT = 1
const MAX_WAIT = 30

/**
 * Requests the card for this key. While the issuer makes us wait (503, or 202 with a transaction), it is asked again.
 * @throws {WalletError} WALLET_ISSUING_STOPPED, WALLET_ISSUER_REFUSED, WALLET_UNREACHABLE, WALLET_ANSWER_INVALID
 */
export async function requestCredential(
  request: CredentialRequest,
  key: HolderKey,
  { signal, onWaiting }: ReceiveOptions = {},
): Promise<Delivered> {
  const { metadata, token, ports } = request
  const which = token.credentialIdentifier
    ? { credential_identifier: token.credentialIdentifier }
    : { credential_configuration_id: metadata.card.configuration }
  let wrongNonces = 0
  for (;;) {
    const proof = await proofOf(request, key)
    const reply = await post(request, metadata.credentialEndpoint, { ...which, proofs: { jwt: [proof] } }, signal)
    if (reply.status === 200) return deliveredOf(reply, metadata.credentialEndpoint)
    if (reply.status === 202) return deferred(request, reply, { signal, onWaiting } as ReceiveOptions)
    if (reply.status === 503) {
      onWaiting?.()
      await wait(ports, Number(reply.headers.get('retry-after') ?? MIN_WAIT), signal)
      continue
    }
    const error = errorOf(reply.text)?.error
    if (error === 'invalid_nonce' && ++wrongNonces < NONCE_TRIES) continue
    throw refused(reply, metadata.credentialEndpoint)
  }
}

/** Tells the issuer what became of the card (§11). It is best effort: nothing depends on the answer. */
export async function notify(
  request: CredentialRequest,
  notificationId: string | null,
  event: 'credential_accepted' | 'credential_failure' | 'credential_deleted',
): Promise<void> {
  const { notificationEndpoint } = request.metadata
  if (notificationId === null || notificationEndpoint === null) return
  await post(request, notificationEndpoint, { notification_id: notificationId, event }).catch(() => undefined)
}

async function deferred(request: CredentialRequest, first: Reply, options: ReceiveOptions): Promise<Delivered> {
  const { credentialEndpoint, deferredEndpoint } = request.metadata
  const { transaction_id, interval } = jsonOf(first, credentialEndpoint)
  if (typeof transaction_id !== 'string' || deferredEndpoint === null) {
    throw answerInvalid(hostOf(credentialEndpoint), 'it defers the card and does not say to where')
  }
  let seconds = Number(interval)
  for (;;) {
    options.onWaiting?.()
    await wait(request.ports, seconds, options.signal)
    const reply = await post(request, deferredEndpoint, { transaction_id }, options.signal)
    if (reply.status === 200) return deliveredOf(reply, deferredEndpoint)
    if (reply.status !== 202) throw refused(reply, deferredEndpoint)
    seconds = Number(jsonOf(reply, deferredEndpoint).interval ?? seconds)
  }
}

async function wait({ timer }: Pick<WalletPorts, 'timer'>, seconds: number, signal: AbortSignal | undefined) {
  signal?.throwIfAborted()
  const bounded = Math.min(Math.max(Number.isFinite(seconds) ? seconds : MIN_WAIT, MIN_WAIT), MAX_WAIT)
  await pause(timer, bounded * 1000)
  signal?.throwIfAborted()
}

/** The key proof (Appendix F.1). */
async function proofOf({ metadata, clientId, attestKey, ports }: CredentialRequest, key: HolderKey): Promise<string> {
  const nonce = await nonceOf(metadata, ports.fetcher)
  const attestation = nonce === null ? null : await attestKey(key, nonce)
  const header = {
    ...{ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: key.jwk },
    ...(attestation !== null && { key_attestation: attestation }),
  }
  const payload = { iss: clientId, aud: metadata.issuer, iat: ports.clock(), ...(nonce !== null && { nonce }) }
  const input = `${textToBase64url(JSON.stringify(header))}.${textToBase64url(JSON.stringify(payload))}`
  return `${input}.${toBase64url(await key.sign(ascii(input)))}`
}

async function nonceOf({ nonceEndpoint }: IssuerMetadata, fetcher: typeof fetch): Promise<string | null> {
  if (nonceEndpoint === null) return null
  const reply = await send(fetcher, nonceEndpoint, { method: 'POST', headers: { accept: 'application/json' } })
  const nonce = reply.status === 200 ? jsonOf(reply, nonceEndpoint).c_nonce : undefined
  if (typeof nonce === 'string' && nonce.length <= 4096) return nonce
  throw answerInvalid(hostOf(nonceEndpoint), 'it has no c_nonce')
}

function post(
  { token, dpop, ports }: CredentialRequest,
  url: string,
  body: object,
  signal?: AbortSignal,
): Promise<Reply> {
  const sent = { headers: JSON_BODY, body: JSON.stringify(body), ...(signal && { signal }) }
  if (token.type === 'DPoP') return dpop.post(url, sent, token.value)
  const headers = { ...JSON_BODY, authorization: `Bearer ${token.value}` }
  return send(ports.fetcher, url, { ...sent, headers, method: 'POST' })
}

/** §8.3: one credential. Of several, the first: there was one proof. */
function deliveredOf(reply: Reply, url: string): Delivered {
  const { credentials, notification_id }: JsonObject = jsonOf(reply, url)
  const [first] = Array.isArray(credentials) ? credentials : []
  const credential = isJsonObject(first) ? first.credential : undefined
  if (typeof credential !== 'string') throw answerInvalid(hostOf(url), 'it contains no credential')
  return { credential, notificationId: typeof notification_id === 'string' ? notification_id : null }
}

function refused(reply: Reply, url: string) {
  const error = errorOf(reply.text)?.error
  if (error === 'credential_request_denied') {
    return walletError({ code: 'WALLET_ISSUING_STOPPED' }, 'The issuer ended the application. Ask the clerk.')
  }
  return error === undefined ? answerInvalid(hostOf(url), `status ${reply.status}`) : issuerRefused(error, reply.status)
}
