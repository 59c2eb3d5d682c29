/** A client of a running node's operator interface. It parses every response before it uses it. */
import { z } from 'zod'
import { CliError } from './errors.ts'
import type { Install } from './install.ts'

const Problem = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
})

/** Longer than a long poll, which is answered within 30 s. */
const TIMEOUT_MS = 60_000

export class NodeClient {
  constructor(private readonly install: Install) {}

  get url(): string {
    return this.install.url
  }

  /** @throws {CliError} CLI_NODE_UNREACHABLE, CLI_NODE_UNEXPECTED, CLI_REFUSED */
  async get<T>(path: string, answer: z.ZodType<T>): Promise<T> {
    return this.#parse(path, await this.#request('GET', path), answer)
  }

  /** @throws {CliError} as `get` does */
  async post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T> {
    const init = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return this.#parse(path, await this.#request('POST', path, init), answer)
  }

  /** Uploads a stream and yields the response's JSON lines. It has no time limit, since a register can be long. */
  async *upload<T>(
    path: string,
    body: ReadableStream<Uint8Array>,
    contentType: string,
    line: z.ZodType<T>,
  ): AsyncIterable<T> {
    const init = { body, headers: { 'content-type': contentType }, duplex: 'half', signal: null }
    const response = await this.#request('POST', path, init)
    let rest = ''
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body ?? []) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
        rest = lines.pop() ?? ''
        for (const text of lines) if (text.trim() !== '') yield this.#check(path, text, line)
      }
    } catch (error) {
      if (error instanceof CliError) throw error
      // The connection broke: the caller notices that the last line is missing.
      return
    }
    if (rest.trim() !== '') yield this.#check(path, rest, line)
  }

  /** Returns status code and body of any response, also of an error. */
  async probe(path: string): Promise<{ status: number; body: string }> {
    const response = await this.#fetch('GET', path)
    return { status: response.status, body: await response.text() }
  }

  async #request(method: string, path: string, init: RequestInit & { duplex?: string } = {}): Promise<Response> {
    const response = await this.#fetch(method, path, init)
    if (response.ok) return response
    const problem = await readProblem(response)
    if (response.status === 401) {
      throw new CliError(
        { code: 'CLI_REFUSED', status: 401, problem: problem?.code ?? null },
        `The node at ${this.url} refuses this operator's token, because it runs on another data directory. ` +
          'Name that directory with --data DIR.',
      )
    }
    // The node answers with this code when a path contains something that cannot be an id.
    if (problem?.code === 'HTTP_NOT_FOUND') {
      throw new CliError(
        { code: 'CLI_REFUSED', status: 404, problem: problem.code },
        'This is no id of this node. Copy the complete id that `offer`, `application`, `credentials` or `verify` printed.',
      )
    }
    throw new CliError(
      { code: 'CLI_REFUSED', status: response.status, problem: problem?.code ?? null },
      problem?.detail ?? problem?.title ?? `The node answered ${response.status} to ${method} ${path}.`,
    )
  }

  async #fetch(method: string, path: string, init: RequestInit & { duplex?: string } = {}): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...init,
        method,
        redirect: 'error',
        headers: { accept: 'application/json', authorization: `Bearer ${this.install.token}`, ...init.headers },
      })
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  #unreachable(cause: unknown): CliError {
    return new CliError(
      { code: 'CLI_NODE_UNREACHABLE', url: this.url },
      `No node answers at ${this.url}. Start it with "npm start" in another terminal and run this command again. ` +
        'If it runs on another data directory, name that directory with --data DIR.',
      { cause },
    )
  }

  async #parse<T>(path: string, response: Response, answer: z.ZodType<T>): Promise<T> {
    let text: string
    try {
      text = await response.text()
    } catch (error) {
      throw this.#unreachable(error)
    }
    return this.#check(path, text, answer)
  }

  #check<T>(path: string, text: string, answer: z.ZodType<T>): T {
    try {
      return answer.parse(JSON.parse(text))
    } catch (cause) {
      const reason = cause instanceof z.ZodError ? z.prettifyError(cause).split('\n')[0] : 'not JSON'
      throw new CliError(
        { code: 'CLI_NODE_UNEXPECTED', url: this.url, reason: reason ?? 'not as expected' },
        `The answer at ${this.url}${path} is not that of a dojang node of this version. ` +
          'Restart the node from this checkout, or check which program listens on that port.',
        { cause },
      )
    }
  }
}

async function readProblem(response: Response): Promise<z.infer<typeof Problem> | undefined> {
  try {
    return Problem.parse(JSON.parse(await response.text()))
  } catch {
    return undefined
  }
}
