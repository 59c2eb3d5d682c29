/** A page of the operators in a browser of its own: it has a cookie, an origin and a passkey. */
import { type ClientRequest, type RequestOptions, request } from 'node:http'
import type { Config } from '../../node/config/schema.ts'
import type { Role } from '../../node/issuer/operators/actor.ts'
import { SoftwarePasskey } from './passkey.ts'
import type { Site } from './site.ts'

/** A node in this process or in another one. */
interface Operated {
  readonly authority: { readonly config: Pick<Config, 'operatorUrl' | 'operator'> }
}

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document
  readonly body: any
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export class OperatorPage {
  readonly origin: string
  readonly passkey: SoftwarePasskey
  cookie: string | undefined
  id = ''

  constructor(readonly site: Operated) {
    this.origin = site.authority.config.operatorUrl
    this.passkey = new SoftwarePasskey(this.origin)
  }

  /** As the browser sends it: with its cookie, and with the headers that pages cannot set. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.raw(method, path, body, {
      host: new URL(this.origin).host,
      ...(method !== 'GET' && { origin: this.origin }),
      'sec-fetch-site': 'same-origin',
      ...(this.cookie !== undefined && { cookie: this.cookie }),
      ...headers,
    })
    const [set] = [answer.headers['set-cookie'] ?? []].flat()
    if (set) this.cookie = /Expires=Thu, 01 Jan 1970/.test(set) ? undefined : set.split(';')[0]
    return answer
  }

  /** Opens a request to the node. */
  protected open(options: RequestOptions): ClientRequest {
    return request({ port: this.site.authority.config.operator.port, host: '127.0.0.1', ...options })
  }

  /** With these headers and no others. */
  raw(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body)
    const length = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
    const content = body === undefined ? {} : length
    return new Promise((resolve, reject) => {
      const sent = this.open({ method, path: `/operator${path}`, headers: { ...content, ...headers } })
      sent.once('error', reject).once('response', async response => {
        const text = (await response.setEncoding('utf8').toArray()).join('')
        const isJson = /^application\/(.+\+)?json/.test(response.headers['content-type'] ?? '')
        resolve({
          status: response.statusCode ?? 0,
          body: text === '' ? null : isJson ? JSON.parse(text) : text,
          headers: response.headers,
        })
      })
      sent.end(text)
    })
  }

  /** What the authenticator has to make for this link. */
  enrolmentOptions(enrolmentUrl: string): Promise<Answer> {
    return this.send('POST', '/enrolments/options', { code: codeOf(enrolmentUrl) })
  }

  sendEnrolment(enrolmentUrl: string, passkey: unknown): Promise<Answer> {
    return this.send('POST', '/enrolments', { code: codeOf(enrolmentUrl), passkey })
  }

  async enrol(enrolmentUrl: string): Promise<Answer> {
    const { body } = await this.enrolmentOptions(enrolmentUrl)
    const done = await this.sendEnrolment(enrolmentUrl, this.passkey.create(body.options))
    this.id = done.body.operator?.id ?? ''
    return done
  }

  async signIn(): Promise<Answer> {
    const { body: options } = await this.send('POST', '/session/options')
    return this.send('POST', '/session', this.passkey.get(options))
  }

  async touch(): Promise<Answer> {
    const { body: options } = await this.send('POST', '/session/touch/options')
    return this.send('POST', '/session/touch', this.passkey.get(options))
  }
}

/** The code of a one-time link. */
export const codeOf = (enrolmentUrl: string): string => new URL(enrolmentUrl).hash.slice(1)

/** Somebody with this role, invited on the local command line, enrolled and signed in. */
export async function signedIn(site: Pick<Site, 'authority'>, role: Role, name = `a ${role}`): Promise<OperatorPage> {
  const page = new OperatorPage(site)
  const { enrolmentUrl } = await site.authority.accounts.invite({ name, role, centre: null }, { kind: 'local' })
  const enrolled = await page.enrol(enrolmentUrl)
  if (enrolled.status !== 201) throw new Error(JSON.stringify(enrolled.body))
  const answer = await page.signIn()
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return page
}
