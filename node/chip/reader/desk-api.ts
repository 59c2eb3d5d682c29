/**
 * What a page asks of the reader program of a desk (`dojang reader`). A browser cannot send APDUs to a card, so the page
 * of the kiosk calls this program on the same machine, over http on loopback.
 *
 * The program prints a link to the page, `<page>#reader=<port>&token=<token>`; `parseDeskLink` (desk-client.ts) reads the
 * fragment. Each request has `Authorization: Bearer <token>`. The program answers one page only: its origin is the one
 * of the printed link, and other origins get 403.
 *
 *   GET  /status   → DeskStatus
 *   POST /read     ReadRequest → lines of JSON (application/x-ndjson), each a ReadLine: `progress` while the chip is
 *                  read, then one `reading` or one `problem`. If the connection closes before that, the reading failed.
 *
 * What is refused before the card is touched is a problem document (RFC 9457): 400, 401, 403, 409 CHIP_READER_BUSY.
 * The program keeps nothing of what it read, and logs neither the card access number nor what is on the chip.
 */
import { z } from 'zod'

/** The bytes of a challenge for active authentication (ICAO 9303-11 §6.1). */
export const CHALLENGE_LENGTH = 8

/** Six digits, printed on the card. */
export const CARD_ACCESS_NUMBER = /^[0-9]{6}$/

const Base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)

export const DeskStatus = z.object({
  /** Of the device, as the system names it. */
  reader: z.string(),
  /** Whether a card lies on the reader. */
  card: z.enum(['present', 'absent']),
  /** Whether a card is being read now. */
  reading: z.boolean(),
  /** Whether a file stands for the card (demo). A page must say so. */
  simulated: z.boolean(),
})
export type DeskStatus = z.infer<typeof DeskStatus>

export const ReadRequest = z.strictObject({
  card_access_number: z.string().regex(CARD_ACCESS_NUMBER),
  /** Eight bytes in base64url, for active authentication. */
  challenge: Base64url.length(11),
})
export type ReadRequest = z.infer<typeof ReadRequest>

/** A ChipReading in JSON. The issuer's `POST /chip/sessions/:id/document` takes the same members. All base64url. */
export const ReadingJson = z.object({
  /** EF.SOD with its outer tag. */
  security_object: Base64url,
  /** Whole data groups with their outer tags, by their numbers in decimal: "1", "2", "11", "14", "15". */
  data_groups: z.record(z.enum(['1', '2', '11', '14', '15']), Base64url.optional()),
  /** The chip's answer to INTERNAL AUTHENTICATE. */
  active_authentication: Base64url,
})
export type ReadingJson = z.infer<typeof ReadingJson>

export const ReadProgress = z.object({
  /** Bytes of the chip's files that were read. */
  read: z.int().min(0),
  /** Bytes of the files that will be read. */
  total: z.int().min(0),
})

/** Why a reading failed. `code` is stable (docs/errors.md); facts follow as further members. */
export const ReadProblem = z.looseObject({
  code: z.string(),
  title: z.string(),
  /** With CHIP_ACCESS_REFUSED: how many wrong numbers the chip still allows, or null if it does not say. */
  triesLeft: z.int().min(0).nullish(),
})
export type ReadProblem = z.infer<typeof ReadProblem>

export const ReadLine = z.union([
  z.strictObject({ progress: ReadProgress }),
  z.strictObject({ reading: ReadingJson }),
  z.strictObject({ problem: ReadProblem }),
])
export type ReadLine = z.infer<typeof ReadLine>
