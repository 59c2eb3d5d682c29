/**
 * Calls a service of others, such as the register of another authority: JSON over HTTPS, with a bearer secret or a client
 * certificate. Every answer has a limit of size and time and is parsed. Personal data is only in bodies, never in a URL,
 * which servers log. An error has no part of an answer, because a service may repeat what it was sent.
 */
import { readFileSync } from 'node:fs'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { z } from 'zod'
import { isExposed } from '../../keys/files.ts'
import { utf8 } from '../../lib/bytes.ts'
import { parseJson } from '../../lib/json.ts'
import type { Timer } from '../../lib/time.ts'
import type { ServiceFailures } from './failures.ts'
import type { RestEndpoint } from './service.ts'

/** Bytes. Twenty residents with portraits of 4 kB have less. */
const LARGEST = 512 * 1024
/** Requests at the same time. Others wait, and their time runs. */
const CONNECTIONS = 32

export class RestClient {
  readonly #agent: HttpAgent | HttpsAgent
  readonly #authorization: string | undefined

  /** @throws {ResidentsError} as `failures.files` says, if the secret or a certificate cannot be used */
  constructor(
    private readonly endpoint: RestEndpoint,
    private readonly timer: Timer,
    private readonly failures: ServiceFailures,
  ) {
    const { url, secretFile, tls } = endpoint
    const limits = { keepAlive: true, maxSockets: CONNECTIONS }
    this.#authorization = secretFile === undefined ? undefined : `Bearer ${this.#read(secretFile, true)}`
    const files = tls && {
      cert: this.#read(tls.certificate),
      key: this.#read(tls.key, true),
      ...(tls.ca !== undefined && { ca: this.#read(tls.ca) }),
    }
    this.#agent = url.startsWith('https:') ? new HttpsAgent({ ...limits, ...files }) : new HttpAgent(limits)
  }

  /**
   * @param path without a slash at the beginning
   * @throws {ResidentsError} `failures.unavailable` if there is no answer in time, or another status than 200;
   * `failures.answer` if the answer is not as the API demands
   */
  async post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T> {
    const { status, text } = await this.#send(path, utf8(JSON.stringify(body)))
    if (status !== 200) throw this.failures.unavailable(`it answered ${status}`)
    try {
      return answer.parse(parseJson(text))
    } catch {
      // No cause: it may quote the answer, which is personal data.
      throw this.failures.answer(path)
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #send(path: string, body: Uint8Array): Promise<{ status: number; text: string }> {
    const { url, timeoutMs } = this.endpoint
    const target = new URL(`${url}/${path}`)
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      accept: 'application/json',
      ...(this.#authorization !== undefined && { authorization: this.#authorization }),
    }
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const sent = send(target, { method: 'POST', headers, agent: this.#agent })
      const cancel = this.timer.after(timeoutMs, () => sent.destroy(new Error(`no answer in ${timeoutMs} ms`)))
      const failed = (error: Error) => {
        cancel()
        // No cause: the error of a malformed answer has the bytes of the answer.
        reject(this.failures.unavailable((error as NodeJS.ErrnoException).code ?? error.message))
      }
      sent.once('error', failed)
      sent.once('response', response => {
        readText(response).then(text => {
          cancel()
          resolve({ status: response.statusCode ?? 0, text })
        }, failed)
      })
      sent.end(body)
    })
  }

  #read(path: string, secret = false): string {
    try {
      if (secret && isExposed(path)) throw new Error('other users may read or change it')
      return readFileSync(path, 'utf8').trim()
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
      throw this.failures.files(path, reason, cause)
    }
  }
}

/** @throws {Error} without content if the body is too long, broken off or not UTF-8 */
async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    if (length > LARGEST) throw new Error(`an answer of more than ${LARGEST} bytes`)
    parts.push(part)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
}
