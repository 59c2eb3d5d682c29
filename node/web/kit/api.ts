/** Calls of the node that served the page, and what can go wrong with them. */

/** The node answered with problem details (RFC 9457). */
export class Refused extends Error {
  override name = 'Refused'
  constructor(
    readonly status: number,
    readonly code: string,
    /** In English, with facts and a next step. */
    readonly sentence: string,
    readonly facts: Readonly<Record<string, unknown>>,
  ) {
    super(code)
  }
}

/** The node gave no answer, or one that is not its own. Whether it did what was asked is not known. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/**
 * @param path below the origin of the page
 * @throws {Refused} {Unreachable}
 */
export async function call<Answer>(path: string, { method = 'GET', body, signal }: Call = {}): Promise<Answer> {
  let response: Response
  let text: string
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    text = await response.text()
  } catch (cause) {
    throw new Unreachable('no answer', { cause })
  }
  const answer = parsed(text)
  if (response.ok) return answer as Answer
  const { code, title, detail, ...facts } = (answer ?? {}) as Readonly<Record<string, unknown>>
  if (typeof code !== 'string') throw new Unreachable(`status ${response.status}`)
  throw new Refused(response.status, code, String(detail ?? title ?? code), facts)
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Unreachable('the answer is no JSON', { cause })
  }
}
