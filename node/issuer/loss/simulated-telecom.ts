/**
 * The telecom of a demo. It reports lines lost as a real one does: with a machine client of its own, over HTTP, and with a report
 * that it signs. The authority's own organisation plays the telecom on the ledger of a demo. A real authority must not: it
 * could then lock cards in the name of telecoms, so this works only where all people are invented.
 */
import { z } from 'zod'
import type { P256Signer } from '../../keys/signer.ts'
import { toBase64url } from '../../lib/bytes.ts'
import { signJws } from '../../lib/jose/jws.ts'
import { parseLineNumber } from '../../lib/line-number.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock } from '../../lib/time.ts'
import { IssuerError } from '../errors.ts'
import type { MachineClients } from '../machines/clients.ts'
import { ASSERTION_TYPE } from '../machines/tokens.ts'
import { LossError } from './errors.ts'
import { REPORT_TYPE } from './signed-report.ts'

export interface SimulatedTelecomOptions {
  readonly mode: string
  readonly signer: P256Signer
  readonly organisation: number
  readonly clients: Pick<MachineClients, 'list' | 'register'>
  readonly operatorUrl: string
  readonly publicUrl: string
  readonly clock: Clock
  readonly random: Random
  readonly fetcher?: typeof fetch
}

const NAME = 'simulated telecom'
const Token = z.object({ access_token: z.string() })
const Answer = z.object({ report: z.string(), state: z.enum(['suspended', 'published']), at: z.number() })
export type SimulatedAnswer = z.output<typeof Answer>

export class SimulatedTelecom {
  readonly #fetch: typeof fetch

  /** @throws {IssuerError} ISSUER_SIMULATOR_REFUSED outside demo mode */
  constructor(private readonly options: SimulatedTelecomOptions) {
    this.#fetch = options.fetcher ?? ((input, init) => fetch(input, init))
    if (options.mode === 'demo') return
    throw new IssuerError(
      { code: 'ISSUER_SIMULATOR_REFUSED', mode: options.mode },
      'The simulated telecom works only in demo mode. Register a telecom: docs/loss.md.',
    )
  }

  /**
   * Reports the line lost.
   * @throws {LossError} LOSS_LINE_REFUSED for whatever the authority refuses
   */
  async reportLost(number: string): Promise<SimulatedAnswer> {
    const { signer, operatorUrl, publicUrl, clock, random } = this.options
    const line = parseLineNumber(number)
    if (line === undefined) throw notReported('it is no mobile number')
    const header = { typ: REPORT_TYPE, jwk: signer.publicKey.jwk }
    const payload = { aud: publicUrl, line, time: clock(), jti: toBase64url(random(16)) }
    const report = signJws(header, payload, data => signer.sign(data))
    const response = await this.#fetch(`${operatorUrl}/operator/loss-reports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.#token()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ report }),
    })
    const answer = Answer.safeParse(await response.json())
    if (!answer.success) throw notReported(`status ${response.status}`)
    return answer.data
  }

  async #token(): Promise<string> {
    const { signer, operatorUrl, clock, random } = this.options
    const id = await this.#client()
    const endpoint = `${operatorUrl}/oauth/token`
    const claims = { iss: id, sub: id, aud: endpoint, exp: clock() + 60, jti: toBase64url(random(16)) }
    const assertion = signJws({ typ: 'client-authentication+jwt' }, claims, data => signer.sign(data))
    const form = {
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }
    const response = await this.#fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) })
    return Token.parse(await response.json()).access_token
  }

  /** Its client of this install; registered at the first report. */
  async #client(): Promise<string> {
    const { clients, signer, organisation } = this.options
    const { jwk } = signer.publicKey
    const found = (await clients.list()).find(
      ({ keys, stoppedAt }) => stoppedAt === null && keys.some(({ x, y }) => x === jwk.x && y === jwk.y),
    )
    if (found) return found.id
    const client = { name: NAME, scopes: ['loss-reports'] as const, keys: [jwk], organisation }
    return (await clients.register(client, 'demo')).id
  }
}

const notReported = (why: string) =>
  new LossError(
    { code: 'LOSS_LINE_REFUSED' },
    `The authority did not take the report: ${why}. Use the line of somebody of the demo, as the start shows it.`,
  )
