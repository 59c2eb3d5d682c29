/** Instructions and files of an identity chip (ICAO 9303-10 §3), beside those of image.ts. */
import { FileId } from '../image.ts'

export const Ins = {
  manageSecurityEnvironment: 0x22,
  generalAuthenticate: 0x86,
  internalAuthenticate: 0x88,
  select: 0xa4,
  readBinary: 0xb0,
  /** With the offset in a data object, for files beyond 32 kB (ISO/IEC 7816-4 §11.3.2). */
  readBinaryAt: 0xb1,
  getResponse: 0xc0,
} as const

/** Bits of the class byte: more parts of this command follow; the command is protected. */
export const CLA_CHAINED = 0x10
export const CLA_PROTECTED = 0x0c

export const MASTER_FILE = 0x3f00
/** What the chip can do, such as extended lengths. */
export const ATR_INFO = 0x2f01

/** The application of the Logical Data Structure. */
export const LDS_APPLICATION = Uint8Array.of(0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01)

/** Files that lie in the master file and that everybody can read. All others lie in the application. */
export const PUBLIC_FILES: readonly number[] = [FileId.CARD_ACCESS, ATR_INFO]

/** All files have the short identifier of their identifier's last five bits. */
export const shortId = (file: number): number => file & 0x1f

/** The tags that begin the files that a reader wants (ICAO 9303-10 §4.6, §4.7). */
export const FILE_TAGS: ReadonlyMap<number, number> = new Map([
  [FileId.CARD_ACCESS, 0x31],
  [FileId.COM, 0x60],
  [FileId.SECURITY_OBJECT, 0x77],
  [0x0101, 0x61],
  [0x0102, 0x75],
  [0x010b, 0x6b],
  [0x010e, 0x6e],
  [0x010f, 0x6f],
])

/** The greatest offset that READ BINARY can have in its parameters. Beyond it `readBinaryAt` is needed. */
export const MAX_SHORT_OFFSET = 0x7fff

/** Tags of READ BINARY with its offset in data. */
export const OFFSET_TAG = 0x54
export const CONTENT_TAG = 0x53

/** EF.ATR/INFO: the greatest lengths of a command and of an answer (ISO/IEC 7816-4 §12.7.1). */
export const EXTENDED_LENGTHS_TAG = 0x7f66
export const LENGTH_TAG = 0x02
