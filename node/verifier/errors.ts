import { DojangError } from '../lib/errors.ts'

/** Errors around a check. Defects of a presentation are verdicts, not errors. */
export type VerifierFailure =
  | { readonly code: 'VERIFIER_PRESET_UNKNOWN'; readonly preset: string }
  /** A preset file is malformed or asks for what its other members forbid. `allowed`: what may stand there. */
  | {
      readonly code: 'VERIFIER_PRESET_INVALID'
      readonly file: string
      readonly path: string
      readonly reason: string
      readonly allowed?: readonly string[]
    }
  /** A preset file repeats the id of another one. */
  | {
      readonly code: 'VERIFIER_PRESET_REPEATED'
      readonly file: string
      readonly other: string
      readonly preset: string
    }
  /** A device gets no certificate as a till. */
  | { readonly code: 'VERIFIER_TILL_REFUSED'; readonly reason: 'code' | 'key' | 'ended' }
  /** There is no till with this id. */
  | { readonly code: 'VERIFIER_TILL_UNKNOWN'; readonly till: string }
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
  /** The response code was exchanged before, by another attempt. */
  | { readonly code: 'VERIFIER_CODE_USED' }
  /** The hosted page belongs to another browser. */
  | { readonly code: 'VERIFIER_OTHER_BROWSER' }
  /** No API key has this id. */
  | { readonly code: 'VERIFIER_KEY_UNKNOWN'; readonly key: string }
  /** The preset accepts no presentation that nobody asked for (`oneWay`). */
  | { readonly code: 'VERIFIER_ONE_WAY_REFUSED'; readonly preset: string }
  /** No session of the relay has this id, or its time is over. */
  | { readonly code: 'VERIFIER_RELAY_UNKNOWN' }
  /** Somebody else was first: each step of a session of the relay is taken once. */
  | { readonly code: 'VERIFIER_RELAY_TAKEN' }
  /** The token is not the one for this step of the session. */
  | { readonly code: 'VERIFIER_RELAY_TOKEN' }
  /** The relay has as many sessions as it can hold. */
  | { readonly code: 'VERIFIER_RELAY_FULL' }
  /** The relay cannot be reached, or does not answer as a relay does. */
  | { readonly code: 'VERIFIER_RELAY_UNREACHABLE'; readonly status: number | null }
  /** An endpoint that serves copies of the ledger has no such answer. */
  | { readonly code: 'VERIFIER_ENDPOINT'; readonly status: number }
  /** A receiver refuses the delivery of a webhook. */
  | { readonly code: 'VERIFIER_WEBHOOK'; readonly reason: WebhookProblem }
  /** A wallet refuses a request object. */
  | { readonly code: 'VERIFIER_REQUEST_REFUSED'; readonly reason: RequestProblem }
  /** An option of the verifier is invalid. */
  | { readonly code: 'VERIFIER_CONFIGURATION'; readonly reason: string }

/** Why a delivery is not used, in the order checked. */
export type WebhookProblem =
  | 'malformed' // no detached ES256 signature of a webhook, or no message
  | 'key' //       signed by none of the keys
  | 'signature' // the body or the header was changed
  | 'receiver' //  made for somebody else, who may have passed it on
  | 'time' //      an old delivery that was kept, or a wrong clock

/** Why a wallet refuses a request object, in the order checked. */
export type RequestProblem =
  | 'malformed' //        no signed request object, or a member of the wrong type
  | 'unsupported' //      another algorithm, response type, response mode, client identifier prefix or query
  | 'transaction_data' // no kind of transaction data is known, so it must be refused (OpenID4VP 1.0 §5.1)
  | 'encryption' //       no key to which an answer can be encrypted
  | 'query' //            not a DCQL query that can be answered
  | 'certificate' //      x5c has no usable certificate
  | 'signature'
  | 'client_id' //        not that of the certificate, or another than the link has
  | 'audience'
  | 'response_uri' //     missing, or not https
  | 'wallet_nonce' //     not the one that this wallet sent
  | 'expired'
  | 'not_yet_valid' //    from the future: one of the clocks is wrong

export class VerifierError extends DojangError<VerifierFailure> {
  override name = 'VerifierError'
}

export const invalidResponse = (reason: string, cause?: unknown): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_RESPONSE_INVALID', reason },
    `This is no answer to the request: ${reason}. Show the request again and answer it anew.`,
    { cause },
  )

export const requestRefused = (reason: RequestProblem, what: string, cause?: unknown): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_REQUEST_REFUSED', reason },
    `This request cannot be answered: ${what}. Ask for a new one.`,
    { cause },
  )

export const sessionUnknown = (): VerifierError =>
  new VerifierError({ code: 'VERIFIER_SESSION_UNKNOWN' }, 'There is no such request (any more). Make a new one.')

export const alreadyAnswered = (): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_ALREADY_ANSWERED' },
    'This request was answered already. Make a new one for each check.',
  )

export const responseCodeWrong = (): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_RESPONSE_CODE' },
    'Only the browser that the wallet redirected may read the verdict. Send the response_code from the redirect.',
  )

export const responseCodeUsed = (): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_CODE_USED' },
    'This response_code was exchanged before. Only the same attempt gets the verdict again. Make a new request.',
  )

const relayError = (code: Exclude<RelayCode, 'VERIFIER_RELAY_UNREACHABLE'>, message: string): VerifierError =>
  new VerifierError({ code }, message)
type RelayCode = Extract<VerifierFailure['code'], `VERIFIER_RELAY_${string}`>

export const relayUnknown = (): VerifierError =>
  relayError('VERIFIER_RELAY_UNKNOWN', 'This code is over, or was never shown. Let the phone show a new one.')

export const relayTaken = (): VerifierError =>
  relayError('VERIFIER_RELAY_TAKEN', 'Somebody else was first. Let the phone show a new code.')

export const relayToken = (): VerifierError =>
  relayError('VERIFIER_RELAY_TOKEN', 'This step is for the other side of the session.')

export const relayFull = (): VerifierError =>
  relayError('VERIFIER_RELAY_FULL', 'The relay is busy. Let the phone scan the code of the checker instead.')

export const relayUnreachable = (status: number | null, cause?: unknown): VerifierError =>
  new VerifierError(
    { code: 'VERIFIER_RELAY_UNREACHABLE', status },
    'The relay does not answer. Let the phone scan the code of the checker instead.',
    { cause },
  )
