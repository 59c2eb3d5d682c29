/**
 * Minimal wallets that renew their cards, for the benchmark, in a process of their own. Each does what a wallet does at home:
 * nonce, refresh token, credential with a new key, notification. A wallet that is asked to come later waits.
 */
import { type Answer, BenchConnection } from './connection.ts'
import { dpop, jwt, type Key, makeKey, now, readKey } from './wallet-messages.ts'

export interface RenewalOrder {
  readonly issuer: string
  readonly endpoints: string
  /** Of all these wallets: making a key for each would measure this process. */
  readonly dpopKey: JsonWebKey
  readonly refreshTokens: readonly string[]
  readonly concurrency: number
}

/** Sent each second, and at the end. */
export interface RenewalProgress {
  readonly renewed: number
  /** How often a wallet was asked to come later. */
  readonly later: number
  readonly latencies: readonly number[]
  readonly done: boolean
}

process.once('message', async (order: RenewalOrder) => {
  const device = readKey(order.dpopKey)
  const queue = [...order.refreshTokens]
  const seen = { renewed: 0, later: 0, latencies: [] as number[] }
  const report = (done: boolean) => process.send?.({ ...seen, done } satisfies RenewalProgress)
  const reporting = setInterval(() => report(false), 1000)
  const worker = async () => {
    const connection = new BenchConnection(new URL(order.issuer))
    for (let token = queue.pop(); token !== undefined; token = queue.pop()) {
      const began = performance.now()
      await renew(connection, order, token, device, () => seen.later++)
      seen.latencies.push(performance.now() - began)
      seen.renewed++
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: order.concurrency }, worker))
  clearInterval(reporting)
  report(true)
  process.disconnect()
})

async function renew(
  connection: BenchConnection,
  { issuer, endpoints }: RenewalOrder,
  refreshToken: string,
  device: Key,
  onLater: () => void,
): Promise<void> {
  // A proof serves one request, so that a repeated one needs another.
  const post = (path: string, headers: () => Readonly<Record<string, string>>, body: string) =>
    untilTaken(() => connection.request('POST', `${endpoints}${path}`, headers(), body), onLater)
  const fresh = await post('/nonce', () => ({}), '')
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken })
  const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
  const forToken = () => ({ ...urlencoded, dpop: dpop(device, `${endpoints}/token`, fresh) })
  const token = await post('/token', forToken, String(form))
  const accessToken = String(token.body.access_token)
  const json = (path: string, last: Answer) => () => ({
    'content-type': 'application/json',
    authorization: `DPoP ${accessToken}`,
    dpop: dpop(device, `${endpoints}${path}`, last, accessToken),
  })
  const holder = makeKey()
  const proof = jwt(holder, 'openid4vci-proof+jwt', { aud: issuer, iat: now(), nonce: fresh.body.c_nonce })
  const asked = JSON.stringify({ credential_configuration_id: 'resident', proofs: { jwt: [proof] } })
  const answer = await post('/credential', json('/credential', token), asked)
  const [card] = (answer.body.credentials ?? []) as { credential?: string }[]
  if (!card?.credential?.includes('~')) throw new Error(`no card: ${JSON.stringify(answer.body)}`)
  const told = JSON.stringify({ notification_id: answer.body.notification_id, event: 'credential_accepted' })
  await post('/notification', json('/notification', answer), told)
}

/** A wallet would wait as long as it is told. Here it waits a second, so that the load does not end. */
async function untilTaken(ask: () => Promise<Answer>, onLater: () => void): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!/: 503 /.test(String(error))) throw error
      onLater()
      await new Promise(resolve => setTimeout(resolve, 1000))
    }
  }
}
