/** A wallet that answers thousands of requests with one card: it looks at nothing, and asks nobody. */
import { createPrivateKey, sign } from 'node:crypto'
import { createKeyBinding } from '../../node/credential/sd-jwt/key-binding.ts'
import { parseSdJwt } from '../../node/credential/sd-jwt/parse.ts'
import { type Clock, systemClock } from '../../node/lib/time.ts'
import { encrypt, type RequestObject, readRequest } from '../node/verifier/oid4vp/support.ts'
import { presentSdJwt } from './present-sd-jwt.ts'

export interface QuickCard {
  /** SD-JWT VC with all its disclosures. */
  readonly credential: string
  readonly key: object
  /** The id of its query. */
  readonly query: string
}

export interface QuickAnswer {
  readonly state: string
  readonly form: { readonly response: string }
}

/** Fetches the request of this link and makes the answer, without posting it. */
export async function quickAnswer(
  requestUrl: string,
  card: QuickCard,
  clock: Clock = systemClock,
): Promise<QuickAnswer> {
  const request = await fetchRequest(requestUrl)
  const show = request.dcql_query.credentials.find(({ id }) => id === card.query)?.claims ?? []
  const paths = show.map(({ path }) => path.join('/'))
  const shown = presentSdJwt(parseSdJwt(card.credential), path =>
    paths.some(wanted => isOnPath(path.join('/'), wanted)),
  )
  const binding = createKeyBinding(shown, { audience: request.client_id, nonce: request.nonce, iat: clock() })
  const key = createPrivateKey({ key: { ...card.key }, format: 'jwk' })
  const signature = sign('sha256', binding.signingInput, { key, dsaEncoding: 'ieee-p1363' })
  const form = await encrypt(request, { vp_token: { [card.query]: [binding.complete(new Uint8Array(signature))] } })
  return { state: request.state, form }
}

/** @returns the HTTP status, and the body; status 0 if the connection broke */
export async function postAnswer(
  requestUrl: string,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: { readonly redirect_uri?: string; readonly code?: string } }> {
  try {
    const url = requestUri(requestUrl).replace(/request$/, 'response')
    const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
    return { status: response.status, body: await response.json() }
  } catch {
    return { status: 0, body: {} }
  }
}

async function fetchRequest(requestUrl: string): Promise<RequestObject> {
  return readRequest(await (await fetch(requestUri(requestUrl))).text())
}

const requestUri = (requestUrl: string): string => new URL(requestUrl).searchParams.get('request_uri') ?? ''

/** What is outside or inside the wanted claim. */
const isOnPath = (path: string, wanted: string): boolean =>
  path === wanted || wanted.startsWith(`${path}/`) || path.startsWith(`${wanted}/`)
