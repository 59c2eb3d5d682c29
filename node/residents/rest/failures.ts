/** The errors of each service that is called by REST. None has a part of an answer or of a request. */
import { ResidentsError } from '../errors.ts'

export interface ServiceFailures {
  /** There is no answer in time, or another status than 200. */
  unavailable(reason: string): ResidentsError
  /** The answer is not as the API demands. */
  answer(path: string): ResidentsError
  /** A secret or a certificate cannot be used. */
  files(path: string, reason: string, cause: unknown): ResidentsError
}

export const REGISTER_FAILURES: ServiceFailures = {
  unavailable: reason =>
    new ResidentsError(
      { code: 'RESIDENTS_REGISTER_UNAVAILABLE', reason },
      `The register cannot be asked now: ${reason}. Nothing is known about the person, and nothing was ` +
        'stored. Try again; if it lasts, tell the people who run it.',
    ),
  answer: path =>
    new ResidentsError(
      { code: 'RESIDENTS_REGISTER_ANSWER', path },
      `The answer of the register to ${path} is not as its API demands. Nothing was stored. Tell the people ` +
        'who run it; docs/register-api.json says what it must answer.',
    ),
  files: (path, reason, cause) =>
    new ResidentsError(
      { code: 'RESIDENTS_REGISTER_FILES', path, reason },
      `${path} cannot be used for the register: ${reason}. Check its path and permissions (chmod 600).`,
      { cause },
    ),
}

export const LINES_FAILURES: ServiceFailures = {
  unavailable: reason =>
    new ResidentsError(
      { code: 'RESIDENTS_LINES_UNAVAILABLE', reason },
      `The telecom cannot be asked now: ${reason}. It is not known whose the line is, and nothing was stored. Try ` +
        'again, or continue without a line; if it lasts, tell the people who run the service.',
    ),
  answer: path =>
    new ResidentsError(
      { code: 'RESIDENTS_LINES_ANSWER', path },
      `The answer of the telecom to ${path} is not as its API demands. Nothing was stored. Tell the people who run ` +
        'the service; docs/lines-api.json says what it must answer.',
    ),
  files: (path, reason, cause) => serviceFiles('lines', path, reason, cause),
}

export const MESSAGES_FAILURES: ServiceFailures = {
  unavailable: reason =>
    new ResidentsError(
      { code: 'RESIDENTS_MESSAGES_UNAVAILABLE', reason },
      `The message service cannot be reached now: ${reason}. It is not known whether it has the message. If it lasts, ` +
        'tell the people who run it.',
    ),
  answer: path =>
    new ResidentsError(
      { code: 'RESIDENTS_MESSAGES_ANSWER', path },
      `The answer of the message service to ${path} is not as its API demands. It is not known whether it has the ` +
        'message. Tell the people who run it; docs/messages-api.json says what it must answer.',
    ),
  files: (path, reason, cause) => serviceFiles('messages', path, reason, cause),
}

const serviceFiles = (service: 'lines' | 'messages', path: string, reason: string, cause: unknown) =>
  new ResidentsError(
    { code: 'RESIDENTS_SERVICE_FILES', service, path, reason },
    `${path} cannot be used for the service \`${service}\`: ${reason}. Check its path and permissions (chmod 600).`,
    { cause },
  )
