/** What the way to a card by chip needs from outside: the check of a chip's document, and the comparison of faces. */
import type { ChipAnchor } from '../../chip/document/trust.ts'
import type { ChipReading } from '../../chip/image.ts'
import type { Hex } from '../../lib/bytes.ts'
import type { UnixSeconds } from '../../lib/time.ts'

/** What the issuer takes from a chip whose document was verified. */
export interface VerifiedDocument {
  readonly documentNumber: string
  /** `YYMMDD-SNNNNNN` */
  readonly personalNumber: string
  /** The last day on which the document is valid, `YYYY-MM-DD`. */
  readonly expiresOn: string
  readonly portrait: { readonly bytes: Uint8Array }
  /** The key of the CSCA, in the trust registry. */
  readonly anchorKeyId: Hex
}

export interface ChipExpectation {
  /** Eight bytes that the chip had to sign. */
  readonly challenge: Uint8Array
  readonly anchors: readonly ChipAnchor[]
  readonly at: UnixSeconds
}

/** @throws {ChipError} if a proof fails */
export type VerifyDocument = (reading: ChipReading, expected: ChipExpectation) => VerifiedDocument

/**
 * A provider that compares a live capture with the portrait of a chip. It stands where the person is: at the kiosk, or in a
 * phone's native application. The issuer believes what it signs while the council admits it.
 */
export interface FacePort {
  /** @returns an assertion (face-assertion.ts), also for a face that does not match */
  compare(question: FaceQuestion): Promise<string>
}

export interface FaceQuestion {
  readonly session: string
  /** Of the camera, in the provider's own form. */
  readonly capture: Uint8Array
  /** The image of the chip. */
  readonly portrait: Uint8Array
}
