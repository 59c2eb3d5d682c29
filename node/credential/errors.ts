import { DojangError } from '../lib/errors.ts'
import { ParseError } from '../lib/parse-error.ts'

/** Why a key binding was refused, in the order checked (RFC 9901 §7.3). */
export type KeyBindingProblem = 'missing' | 'malformed' | 'signature' | 'sd_hash'

export type CredentialFailure =
  /** The text is not an SD-JWT VC: wrong shape, encoding or JSON, a member of the wrong type, or a limit exceeded. */
  | { readonly code: 'CREDENTIAL_MALFORMED'; readonly reason: string }
  /** Well-formed, but this project does not accept the algorithm, type, hash or critical header. */
  | { readonly code: 'CREDENTIAL_UNSUPPORTED'; readonly reason: string }
  | { readonly code: 'CREDENTIAL_BAD_SIGNATURE' }
  /** A disclosure or digest breaks RFC 9901 §7.1. */
  | { readonly code: 'CREDENTIAL_BAD_DISCLOSURE'; readonly reason: string }
  /** The anchor shown belongs to another credential. */
  | { readonly code: 'CREDENTIAL_ANCHOR_MISMATCH'; readonly reason: string }
  | { readonly code: 'CREDENTIAL_KEY_BINDING'; readonly reason: KeyBindingProblem }
  /** The register lacks what the card must state. */
  | {
      readonly code: 'CREDENTIAL_SUBJECT_INCOMPLETE'
      readonly vct: string
      readonly claim: string
      readonly problem: 'missing' | 'malformed'
    }
  /** A card definition that cannot be used. `path` names the member, such as `claims.3.source`. */
  | {
      readonly code: 'CREDENTIAL_CARD_INVALID'
      readonly file: string
      readonly path: string
      readonly reason: string
      /** The values that the member may have, where these are a closed set. */
      readonly allowed?: readonly string[]
    }
  /** Two card definitions have the same id or vct, or give one column two meanings. */
  | {
      readonly code: 'CREDENTIAL_CARD_REPEATED'
      readonly file: string
      readonly other: string
      readonly member: 'id' | 'vct' | 'columns'
      readonly value: string
    }
  /** The issuer asked for a credential that must not exist. */
  | { readonly code: 'CREDENTIAL_INPUT_INVALID'; readonly reason: string }
  /** A Token Status List, or an index in one, that cannot be used. */
  | { readonly code: 'CREDENTIAL_STATUS_LIST'; readonly reason: string }

export class CredentialError extends DojangError<CredentialFailure> {
  override name = 'CredentialError'
}

export const malformed = (reason: string, cause?: unknown): CredentialError =>
  new CredentialError({ code: 'CREDENTIAL_MALFORMED', reason }, `The credential cannot be read: ${reason}.`, { cause })

/**
 * A ParseError as an error of this room. Every other error is returned unchanged, because it does not concern the text.
 */
export function asCredentialError(error: unknown, reason: string): unknown {
  if (!(error instanceof ParseError)) return error
  return error.code === 'PARSE_UNSUPPORTED' ? unsupported(error.message) : malformed(reason, error)
}

export const unsupported = (reason: string): CredentialError =>
  new CredentialError(
    { code: 'CREDENTIAL_UNSUPPORTED', reason },
    `This kind of credential is not supported: ${reason}.`,
  )

export const badDisclosure = (reason: string): CredentialError =>
  new CredentialError(
    { code: 'CREDENTIAL_BAD_DISCLOSURE', reason },
    `The disclosed claims do not fit the signed digests: ${reason}.`,
  )

export const anchorMismatch = (reason: string): CredentialError =>
  new CredentialError(
    { code: 'CREDENTIAL_ANCHOR_MISMATCH', reason },
    `The receipt shown does not belong to this credential: ${reason}.`,
  )

export const invalidInput = (reason: string): CredentialError =>
  new CredentialError({ code: 'CREDENTIAL_INPUT_INVALID', reason }, `This credential must not be issued: ${reason}.`)
