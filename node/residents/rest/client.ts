/**
 * Calls the register of another authority: JSON over HTTPS, with a bearer secret or a client certificate. Every answer has a
 * limit of size and time and is parsed. Personal data is only in bodies, never in a URL, which servers log.
 */
import { readFileSync } from 'node:fs'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { z } from 'zod'
import { isExposed } from '../../keys/files.ts'
import { utf8 } from '../../lib/bytes.ts'
import { parseJson } from '../../lib/json.ts'
import type { Timer } from '../../lib/time.ts'
import { ResidentsError } from '../errors.ts'
import type { RestService } from './service.ts'

/** Bytes. Twenty residents with portraits of 4 kB have less. */
const LARGEST = 512 * 1024
/** Requests at the same time. Others wait, and their time runs. */
const CONNECTIONS = 32

export class RestClient {
  readonly #agent: HttpAgent | HttpsAgent
  readonly #authorization: string | undefined

  /** @throws {ResidentsError} RESIDENTS_REGISTER_FILES if the secret or a certificate cannot be used */
  constructor(
    private readonly service: RestService,
    private readonly timer: Timer,
  ) {
    const { url, secretFile, tls } = service
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
   * @throws {ResidentsError} RESIDENTS_REGISTER_UNAVAILABLE if there is no answer in time, or another status than 200;
   * RESIDENTS_REGISTER_ANSWER if the answer is not as the API demands
   */
  async post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<T> {
    const { status, text } = await this.#send(path, utf8(JSON.stringify(body)))
    if (status !== 200) throw this.#unavailable(`it answered ${status}`)
    try {
      return answer.parse(parseJson(text))
    } catch {
      // No cause: it may quote the answer, which is personal data.
      throw new ResidentsError(
        { code: 'RESIDENTS_REGISTER_ANSWER', path },
        `The answer of the register to ${path} is not as its API demands. Nothing was stored. Tell the people ` +
          'who run it; docs/register-api.json says what it must answer.',
      )
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #send(path: string, body: Uint8Array): Promise<{ status: number; text: string }> {
    const { url, timeoutMs } = this.service
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
        reject(this.#unavailable((error as NodeJS.ErrnoException).code ?? error.message, error))
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

  #unavailable(reason: string, cause?: unknown): ResidentsError {
    return new ResidentsError(
      { code: 'RESIDENTS_REGISTER_UNAVAILABLE', reason },
      `The register cannot be asked now: ${reason}. Nothing is known about the person, and nothing was ` +
        'stored. Try again; if it lasts, tell the people who run it.',
      { cause },
    )
  }

  #read(path: string, secret = false): string {
    try {
      if (secret && isExposed(path)) throw new Error('other users may read or change it')
      return readFileSync(path, 'utf8').trim()
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
      throw new ResidentsError(
        { code: 'RESIDENTS_REGISTER_FILES', path, reason },
        `${path} cannot be used for the register: ${reason}. Check its path and permissions (chmod 600).`,
        { cause },
      )
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
