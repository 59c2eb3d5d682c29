import { DojangError } from '../lib/errors.ts'

/** What goes wrong around a check. What is wrong with a presentation is a verdict, not an error. */
export type VerifierFailure =
  | { readonly code: 'VERIFIER_PRESET_UNKNOWN'; readonly preset: string }
  /** No such request: never made, or forgotten after its time. */
  | { readonly code: 'VERIFIER_SESSION_UNKNOWN' }
  /** The request was not answered in time. */
  | { readonly code: 'VERIFIER_SESSION_EXPIRED' }
  /** A request is answered once. */
  | { readonly code: 'VERIFIER_ALREADY_ANSWERED' }
  /** What was posted is no answer to this request; the request stays open for one that is. */
  | { readonly code: 'VERIFIER_RESPONSE_INVALID'; readonly reason: string }
  /** The redirect's response code is missing or wrong: the asker is not the one who was sent back. */
  | { readonly code: 'VERIFIER_RESPONSE_CODE' }
  /** The verifier cannot be set up like this. */
  | { readonly code: 'VERIFIER_CONFIGURATION'; readonly reason: string }

export class VerifierError extends DojangError<VerifierFailure> {
  override name = 'VerifierError'
}

export const invalidResponse = (reason: string, cause?: unknown): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_RESPONSE_INVALID', reason },
    `This is no answer to the request: ${reason}. Show the request again and answer it anew.`,
    { cause },
  )

export const sessionUnknown = (): VerifierError =>
  new VerifierError({ code: 'VERIFIER_SESSION_UNKNOWN' }, 'There is no such request (any more). Make a new one.')

export const alreadyAnswered = (): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_ALREADY_ANSWERED' },
    'This request was answered already. Make a new one for each check.',
  )
