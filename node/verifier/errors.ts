import { DojangError } from '../lib/errors.ts'

/** Errors around a check. Defects of a presentation are verdicts, not errors. */
export type VerifierFailure =
  | { readonly code: 'VERIFIER_PRESET_UNKNOWN'; readonly preset: string }
  /** The request does not exist, or was deleted after its time. */
  | { readonly code: 'VERIFIER_SESSION_UNKNOWN' }
  /** The time to answer the request is over. */
  | { readonly code: 'VERIFIER_SESSION_EXPIRED' }
  /** The request was answered before. */
  | { readonly code: 'VERIFIER_ALREADY_ANSWERED' }
  /** The posted form does not answer this request. The request stays open. */
  | { readonly code: 'VERIFIER_RESPONSE_INVALID'; readonly reason: string }
  /** The request object cannot be encrypted as the wallet's metadata demands. The request stays open. */
  | { readonly code: 'VERIFIER_WALLET_METADATA'; readonly reason: string }
  /** The response code of the redirect is missing or wrong: the caller may not be the browser that was redirected. */
  | { readonly code: 'VERIFIER_RESPONSE_CODE' }
  /** An endpoint that serves copies of the ledger has no such answer. */
  | { readonly code: 'VERIFIER_ENDPOINT'; readonly status: number }
  /** An option of the verifier is invalid. */
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
