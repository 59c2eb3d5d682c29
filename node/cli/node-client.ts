/** A client of a running node's operator interface. It parses every response before it uses it. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
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

interface Content {
  readonly body: string | Readable
  readonly type: string
}

/** What a socket has when no node serves it. */
const NO_NODE: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED'])

export class NodeClient {
  constructor(private readonly install: Install) {}

  get url(): string {
    return this.install.publicUrl
  }

  /** @throws {CliError} CLI_NODE_UNREACHABLE, CLI_NODE_UNEXPECTED, CLI_REFUSED */
  async get<T>(path: string, answer: z.ZodType<T>): Promise<T> {
    return this.#parse(path, await this.#request('GET', path), answer)
  }

  /** @throws {CliError} as `get` does */
  async post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T> {
    const content = { body: JSON.stringify(body), type: 'application/json' }
    return this.#parse(path, await this.#request('POST', path, content), answer)
  }

  /** Uploads a stream and yields the response's JSON lines. It has no time limit, since a register can be long. */
  async *upload<T>(path: string, body: Readable, type: string, line: z.ZodType<T>): AsyncIterable<T> {
    yield* this.#lines(path, await this.#request('POST', path, { body, type }), line)
  }

  /** Yields the JSON lines of a long answer. If the connection breaks, they end early. */
  async *lines<T>(path: string, line: z.ZodType<T>): AsyncIterable<T> {
    yield* this.#lines(path, await this.#request('GET', path), line)
  }

  async *#lines<T>(path: string, response: IncomingMessage, line: z.ZodType<T>): AsyncIterable<T> {
    let rest = ''
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
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
    const response = await this.#send('GET', path)
    return { status: response.statusCode ?? 0, body: await this.#read(response) }
  }

  async #request(method: string, path: string, content?: Content): Promise<IncomingMessage> {
    const response = await this.#send(method, path, content)
    const { statusCode: status = 0 } = response
    if (status >= 200 && status < 300) return response
    const problem = parseProblem(await this.#read(response))
    if (status === 401) {
      throw new CliError(
        { code: 'CLI_REFUSED', status: 401, problem: problem?.code ?? null },
        `The node that runs on ${this.install.data} refuses the operator's token in keys/operator.token. ` +
          'The file was changed after the start of the node: restart the node.',
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
      { code: 'CLI_REFUSED', status, problem: problem?.code ?? null },
      problem?.detail ?? problem?.title ?? `The node answered ${status} to ${method} ${path}.`,
    )
  }

  /** Resolves when the header of the response is there. */
  #send(method: string, path: string, content?: Content): Promise<IncomingMessage> {
    const { socket: socketPath, token } = this.install
    const stream = typeof content?.body === 'object' ? content.body : undefined
    const headers = {
      host: 'localhost',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(content && { 'content-type': content.type }),
    }
    return new Promise((resolve, reject) => {
      const sent = httpRequest({ socketPath, method, path, headers, agent: false })
      if (!stream) sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error('no answer in time')))
      sent.once('response', resolve).on('error', error => reject(this.#unreachable(error)))
      if (!stream) return void sent.end(content?.body)
      stream.once('error', reject).pipe(sent)
    })
  }

  async #read(response: IncomingMessage): Promise<string> {
    try {
      return await textOf(response)
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  #unreachable(cause: unknown): CliError {
    const { data } = this.install
    const none = NO_NODE.has((cause as NodeJS.ErrnoException).code)
    return new CliError(
      { code: 'CLI_NODE_UNREACHABLE', at: data },
      none
        ? `No node runs on ${data}. Start it with "npm start" in another terminal and run this command again. ` +
            'If it runs on another data directory, name that directory with --data DIR.'
        : `The node that runs on ${data} did not answer. Check it with "dojang health" and run this command again.`,
      { cause },
    )
  }

  async #parse<T>(path: string, response: IncomingMessage, answer: z.ZodType<T>): Promise<T> {
    return this.#check(path, await this.#read(response), answer)
  }

  #check<T>(path: string, text: string, answer: z.ZodType<T>): T {
    try {
      return answer.parse(JSON.parse(text))
    } catch (cause) {
      const reason = cause instanceof z.ZodError ? z.prettifyError(cause).split('\n')[0] : 'not JSON'
      throw new CliError(
        { code: 'CLI_NODE_UNEXPECTED', at: this.install.data, reason: reason ?? 'not as expected' },
        `The answer of the node on ${this.install.data} to ${path} is not that of a dojang node of this version. ` +
          'Restart the node from this checkout.',
        { cause },
      )
    }
  }
}

function parseProblem(text: string): z.infer<typeof Problem> | undefined {
  try {
    return Problem.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
