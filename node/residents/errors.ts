import { DojangError } from '../lib/errors.ts'

/** Reasons for refusing a whole file (an invalid row does not throw; it is listed in the report), and failures of services. */
export type ResidentsFailure =
  /** The file cannot be read line by line: it is UTF-16 or a workbook. */
  | { readonly code: 'RESIDENTS_CHARSET' }
  /** The first line lacks or repeats column names; `missing` and `repeated` are names of columns, never text of the file. */
  | { readonly code: 'RESIDENTS_HEADER'; readonly missing: readonly string[]; readonly repeated: readonly string[] }
  /** The file contains only blank lines. */
  | { readonly code: 'RESIDENTS_EMPTY' }
  /** The file has more rows than one import supports; rows before the limit are stored. */
  | { readonly code: 'RESIDENTS_TOO_MANY_ROWS'; readonly limit: number }
  /** The requested charset does not have a character of the text. */
  | { readonly code: 'RESIDENTS_NOT_IN_CHARSET'; readonly row: number }
  /** The register of another authority gave no answer in time, or refused. It is not known who a person is. */
  | { readonly code: 'RESIDENTS_REGISTER_UNAVAILABLE'; readonly reason: string }
  /** Its answer is not as its API demands. */
  | { readonly code: 'RESIDENTS_REGISTER_ANSWER'; readonly path: string }
  /** Its answer contradicts an earlier one: `fact` names what, never a value. */
  | { readonly code: 'RESIDENTS_REGISTER_INCONSISTENT'; readonly fact: string }
  /** The secret or a certificate for it cannot be used. */
  | {
      readonly code: 'RESIDENTS_REGISTER_FILES'
      readonly path: string
      readonly reason: string
    }
  /** The register belongs to another authority, so nothing can be imported here. */
  | { readonly code: 'RESIDENTS_REGISTER_ELSEWHERE' }
  /** The service that knows whose a line is gave no answer in time, or refused. It is not known whose the line is. */
  | { readonly code: 'RESIDENTS_LINES_UNAVAILABLE'; readonly reason: string }
  /** Its answer is not as its API demands. */
  | { readonly code: 'RESIDENTS_LINES_ANSWER'; readonly path: string }
  /** Its answer is to another question: `fact` names what differs, never a value. */
  | { readonly code: 'RESIDENTS_LINES_INCONSISTENT'; readonly fact: 'request' | 'line' }
  /** A service is asked whose a line is, so nothing can be imported here. */
  | { readonly code: 'RESIDENTS_LINES_ELSEWHERE' }
  /** The message service gave no answer in time, or refused. It is not known whether it has the message. */
  | { readonly code: 'RESIDENTS_MESSAGES_UNAVAILABLE'; readonly reason: string }
  /** Its answer is not as its API demands. It is not known whether it has the message. */
  | { readonly code: 'RESIDENTS_MESSAGES_ANSWER'; readonly path: string }
  /** It never sends to this line. */
  | { readonly code: 'RESIDENTS_MESSAGES_REFUSED' }
  /** The secret or a certificate for a service cannot be used. */
  | {
      readonly code: 'RESIDENTS_SERVICE_FILES'
      readonly service: 'lines' | 'messages'
      readonly path: string
      readonly reason: string
    }

export class ResidentsError extends DojangError<ResidentsFailure> {
  override name = 'ResidentsError'
}
