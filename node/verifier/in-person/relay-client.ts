/** The relay as the wallet and the checker use it over HTTP. Every call is to the relay that the code names. */

import { fromUtf8 } from '../../lib/bytes.ts'
import { parseJsonObject } from '../../lib/json.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import { readBounded } from '../../lib/stream.ts'
import { relayFull, relayTaken, relayToken, relayUnknown, relayUnreachable, type VerifierError } from '../errors.ts'
import type { PostedAnswer } from './check.ts'
import { type OwnRelaySession, RELAY_LIMIT, RELAY_WAIT, type RelaySession } from './relay-protocol.ts'
import { type OwnRendezvous, type Rendezvous, seal, unseal } from './rendezvous.ts'

export interface RelayPorts {
  readonly fetcher: typeof fetch
  readonly random: Random
  /** Ends the waiting; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * For the wallet before it shows its code, and for a checker before it shows a request with a `response_uri`.
 * @throws {VerifierError} VERIFIER_RELAY_FULL, VERIFIER_RELAY_UNREACHABLE, as every function here
 */
export async function openRelay(session: OwnRelaySession, ports: RelayPorts): Promise<void> {
  await call(session, 'open', ports, { token: session.token })
}

/**
 * For a checker in the mode two-way: the form that a wallet posted to the `response_uri`, for `InPersonCheck.judge`.
 * @throws {VerifierError} VERIFIER_RELAY_UNKNOWN when the time of the session is over
 * @throws {ParseError} if it is no text
 */
export async function awaitPosted(session: OwnRelaySession, ports: RelayPorts): Promise<PostedAnswer> {
  const form = new URLSearchParams(fromUtf8(await wait(session, 'request/take', session.token, ports)))
  return new Map(form)
}

/**
 * For the wallet: the request of the first checker that read the code.
 * @throws {VerifierError} VERIFIER_RELAY_UNKNOWN when the time of the session is over
 * @throws {ParseError} if it was not encrypted by somebody who read the code
 */
export async function awaitRequest(rendezvous: OwnRendezvous, ports: RelayPorts): Promise<Uint8Array> {
  return unseal(rendezvous, 'request', await wait(rendezvous, 'request/take', rendezvous.token, ports))
}

/** For the wallet. @throws {VerifierError} VERIFIER_RELAY_UNKNOWN, VERIFIER_RELAY_TAKEN */
export async function sendAnswer(rendezvous: OwnRendezvous, message: Uint8Array, ports: RelayPorts): Promise<void> {
  const body = await seal(rendezvous, 'answer', message, ports.random)
  await call(rendezvous, 'answer', ports, { token: rendezvous.token, body })
}

/**
 * For the checker.
 * @returns the token for `awaitAnswer`
 * @throws {VerifierError} VERIFIER_RELAY_UNKNOWN, VERIFIER_RELAY_TAKEN
 */
export async function postRequest(rendezvous: Rendezvous, message: Uint8Array, ports: RelayPorts): Promise<string> {
  const body = await seal(rendezvous, 'request', message, ports.random)
  const answer = await call(rendezvous, 'request', ports, { body })
  const { answer_token: token } = parsed(answer)
  if (typeof token !== 'string') throw relayUnreachable(201)
  return token
}

/**
 * For the checker.
 * @throws {VerifierError} VERIFIER_RELAY_UNKNOWN when the time of the session is over
 * @throws {ParseError} if it was not encrypted by somebody who read the code
 */
export async function awaitAnswer(rendezvous: Rendezvous, token: string, ports: RelayPorts): Promise<Uint8Array> {
  return unseal(rendezvous, 'answer', await wait(rendezvous, 'answer/take', token, ports))
}

/** A session lasts two minutes at most. A relay that answers early again and again is none. */
const MAX_CALLS = 30

/** Asks until something has arrived, or the session is over. */
async function wait(session: RelaySession, step: string, token: string, ports: RelayPorts): Promise<Uint8Array> {
  for (let calls = 0; calls < MAX_CALLS; calls++) {
    const answer = await call(session, `${step}?wait=${RELAY_WAIT}`, ports, { token })
    if (answer.length > 0) return answer
  }
  throw relayUnreachable(204)
}

interface Sent {
  readonly token?: string
  readonly body?: Uint8Array
}

async function call({ relay, id }: RelaySession, step: string, ports: RelayPorts, sent: Sent): Promise<Uint8Array> {
  const { fetcher, signal } = ports
  const { token, body } = sent
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/octet-stream' }),
  }
  let response: Response
  let answer: Uint8Array
  try {
    response = await fetcher(`${relay}/${id}/${step}`, {
      ...{ method: 'POST', headers, credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' },
      ...(body && { body: Uint8Array.from(body) }),
      ...(signal && { signal }),
    })
    answer = await readBounded(response.body, RELAY_LIMIT)
  } catch (error) {
    signal?.throwIfAborted()
    throw relayUnreachable(null, error)
  }
  if (response.ok) return answer
  throw refusalOf(response.status, answer)
}

function refusalOf(status: number, answer: Uint8Array): VerifierError {
  const { code } = parsed(answer)
  if (code === 'VERIFIER_RELAY_UNKNOWN') return relayUnknown()
  if (code === 'VERIFIER_RELAY_TAKEN') return relayTaken()
  if (code === 'VERIFIER_RELAY_TOKEN') return relayToken()
  if (code === 'VERIFIER_RELAY_FULL') return relayFull()
  return relayUnreachable(status)
}

/** A JSON object; an empty one if it is none. */
function parsed(answer: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return parseJsonObject(fromUtf8(answer), { maxLength: 8192 })
  } catch (error) {
    if (error instanceof ParseError) return {}
    throw error
  }
}
