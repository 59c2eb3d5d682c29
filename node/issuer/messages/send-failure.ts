import { ResidentsError, type ResidentsFailure } from '../../residents/errors.ts'

/** Why a message was not sent, for the journal. `unavailable`, `bad_answer`: it is not known whether the service has it. */
export type SendFailure = 'unavailable' | 'bad_answer' | 'refused'

const FAILURES: ReadonlyMap<ResidentsFailure['code'], SendFailure> = new Map([
  ['RESIDENTS_MESSAGES_UNAVAILABLE', 'unavailable'],
  ['RESIDENTS_MESSAGES_ANSWER', 'bad_answer'],
  ['RESIDENTS_MESSAGES_REFUSED', 'refused'],
])

/** @returns undefined for an error that is no failure of the message service */
export const sendFailureOf = (error: unknown): SendFailure | undefined =>
  error instanceof ResidentsError ? FAILURES.get(error.detail.code) : undefined
