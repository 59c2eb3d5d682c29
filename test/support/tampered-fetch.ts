/** Answers of servers, changed on their way to a wallet. */

/** Returns the answer in place of the server's; undefined to ask the server. */
export type Tamper = (url: URL, init: RequestInit, real: () => Promise<Response>) => Promise<Response> | undefined

export function tamperedFetch(tamper: Tamper): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(String(input))
    const real = () => fetch(input, init)
    return (await tamper(url, init, real)) ?? real()
  }
}

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(
    new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } }),
  )

export const text = (value: string, status = 200): Promise<Response> => Promise.resolve(new Response(value, { status }))

/** Answers in place of all servers: the first that has an answer. */
export const firstOf =
  (...tampers: readonly Tamper[]): Tamper =>
  (url, init, real) => {
    for (const tamper of tampers) {
      const answer = tamper(url, init, real)
      if (answer) return answer
    }
    throw new Error(`nobody answers at ${url.origin}`)
  }
