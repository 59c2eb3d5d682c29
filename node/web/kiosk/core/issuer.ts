/** What the kiosk sends to the issuer and to the face provider. It keeps nothing of it. */
import { z } from 'zod'
import type { ReadingJson } from '../../../chip/reader/desk-api.ts'
import type { SessionCode } from '../../../chip/session-code.ts'
import { toBase64url } from '../../../lib/bytes.ts'

export type Called<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** `left`: how often the face may fail again. */
  | { readonly kind: 'refused'; readonly code: string; readonly left: number | null }
  | { readonly kind: 'offline' }

const Problem = z.looseObject({ code: z.string(), left: z.int().nullish() })
const Accepted = z.object({ attempts_left: z.int() })
const Assertion = z.object({ assertion: z.string() })
const Done = z.object({ credential_offer: z.string() })

export async function sendDocument(code: SessionCode, reading: ReadingJson): Promise<Called<number>> {
  const sent = await post(`${code.authority}/chip/sessions/${code.session}/document`, reading, Accepted)
  return sent.kind === 'done' ? { kind: 'done', value: sent.value.attempts_left } : sent
}

export interface Face {
  readonly capture: Uint8Array
  readonly portrait: Uint8Array
}

/** Has the face compared, and sends what the provider asserts. */
export async function sendFace(
  provider: string,
  code: SessionCode,
  { capture, portrait }: Face,
): Promise<Called<null>> {
  const { session } = code
  const question = { session, capture: toBase64url(capture), portrait: toBase64url(portrait) }
  const compared = await post(provider, question, Assertion)
  if (compared.kind !== 'done') return { kind: 'offline' }
  const sent = await post(`${code.authority}/chip/sessions/${session}/face`, compared.value, Done)
  return sent.kind === 'done' ? { kind: 'done', value: null } : sent
}

async function post<T>(url: string, body: object, answer: z.ZodType<T>): Promise<Called<T>> {
  try {
    const headers = { 'Content-Type': 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'omit' })
    const value: unknown = await response.json()
    if (response.ok) return { kind: 'done', value: answer.parse(value) }
    const { code, left = null } = Problem.parse(value)
    return { kind: 'refused', code, left }
  } catch {
    return { kind: 'offline' }
  }
}
