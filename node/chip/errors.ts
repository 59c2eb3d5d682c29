import { DojangError } from '../lib/errors.ts'
import { ParseError } from '../lib/parse-error.ts'

/** The file, or the part of EF.SOD, that an error is about. */
export type ChipPart =
  | 'EF.COM'
  | 'EF.SOD'
  | 'DG1'
  | 'DG2'
  | 'DG11'
  | 'DG14'
  | 'DG15'
  | 'document signer'
  | 'country signing CA'

/** Why a chip, or what was read from it, is refused. No member contains a value of the document. */
export type ChipFailure =
  /** The part is not as Doc 9303 writes it, is longer than any document needs, or contains bytes that nothing signs. */
  | { readonly code: 'CHIP_DOCUMENT_MALFORMED'; readonly part: ChipPart; readonly reason: string }
  /** Readable, but with an algorithm, curve or format that is not accepted here, such as SHA-1. */
  | { readonly code: 'CHIP_DOCUMENT_UNSUPPORTED'; readonly part: ChipPart; readonly reason: string }
  /** Two data groups state different things. */
  | { readonly code: 'CHIP_DOCUMENT_INCONSISTENT'; readonly fact: 'birthdate' }
  /** The document's date of expiry is in the past. */
  | { readonly code: 'CHIP_DOCUMENT_EXPIRED' }
  /** A data group that is needed, or that EF.SOD lists, was not read. */
  | { readonly code: 'CHIP_DATA_GROUP_MISSING'; readonly group: number }
  /** The data group is not the one whose hash is signed, or no hash of it is signed. */
  | { readonly code: 'CHIP_DATA_GROUP_ALTERED'; readonly group: number }
  /** EF.SOD is not signed with the key of the certificate that it contains. */
  | { readonly code: 'CHIP_SIGNATURE_INVALID' }
  /** No trusted country signing CA certified the document signer. */
  | { readonly code: 'CHIP_SIGNER_UNTRUSTED' }
  /** A certificate was not valid at the time: of the check, or of the signature. */
  | {
      readonly code: 'CHIP_SIGNER_EXPIRED'
      readonly part: 'document signer' | 'country signing CA'
      readonly at: 'check' | 'signature'
    }
  /** The certificate is for another purpose. */
  | {
      readonly code: 'CHIP_SIGNER_UNSUITABLE'
      readonly part: 'document signer' | 'country signing CA'
      readonly reason: string
    }
  /** The document has no key for active authentication, so a copy cannot be told from the chip. */
  | { readonly code: 'CHIP_ACTIVE_AUTHENTICATION_MISSING' }
  /** The chip did not sign this challenge with the document's key: a copy, or a challenge of another phone or session. */
  | { readonly code: 'CHIP_ACTIVE_AUTHENTICATION_FAILED' }
  /** No chip can be made of these facts. */
  | { readonly code: 'CHIP_CANNOT_BE_MADE'; readonly fact: string; readonly reason: string }
  /** The file is not the image of a chip. */
  | { readonly code: 'CHIP_IMAGE_INVALID'; readonly reason: string }

export class ChipError extends DojangError<ChipFailure> {
  override name = 'ChipError'
}

export const malformedPart = (part: ChipPart, reason: string, cause?: unknown): ChipError =>
  new ChipError(
    { code: 'CHIP_DOCUMENT_MALFORMED', part, reason },
    `The chip's document cannot be read: ${part}: ${reason}. Read the card again; if this repeats, send the person to the counter.`,
    { cause },
  )

export const unsupportedPart = (part: ChipPart, reason: string): ChipError =>
  new ChipError(
    { code: 'CHIP_DOCUMENT_UNSUPPORTED', part, reason },
    `The chip's document is not of a supported kind: ${part}: ${reason}. Send the person to the counter.`,
  )

export const cannotBeMade = (fact: string, reason: string, cause?: unknown): ChipError =>
  new ChipError(
    { code: 'CHIP_CANNOT_BE_MADE', fact, reason },
    `A fact cannot be written into a chip: ${fact}: ${reason}. Correct the register, or choose another document number.`,
    { cause },
  )

/** Runs a parser of this room, and reports what it cannot read as an error of this part. */
export function parsePart<T>(part: ChipPart, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof ParseError ? malformedPart(part, error.message, error) : error
  }
}

/**
 * Runs a parser of a library. Whatever it throws means that it cannot read the bytes: it does nothing else that could
 * fail.
 */
export function parseByLibrary<T>(part: ChipPart, what: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw malformedPart(part, `not ${what}`, cause)
  }
}
