import { DojangError } from '../../lib/errors.ts'

/** What was being done with the card. */
export type Step =
  | 'select the master file'
  | 'read EF.CardAccess'
  | 'read EF.ATR/INFO'
  | 'PACE'
  | 'select the application'
  | 'read EF.COM'
  | 'read EF.SOD'
  | `read DG${number}`
  | 'INTERNAL AUTHENTICATE'

/** Why a chip could not be read. No member contains what is on the chip, or the card access number. */
export type ReaderFailure =
  /** The card access number is wrong. `triesLeft` as the chip says it; null if it does not. */
  | { readonly code: 'CHIP_ACCESS_REFUSED'; readonly triesLeft: number | null }
  /** The chip accepts no card access number any more, after too many wrong ones. */
  | { readonly code: 'CHIP_ACCESS_BLOCKED' }
  /** What answered does not know the card access number: its token is wrong, or its keys are. */
  | { readonly code: 'CHIP_PACE_FAILED'; readonly reason: string }
  /** The chip offers no PACE that this program has. */
  | { readonly code: 'CHIP_UNSUPPORTED'; readonly reason: string }
  /** The chip refused a command; `status` is its status word in hex. */
  | { readonly code: 'CHIP_COMMAND_REFUSED'; readonly step: Step; readonly status: string }
  /** An answer is not as ISO/IEC 7816-4 or ICAO 9303 demand: cut, too long, with false lengths, or without end. */
  | { readonly code: 'CHIP_ANSWER_INVALID'; readonly step: Step; readonly reason: string }
  /** An answer is not protected by the session's keys. The session is over. */
  | { readonly code: 'CHIP_SESSION_BROKEN'; readonly step: Step; readonly reason: string }
  /** A file of the chip, or all of them, are larger than a card has them. */
  | { readonly code: 'CHIP_TOO_LARGE'; readonly step: Step; readonly bytes: number; readonly limit: number }
  /** The card was taken away, or does not answer any more. */
  | { readonly code: 'CHIP_CARD_GONE' }
  /** The chip answers, but it was not read in the time that a reading may take. */
  | { readonly code: 'CHIP_TOO_SLOW'; readonly seconds: number }
  /** No card lies on the reader. */
  | { readonly code: 'CHIP_NO_CARD' }
  /** The reader, or the program that drives it, failed. */
  | { readonly code: 'CHIP_READER_FAILED'; readonly reason: string }
  /** There is no such reader; `found` are the names of those that there are. */
  | { readonly code: 'CHIP_READER_UNKNOWN'; readonly found: readonly string[] }
  /** The library for PC/SC readers is not installed, or does not load on this machine. */
  | { readonly code: 'CHIP_READER_LIBRARY'; readonly reason: string }
  /** The reader program is reading a card for somebody else. */
  | { readonly code: 'CHIP_READER_BUSY' }
  /** A file stands for a card, which is allowed only in a demo. */
  | { readonly code: 'CHIP_SIMULATED_REFUSED' }

export class ReaderError extends DojangError<ReaderFailure> {
  override name = 'ReaderError'
}

export const commandRefused = (step: Step, status: number): ReaderError => {
  const shown = status.toString(16).padStart(4, '0')
  return new ReaderError(
    { code: 'CHIP_COMMAND_REFUSED', step, status: shown },
    `The chip refused a command (${step}: status word ${shown}). Lay the card on the reader again.`,
  )
}

export const answerInvalid = (step: Step, reason: string, cause?: unknown): ReaderError =>
  new ReaderError(
    { code: 'CHIP_ANSWER_INVALID', step, reason },
    `An answer of the chip cannot be used (${step}: ${reason}). Lay the card on the reader again.`,
    { cause },
  )

export const sessionBroken = (step: Step, reason: string, cause?: unknown): ReaderError =>
  new ReaderError(
    { code: 'CHIP_SESSION_BROKEN', step, reason },
    `An answer was not protected by the keys of the session (${step}: ${reason}). Nothing of it was used. ` +
      'Lay the card on the reader again.',
    { cause },
  )

export const paceFailed = (reason: string, cause?: unknown): ReaderError =>
  new ReaderError(
    { code: 'CHIP_PACE_FAILED', reason },
    `The card did not prove that it knows its card access number (${reason}). Lay the card on the reader again.`,
    { cause },
  )

export const cardGone = (cause?: unknown): ReaderError =>
  new ReaderError(
    { code: 'CHIP_CARD_GONE' },
    'The card does not answer any more. Lay it on the reader and leave it there until it has been read.',
    { cause },
  )

export const tooSlow = (seconds: number): ReaderError =>
  new ReaderError(
    { code: 'CHIP_TOO_SLOW', seconds },
    `The chip was not read within ${seconds} seconds. Lay the card on the reader again, flat and still.`,
  )

export const tooLarge = (step: Step, bytes: number, limit: number): ReaderError =>
  new ReaderError(
    { code: 'CHIP_TOO_LARGE', step, bytes, limit },
    `The chip announces ${bytes} bytes (${step}), more than the ${limit} that a card can have there. Nothing was used.`,
  )

export const readerFailed = (reason: string, cause?: unknown): ReaderError =>
  new ReaderError(
    { code: 'CHIP_READER_FAILED', reason },
    `The card reader failed (${reason}). Unplug it, plug it in again, and try again.`,
    { cause },
  )

export const noCard = (): ReaderError =>
  new ReaderError({ code: 'CHIP_NO_CARD' }, 'There is no card on the reader. Lay the card on it and try again.')

export const simulationRefused = (): ReaderError =>
  new ReaderError(
    { code: 'CHIP_SIMULATED_REFUSED' },
    'A file can stand for a card only in a demo: its key can be copied. Use a card reader, or a demo (npm start -- --demo).',
  )
