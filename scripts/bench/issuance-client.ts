/**
 * A minimal wallet for the benchmark, in a separate process. It does only what OpenID4VCI 1.0 requires, so that the node is
 * measured and not the wallet. It receives an order from its parent and returns the latencies.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { Agent, request } from 'node:http'
import { fromDer } from '../../node/lib/ecdsa-der.ts'

export interface Offer {
  readonly url: string
  readonly txCode: string
}
export interface Order {
  /** The credential issuer's identifier. */
  readonly issuer: string
  /** What precedes `/nonce`, `/token` and `/credential`. */
  readonly endpoints: string
  readonly offers: readonly Offer[]
  readonly concurrency: number
}
export interface Seen {
  readonly issued: number
  readonly seconds: number
  /** For each card, the milliseconds from scanning the offer until the wallet has the card. */
  readonly latencies: readonly number[]
  /** One of the cards. */
  readonly card: string
}

type Json = Record<string, unknown>

interface Key {
  readonly private: KeyObject
  readonly jwk: Json
}

interface Answer {
  readonly status: number
  readonly nonce: string | undefined
  readonly body: Json
}

let agent: Agent

process.once('message', async (order: Order) => {
  agent = new Agent({ keepAlive: true, maxSockets: order.concurrency })
  // Every phone makes its own key. Here one process would make them all, so it does that before the time runs.
  const queue = order.offers.map(offer => ({ offer, device: makeKey() }))
  const latencies: number[] = []
  let card = ''
  const started = performance.now()
  const worker = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const scanned = performance.now()
      card = await accept(order, next.offer, next.device)
      latencies.push(performance.now() - scanned)
    }
  }
  await Promise.all(Array.from({ length: order.concurrency }, worker))
  const seconds = (performance.now() - started) / 1000
  agent.destroy()
  process.send?.({ issued: latencies.length, seconds, latencies, card } satisfies Seen)
  process.disconnect()
})

/** Offer, nonce, token, credential: four requests, three signatures. */
async function accept({ issuer, endpoints }: Order, { url, txCode }: Offer, device: Key): Promise<string> {
  const offer = await call('GET', new URL(url).searchParams.get('credential_offer_uri') as string)
  const grants = offer.body.grants as Record<string, Json>
  const code = grants['urn:ietf:params:oauth:grant-type:pre-authorized_code']?.['pre-authorized_code'] as string
  const configuration = (offer.body.credential_configuration_ids as string[])[0] as string
  const fresh = await call('POST', `${endpoints}/nonce`)
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:pre-authorized_code',
    'pre-authorized_code': code,
    tx_code: txCode,
  })
  const tokenUrl = `${endpoints}/token`
  const token = await call('POST', tokenUrl, String(form), {
    'content-type': 'application/x-www-form-urlencoded',
    dpop: dpop(device, tokenUrl, fresh.nonce),
  })
  const accessToken = String(token.body.access_token)
  const credentialUrl = `${endpoints}/credential`
  const proof = jwt(device, 'openid4vci-proof+jwt', { aud: issuer, iat: now(), nonce: fresh.body.c_nonce })
  const body = JSON.stringify({ credential_configuration_id: configuration, proofs: { jwt: [proof] } })
  const answer = await call('POST', credentialUrl, body, {
    'content-type': 'application/json',
    authorization: `DPoP ${accessToken}`,
    dpop: dpop(device, credentialUrl, token.nonce, accessToken),
  })
  const [card] = (answer.body.credentials ?? []) as { credential?: string }[]
  if (!card?.credential?.includes('~')) throw new Error(`no card: ${answer.status} ${JSON.stringify(answer.body)}`)
  return card.credential
}

function dpop(key: Key, htu: string, nonce: string | undefined, accessToken?: string): string {
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url')
  const jti = createHash('sha256').update(`${Math.random()}${process.hrtime.bigint()}`).digest('base64url')
  return jwt(key, 'dpop+jwt', { htm: 'POST', htu, jti, iat: now(), ...(nonce && { nonce }), ...(ath && { ath }) })
}

function jwt(key: Key, typ: string, payload: Json): string {
  const encode = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode({ alg: 'ES256', typ, jwk: key.jwk })}.${encode(payload)}`
  const signature = fromDer(sign('sha256', Buffer.from(input), key.private))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

function makeKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { private: privateKey, jwk: publicKey.export({ format: 'jwk' }) as Json }
}

const now = () => Math.floor(Date.now() / 1000)

function call(method: string, url: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, response => {
      const parts: Buffer[] = []
      response.on('data', part => parts.push(part))
      response.on('end', () => {
        const text = Buffer.concat(parts).toString()
        const status = response.statusCode ?? 0
        if (status >= 400) return reject(new Error(`${method} ${url}: ${status} ${text}`))
        resolve({ status, nonce: response.headers['dpop-nonce']?.toString(), body: text ? JSON.parse(text) : {} })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
