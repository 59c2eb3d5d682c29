/**
 * Where a webhook may go. The node must not become a way for its administrators, or for whoever controls a name, to reach
 * what is on this host or beside it. The address is checked at each connection, because a name can change its address.
 * Why: docs/decisions/112.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'
import { MachineError } from './errors.ts'

export interface Webhook {
  /** https; http only for loopback. */
  readonly url: string
  /** Whether its addresses may be private ones (RFC 1918, RFC 4193, RFC 6598). */
  readonly privateNetwork: boolean
}

const MAX_URL = 1024

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

const PRIVATE = new BlockList()
PRIVATE.addSubnet('10.0.0.0', 8)
PRIVATE.addSubnet('172.16.0.0', 12)
PRIVATE.addSubnet('192.168.0.0', 16)
PRIVATE.addSubnet('100.64.0.0', 10)
PRIVATE.addSubnet('fc00::', 7, 'ipv6')

/** Link-local (with the metadata services of clouds), multicast, reserved, and addresses that stand for others. */
const NEVER = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  NEVER.addSubnet(net, bits)
}
for (const [net, bits] of [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  NEVER.addSubnet(net, bits, 'ipv6')
}

/** BlockList compares an IPv4 address that is mapped into IPv6 as IPv4. */
const isIn = (list: BlockList, address: string) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

export const isLoopbackAddress = (address: string): boolean => isIn(LOOPBACK, address)

/** @param loopback whether loopback is allowed: never in production */
export function mayConnect(address: string, { privateNetwork }: Webhook, loopback: boolean): boolean {
  if (isIP(address) === 0) return false
  if (isIn(LOOPBACK, address)) return loopback
  if (isIn(NEVER, address)) return false
  return privateNetwork || !isIn(PRIVATE, address)
}

/** The host of a URL, as a name or an address without brackets. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/** @throws {MachineError} MACHINE_WEBHOOK_REFUSED */
export function requireWebhook(webhook: Webhook, loopback: boolean): void {
  const reason = refusalOf(webhook, loopback)
  if (reason === undefined) return
  throw new MachineError(
    { code: 'MACHINE_WEBHOOK_REFUSED', reason },
    `Webhooks cannot be sent to this URL: ${reason}. Nothing was registered. Use an https URL of the system.`,
  )
}

function refusalOf(webhook: Webhook, loopback: boolean): string | undefined {
  if (webhook.url.length > MAX_URL || !URL.canParse(webhook.url)) return 'it is no URL'
  const url = new URL(webhook.url)
  const host = hostOf(url)
  // The signature proves who sends, so the URL needs no secret; the list of machine clients shows it.
  if (url.username || url.password || url.search || url.hash) return 'it has a user, a password, a query or a fragment'
  const isLoopback = host === 'localhost' || (isIP(host) !== 0 && isLoopbackAddress(host))
  if (isLoopback && !loopback) return 'it is on this host, which is refused in production'
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return 'it is not https'
  if (isIP(host) === 0 || mayConnect(host, webhook, loopback)) return undefined
  return isIn(PRIVATE, host) ? 'its address is private (--private-network allows that)' : 'its address is not allowed'
}
