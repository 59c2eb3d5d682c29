/**
 * Whose a line is, asked of a telecom by REST. The telecom is asked at each verification, because lines change hands. Its
 * answer repeats what was asked, so that an answer to another question is not taken for this one. What is stored is the
 * line's random tag, in the same records as for imported lines.
 * Why: docs/decisions/133.
 */
import { toBase64url } from '../../lib/bytes.ts'
import { parseLineNumber } from '../../lib/line-number.ts'
import type { Random } from '../../lib/random.ts'
import { ResidentsError } from '../errors.ts'
import type { LineOwner, LinePort } from '../lines/port.ts'
import type { StoredLines } from '../lines/stored.ts'
import type { ResidentRegister } from '../register.ts'
import type { RestClient } from './client.ts'
import { OwnerAnswer } from './line-answers.ts'

export interface RestLinesOptions {
  readonly client: Pick<RestClient, 'post'>
  readonly stored: Pick<StoredLines, 'ownerOf' | 'put'>
  readonly residents: Pick<ResidentRegister, 'find'>
  readonly random: Random
}

export class RestLines implements LinePort {
  constructor(private readonly options: RestLinesOptions) {}

  /**
   * @throws {ResidentsError} RESIDENTS_LINES_UNAVAILABLE, RESIDENTS_LINES_ANSWER, RESIDENTS_LINES_INCONSISTENT, and as the
   * register does
   * @throws {StoreError} STORE_PERSON_ERASED if the person was erased meanwhile
   */
  async ownerOf(number: string, person: Uint8Array): Promise<LineOwner> {
    const { stored, residents, random } = this.options
    const line = parseLineNumber(number)
    const resident = line === undefined ? undefined : await residents.find(person)
    if (line === undefined || !resident) return { owner: 'unknown' }
    const { owner, telecom } = await this.#ask(line, resident.facts.personalNumber)
    if (owner !== 'person') return { owner }
    await stored.put([{ line, person, telecom }], random)
    return stored.ownerOf(line, person)
  }

  async #ask(line: string, personalNumber: string): Promise<OwnerAnswer> {
    const { client, random } = this.options
    const request = toBase64url(random(16))
    const answer = await client.post('owner', { request, line, personalNumber }, OwnerAnswer)
    if (answer.request !== request) throw inconsistent('request')
    if (answer.line !== line) throw inconsistent('line')
    return answer
  }
}

const inconsistent = (fact: 'request' | 'line') =>
  new ResidentsError(
    { code: 'RESIDENTS_LINES_INCONSISTENT', fact },
    `The telecom's answer is to another question (${fact}). It is not known whose the line is, and nothing was stored. ` +
      'Tell the people who run the service.',
  )
