/** Requests to the identity provider: an answer has a limit of size, and a failure of the provider is one coded error. */
import type { CustomFetch } from 'openid-client'
import { readBounded } from '../../lib/stream.ts'
import { OnlineError } from './errors.ts'

/** The most bytes of an answer. It has metadata, keys, or the claims of one person. */
const LARGEST = 256 * 1024

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** The errors have no part of an answer, which may contain claims. */
export function providerFetch(send: Fetch): CustomFetch {
  return async (url, options) => {
    const { body, duplex: _, signal, ...init } = options
    const request = { ...init, ...(signal && { signal }), ...(body !== undefined && { body: body as BodyInit | null }) }
    const { status, headers, bytes } = await answered(send, url, request)
    if (status >= 500) throw unreachable(`it answered ${status}`)
    return new Response(bytes.length === 0 ? null : new Uint8Array(bytes), { status, headers })
  }
}

async function answered(send: Fetch, url: string, init: RequestInit) {
  try {
    const response = await send(url, init)
    const bytes = await readBounded(response.body, LARGEST)
    return { status: response.status, headers: response.headers, bytes }
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: unknown } }
    throw unreachable(typeof cause?.code === 'string' ? cause.code : name)
  }
}

const unreachable = (reason: string) => new OnlineError({ code: 'ONLINE_PROVIDER_UNREACHABLE', reason })
