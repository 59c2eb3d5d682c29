/** Reads the files of a chip: the first bytes of each say how long it is, and nothing is read beyond that. */
import { concatAll, u16be } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { type Command, command } from '../iso7816/command.ts'
import { FILE_START, fileLength, onlyDataObject } from '../iso7816/data-objects.ts'
import { CONTENT_TAG, FILE_TAGS, Ins, MAX_SHORT_OFFSET, OFFSET_TAG, shortId } from '../iso7816/files.ts'
import { Status } from '../iso7816/response.ts'
import { tlv } from '../tlv.ts'
import { type Channel, sendOrFail } from './channel.ts'
import { answerInvalid, commandRefused, type Step, tooLarge } from './errors.ts'

/** A file that is read, and what the reader accepts there. */
export interface WantedFile {
  readonly file: number
  readonly step: Step
  /** The most bytes of the whole file. */
  readonly limit: number
}

/** A file whose length is known. */
export interface OpenedFile extends WantedFile {
  readonly start: Uint8Array
  readonly length: number
}

/** Tag and length around what READ BINARY with an odd instruction answers. */
const CONTENT_HEADER = 4

/** READ BINARY with a short file identifier, which makes the file the current one. */
const readBySfi = (file: number, offset: number, expected: number): Command =>
  command(Ins.readBinary, { p1: 0x80 | shortId(file), p2: offset, expected })

/** @throws {ReaderError} CHIP_COMMAND_REFUSED, CHIP_ANSWER_INVALID, CHIP_TOO_LARGE */
export async function openFile(channel: Channel, wanted: WantedFile): Promise<OpenedFile> {
  const { file, step, limit } = wanted
  const start = await sendOrFail(channel, readBySfi(file, 0, FILE_START), step)
  const length = fileLength(start, FILE_TAGS.get(file) ?? -1)
  if (length === undefined || length < FILE_START) throw answerInvalid(step, 'the file begins otherwise')
  if (length > limit) throw tooLarge(step, length, limit)
  return { ...wanted, start, length }
}

/**
 * The whole file.
 * @param most how many bytes an answer can carry
 * @param onBytes called with the number of bytes of each answer
 * @throws {ReaderError} CHIP_COMMAND_REFUSED, CHIP_ANSWER_INVALID
 */
export async function readFile(
  channel: Channel,
  { file, start, length, step }: OpenedFile,
  most: number,
  onBytes: (count: number) => void,
): Promise<Uint8Array> {
  const parts = [start]
  let at = start.length
  onBytes(at)
  for (let isCurrent = false; at < length; isCurrent = true) {
    const wanted = Math.min(length - at, most)
    const part = isCurrent
      ? await readAt(channel, at, wanted, most, step)
      : await sendRead(channel, readBySfi(file, at, wanted), step)
    if (part.length === 0) throw answerInvalid(step, 'the file ends before its length')
    parts.push(part)
    at += part.length
    onBytes(part.length)
  }
  return concatAll(parts)
}

async function readAt(channel: Channel, at: number, wanted: number, most: number, step: Step): Promise<Uint8Array> {
  if (at <= MAX_SHORT_OFFSET) {
    return sendRead(channel, command(Ins.readBinary, { p1: at >> 8, p2: at & 0xff, expected: wanted }), step)
  }
  const asked = Math.min(wanted, most - CONTENT_HEADER)
  const data = tlv(OFFSET_TAG, u16be(at))
  const answer = await sendRead(channel, command(Ins.readBinaryAt, { data, expected: asked + CONTENT_HEADER }), step)
  if (answer.length === 0) return answer
  try {
    const part = onlyDataObject(answer, CONTENT_TAG)
    if (part.length > asked) throw answerInvalid(step, 'longer than asked for')
    return part
  } catch (error) {
    throw error instanceof ParseError ? answerInvalid(step, error.message, error) : error
  }
}

/** An answer may be shorter than asked for: the caller sees it, and asks for the rest. */
async function sendRead(channel: Channel, given: Command, step: Step): Promise<Uint8Array> {
  const { data, status } = await channel.send(given, step)
  if (status !== Status.done && status !== Status.endOfFile) throw commandRefused(step, status)
  return data
}
