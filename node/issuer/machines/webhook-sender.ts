/**
 * Sends one webhook over the network: with a limit of time, without following redirects, and only to addresses that are
 * allowed (webhook-address.ts). Only the status of the answer is used; its body is not read.
 */
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { Timer } from '../../lib/time.ts'
import { hostOf, mayConnect, type Webhook } from './webhook-address.ts'

const TIMEOUT_MS = 10_000

export interface WebhookMessage {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/**
 * @returns the HTTP status of the answer
 * @throws {Error} if there is no answer in time, the address is not allowed, or `signal` aborts
 */
export type SendWebhook = (webhook: Webhook, message: WebhookMessage, signal: AbortSignal) => Promise<number>

export interface NetworkSenderOptions {
  readonly timer: Timer
  /** Whether loopback is allowed: never in production. */
  readonly loopback: boolean
  /** All addresses of a name. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>
}

export function networkSender({ timer, loopback, resolve = resolveAll }: NetworkSenderOptions): SendWebhook {
  return (webhook, { body, headers }, signal) => {
    const url = new URL(webhook.url)
    const host = hostOf(url)
    const allowed = (address: string) => mayConnect(address, webhook, loopback)
    // An address in the URL is not looked up.
    if (isIP(host) !== 0 && !allowed(host)) return Promise.reject(new Error('the address is not allowed'))
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((done, failed) => {
      const sent = send(url, {
        ...{ method: 'POST', agent: false, signal, lookup: checkedLookup(resolve, allowed) },
        headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
      })
      const cancel = timer.after(TIMEOUT_MS, () => sent.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)))
      sent.on('error', error => {
        cancel()
        failed(error)
      })
      sent.once('response', response => {
        cancel()
        // The connection ends here, so the length of the answer does not matter.
        response.destroy()
        done(response.statusCode ?? 0)
      })
      // Without this listener an answer 101 would end neither in a response nor in an error.
      sent.once('upgrade', (response, socket) => {
        cancel()
        socket.destroy()
        done(response.statusCode ?? 0)
      })
      sent.end(body)
    })
  }
}

const resolveAll = (host: string) => lookup(host, { all: true })

/** The connection goes to an address that was checked, and not to what the name says a moment later. */
function checkedLookup(
  resolve: NonNullable<NetworkSenderOptions['resolve']>,
  allowed: (address: string) => boolean,
): LookupFunction {
  return (host, { all }, callback) => {
    resolve(host).then(
      found => {
        const [first] = found
        if (!first || !found.every(({ address }) => allowed(address))) {
          return callback(new Error('an address of the name is not allowed'), '', 0)
        }
        if (all) callback(null, [...found])
        else callback(null, first.address, first.family)
      },
      error => callback(error, '', 0),
    )
  }
}
