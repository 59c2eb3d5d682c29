/** How a page uses the reader program of its desk: the calls of desk-api.ts. It runs in a browser. */
import { fromUtf8 } from '../../lib/bytes.ts'
import { DeskStatus, type ReadingJson, ReadLine, ReadProblem, type ReadRequest } from './desk-api.ts'

/** The reader program, as the fragment of the kiosk's link names it. */
export interface Desk {
  readonly url: string
  readonly token: string
}

/** What a call can come to beside its result. */
export type DeskFailure =
  /** Nothing answers at the port, the browser does not allow the call, or the connection ended. */
  | { readonly kind: 'unreachable' }
  /** The program refused, or the reading failed. */
  | { readonly kind: 'problem'; readonly problem: ReadProblem }

export type DeskResult<T> = { readonly kind: 'done'; readonly value: T } | DeskFailure

/** Undefined if the fragment names no reader. @param fragment `location.hash` */
export function parseDeskLink(fragment: string): Desk | undefined {
  const named = new URLSearchParams(fragment.replace(/^#/, ''))
  const port = /^[1-9]\d{1,4}$/.test(named.get('reader') ?? '') ? Number(named.get('reader')) : 0
  const token = named.get('token') ?? ''
  if (port < 1 || port > 65_535 || !/^[\w-]{20,100}$/.test(token)) return undefined
  return { url: `http://127.0.0.1:${port}`, token }
}

export async function deskStatus(desk: Desk, fetch = globalThis.fetch): Promise<DeskResult<DeskStatus>> {
  const response = await called(desk, '/status', {}, fetch)
  if (response === undefined) return { kind: 'unreachable' }
  if (!response.ok) return problemOf(response)
  const status = DeskStatus.safeParse(await jsonOf(response))
  return status.success ? { kind: 'done', value: status.data } : { kind: 'unreachable' }
}

export interface ReadOptions {
  readonly onProgress?: (read: number, total: number) => void
  readonly signal?: AbortSignal
  readonly fetch?: typeof globalThis.fetch
}

export async function readAtDesk(
  desk: Desk,
  request: ReadRequest,
  { onProgress, signal, fetch = globalThis.fetch }: ReadOptions = {},
): Promise<DeskResult<ReadingJson>> {
  const body = JSON.stringify(request)
  const headers = { 'Content-Type': 'application/json' }
  const response = await called(desk, '/read', { method: 'POST', headers, body, ...(signal && { signal }) }, fetch)
  if (response === undefined) return { kind: 'unreachable' }
  if (!response.ok) return problemOf(response)
  try {
    for await (const text of lines(response)) {
      const line = ReadLine.parse(JSON.parse(text))
      if ('reading' in line) return { kind: 'done', value: line.reading }
      if ('problem' in line) return { kind: 'problem', problem: line.problem }
      onProgress?.(line.progress.read, line.progress.total)
    }
  } catch {
    // The connection ended, or it is not the reader program that answers.
  }
  return { kind: 'unreachable' }
}

async function called(
  { url, token }: Desk,
  path: string,
  init: RequestInit & { readonly headers?: Record<string, string> },
  fetch: typeof globalThis.fetch,
): Promise<Response | undefined> {
  try {
    const headers = { ...init.headers, Authorization: `Bearer ${token}` }
    return await fetch(`${url}${path}`, { ...init, headers, cache: 'no-store', credentials: 'omit' })
  } catch {
    return undefined
  }
}

async function problemOf(response: Response): Promise<DeskFailure> {
  const problem = ReadProblem.safeParse(await jsonOf(response))
  return problem.success ? { kind: 'problem', problem: problem.data } : { kind: 'unreachable' }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

/** A reading in base64url has at most some 180 kB. */
const MAX_LINE = 1_000_000

async function* lines(response: Response): AsyncGenerator<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  try {
    let rest: Uint8Array = new Uint8Array()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      let bytes: Uint8Array = new Uint8Array(rest.length + value.length)
      bytes.set(rest)
      bytes.set(value, rest.length)
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
        yield fromUtf8(bytes.subarray(0, end))
        bytes = bytes.subarray(end + 1)
      }
      if (bytes.length > MAX_LINE) throw new TypeError('a line of the reader program is too long')
      rest = bytes
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
