/**
 * Minimal wallets for the benchmark, in a separate process. They do only what OpenID4VCI 1.0 requires, so that the issuer
 * is measured and not the wallets, which share the machine with it. The process receives an order from its parent and
 * returns the latencies.
 */
import { BenchConnection } from './connection.ts'
import { dpop, jwt, type Key, makeKey, now } from './wallet-messages.ts'

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

process.once('message', async (order: Order) => {
  // Every phone makes its own key. Here one process would make them all, so it does that before the time runs.
  const queue = order.offers.map(offer => ({ offer, device: makeKey() }))
  const latencies: number[] = []
  let card = ''
  const started = performance.now()
  const worker = async () => {
    const connection = new BenchConnection(new URL(order.issuer))
    for (let next = queue.pop(); next; next = queue.pop()) {
      const scanned = performance.now()
      card = await accept(connection, order, next.offer, next.device)
      latencies.push(performance.now() - scanned)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: order.concurrency }, worker))
  const seconds = (performance.now() - started) / 1000
  process.send?.({ issued: latencies.length, seconds, latencies, card } satisfies Seen)
  process.disconnect()
})

/** Offer, nonce, token, credential: four requests, three signatures. */
async function accept(
  connection: BenchConnection,
  { issuer, endpoints }: Order,
  { url, txCode }: Offer,
  device: Key,
): Promise<string> {
  const post = (path: string, headers: Readonly<Record<string, string>> = {}, body = '') =>
    connection.request('POST', `${endpoints}${path}`, headers, body)
  const uri = new URL(url).searchParams.get('credential_offer_uri') as string
  const offer = (await connection.request('GET', uri)).body
  const grants = offer.grants as Record<string, Json>
  const code = grants['urn:ietf:params:oauth:grant-type:pre-authorized_code']?.['pre-authorized_code'] as string
  const configuration = (offer.credential_configuration_ids as string[])[0] as string
  const fresh = await post('/nonce')
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:pre-authorized_code',
    'pre-authorized_code': code,
    tx_code: txCode,
  })
  const forToken = dpop(device, `${endpoints}/token`, fresh)
  const token = await post(
    '/token',
    { 'content-type': 'application/x-www-form-urlencoded', dpop: forToken },
    String(form),
  )
  const accessToken = String(token.body.access_token)
  const forCredential = dpop(device, `${endpoints}/credential`, token, accessToken)
  const proof = jwt(device, 'openid4vci-proof+jwt', { aud: issuer, iat: now(), nonce: fresh.body.c_nonce })
  const answer = await post(
    '/credential',
    { 'content-type': 'application/json', authorization: `DPoP ${accessToken}`, dpop: forCredential },
    JSON.stringify({ credential_configuration_id: configuration, proofs: { jwt: [proof] } }),
  )
  const [card] = (answer.body.credentials ?? []) as { credential?: string }[]
  if (!card?.credential?.includes('~')) throw new Error(`no card: ${JSON.stringify(answer.body)}`)
  return card.credential
}
