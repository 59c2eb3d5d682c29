/**
 * The contents of an identity chip of ICAO Doc 9303 parts 10 to 12, and what a reader gets from one. Nothing in a reading
 * is trusted before `verifyChip` (document/verify.ts) has returned.
 */

/** Elementary files by their identifiers (Doc 9303-10 §3.11, Doc 9303-11 §9.2). */
export const FileId = {
  CARD_ACCESS: 0x011c,
  SECURITY_OBJECT: 0x011d,
  COM: 0x011e,
} as const

/** The file of a data group: DG1 is 0x0101. */
export const dataGroupFile = (group: number): number => 0x0100 + group

/** The data groups that a document of this project must contain. DG14 is needed if DG15 has a key for ECDSA. */
export const DataGroup = {
  /** The machine readable zone. */
  MRZ: 1,
  /** The portrait. */
  FACE: 2,
  /** Personal number, and name and address in the local script. */
  HOLDER: 11,
  /** Which algorithms the chip supports. */
  SECURITY_INFOS: 14,
  /** The public key for active authentication. */
  ACTIVE_AUTHENTICATION: 15,
} as const

/** A READ BINARY with a two-byte offset and the file's own length field reach no further (Doc 9303-10 §3.6). */
export const MAX_FILE = 65_535

/** What a personalised chip contains. */
export interface ChipImage {
  /** Six digits, printed on the card. */
  readonly cardAccessNumber: string
  /** Whole elementary files, by identifier. */
  readonly files: ReadonlyMap<number, Uint8Array>
  /** PKCS#8, DER. It never leaves a real chip. */
  readonly activeAuthenticationKey: Uint8Array
}

/** What a reader got from a chip. */
export interface ChipReading {
  /** EF.SOD, with its outer tag. */
  readonly securityObject: Uint8Array
  /** Whole files with their outer tag, by the number of the data group: 1, 2, 11, 14, 15. */
  readonly dataGroups: ReadonlyMap<number, Uint8Array>
  /** The chip's answer to INTERNAL AUTHENTICATE, without the status word. */
  readonly activeAuthentication: Uint8Array
}
