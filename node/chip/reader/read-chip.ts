/**
 * Reads the chip of an identity card, as far as the issuer needs it: PACE with the card access number, the security
 * object and five data groups, and the chip's answer to a challenge. It judges none of them: whether the document is
 * genuine and the chip no copy is decided by who sent the challenge (chip/document).
 */
import { utf8 } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import { parseCom } from '../document/com.ts'
import { type ChipReading, DataGroup, dataGroupFile, FileId, MAX_FILE } from '../image.ts'
import { command, SHORT_EXPECTED } from '../iso7816/command.ts'
import { parseDataObjects } from '../iso7816/data-objects.ts'
import {
  ATR_INFO,
  EXTENDED_LENGTHS_TAG,
  Ins,
  LDS_APPLICATION,
  LENGTH_TAG,
  MASTER_FILE,
  shortId,
} from '../iso7816/files.ts'
import { Status } from '../iso7816/response.ts'
import { type PaceInfo, parseCardAccess } from '../pace/algorithms.ts'
import { mostProtected } from '../secure-messaging/session.ts'
import type { CardReader } from './card-reader.ts'
import { type Channel, PlainChannel, ProtectedChannel, sendOrFail } from './channel.ts'
import { CARD_ACCESS_NUMBER, CHALLENGE_LENGTH } from './desk-api.ts'
import { answerInvalid, ReaderError, tooLarge, tooSlow } from './errors.ts'
import { openFile, readFile, type WantedFile } from './files.ts'
import { establishPace } from './pace.ts'

export interface ReadChipOptions {
  /** Six digits. */
  readonly cardAccessNumber: string
  /** Eight bytes, from whoever will verify the chip's answer. */
  readonly challenge: Uint8Array
  readonly random: Random
  /** Bytes of files that were read, and of those that will be. */
  readonly onProgress?: (read: number, total: number) => void
  /** Milliseconds for one answer of the chip. */
  readonly answerWithin?: number
  /** Milliseconds for all of it. */
  readonly readWithin?: number
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** Without these there is nobody to recognise. */
const REQUIRED: readonly number[] = [DataGroup.MRZ, DataGroup.FACE]

/** The data groups that are read if the chip has them, and the most bytes of each. */
const LIMITS: ReadonlyMap<number, number> = new Map([
  [DataGroup.MRZ, 1024],
  [DataGroup.HOLDER, 8192],
  [DataGroup.SECURITY_INFOS, 8192],
  [DataGroup.ACTIVE_AUTHENTICATION, 4096],
  [DataGroup.FACE, MAX_FILE],
])
const CARD_ACCESS_LIMIT = 4096
const COM_LIMIT = 1024
const SOD_LIMIT = 16_384
const ALL_LIMIT = 100_000

/** More would only make the progress less even. */
const LONGEST_PART = 4096

/**
 * Closes nothing: the caller closes the reader, also after an error.
 * @throws {ReaderError} every code but those about devices
 */
export async function readChip(reader: CardReader, options: ReadChipOptions): Promise<ChipReading> {
  const { cardAccessNumber, challenge, random, onProgress, answerWithin = 5000, readWithin = 60_000 } = options
  if (!CARD_ACCESS_NUMBER.test(cardAccessNumber)) throw new TypeError('a card access number has six digits')
  if (challenge.length !== CHALLENGE_LENGTH) throw new TypeError('a challenge has eight bytes')
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(tooSlow(readWithin / 1000)), readWithin)
  try {
    const signal = options.signal === undefined ? late.signal : AbortSignal.any([late.signal, options.signal])
    const plain = new PlainChannel(reader, answerWithin, signal)
    const pace = await offeredPace(plain)
    const longest = await longestAnswer(plain)
    const session = await establishPace(plain, pace, { reference: 2, secret: utf8(cardAccessNumber) }, random)
    return await readDocument(new ProtectedChannel(plain, session), longest, challenge, onProgress)
  } finally {
    clearTimeout(timer)
  }
}

/** The best protocol that the chip offers in EF.CardAccess. */
async function offeredPace(channel: Channel): Promise<PaceInfo> {
  // After a reset the master file is selected. Chips that refuse to select it again exist, so the answer says nothing.
  await channel.send(
    command(Ins.select, { p2: 0x0c, data: Uint8Array.of(MASTER_FILE >> 8, MASTER_FILE & 0xff) }),
    'select the master file',
  )
  const step = 'read EF.CardAccess'
  const opened = await openFile(channel, { file: FileId.CARD_ACCESS, step, limit: CARD_ACCESS_LIMIT })
  const file = await readFile(channel, opened, SHORT_EXPECTED, () => undefined)
  const [best] = parsed(() => parseCardAccess(file), step)
  if (best !== undefined) return best
  const reason = 'no PACE with ECDH, generic mapping and AES on P-256 or brainpoolP256r1'
  throw new ReaderError(
    { code: 'CHIP_UNSUPPORTED', reason },
    `This program cannot read the chip: it offers ${reason}. Go to a counter with the card.`,
  )
}

/** How long an answer the chip can send (EF.ATR/INFO); 256 if it does not say. */
async function longestAnswer(channel: Channel): Promise<number> {
  const ask = command(Ins.readBinary, { p1: 0x80 | shortId(ATR_INFO), expected: SHORT_EXPECTED })
  const { data, status } = await channel.send(ask, 'read EF.ATR/INFO')
  if (status !== Status.done && status !== Status.endOfFile) return SHORT_EXPECTED
  try {
    const lengths = parseDataObjects(data).find(({ tag }) => tag === EXTENDED_LENGTHS_TAG)
    const [, answer] = lengths === undefined ? [] : parseDataObjects(lengths.value)
    if (answer?.tag !== LENGTH_TAG) return SHORT_EXPECTED
    // With its status word.
    const longest = answer.value.reduce((value, byte) => value * 256 + byte, 0) - 2
    return Math.min(Math.max(longest, SHORT_EXPECTED), LONGEST_PART)
  } catch (error) {
    if (error instanceof ParseError) return SHORT_EXPECTED
    throw error
  }
}

async function readDocument(
  channel: Channel,
  longest: number,
  challenge: Uint8Array,
  onProgress: ReadChipOptions['onProgress'],
): Promise<ChipReading> {
  const select = command(Ins.select, { p1: 0x04, p2: 0x0c, data: LDS_APPLICATION })
  await sendOrFail(channel, select, 'select the application')

  const most = mostProtected(longest)
  const numbers = await presentDataGroups(channel, most)
  const sod = await openFile(channel, { file: FileId.SECURITY_OBJECT, step: 'read EF.SOD', limit: SOD_LIMIT })
  const groups = []
  for (const number of numbers) groups.push({ number, file: await openFile(channel, wantedGroup(number)) })

  const total = groups.reduce((sum, { file }) => sum + file.length, sod.length)
  if (total > ALL_LIMIT) throw tooLarge('read EF.SOD', total, ALL_LIMIT)
  let read = 0
  const onBytes = (count: number) => {
    read += count
    onProgress?.(read, total)
  }
  const securityObject = await readFile(channel, sod, most, onBytes)
  const dataGroups = new Map<number, Uint8Array>()
  for (const { number, file } of groups) dataGroups.set(number, await readFile(channel, file, most, onBytes))

  const expected = longest > SHORT_EXPECTED ? most : SHORT_EXPECTED
  const authenticate = command(Ins.internalAuthenticate, { data: challenge, expected })
  const activeAuthentication = await sendOrFail(channel, authenticate, 'INTERNAL AUTHENTICATE')
  return { securityObject, dataGroups, activeAuthentication }
}

const wantedGroup = (number: number): WantedFile => ({
  file: dataGroupFile(number),
  step: `read DG${number}`,
  limit: LIMITS.get(number) ?? 0,
})

/** Those that EF.COM lists, in the order in which they are read. @throws {ChipError} CHIP_DOCUMENT_MALFORMED */
async function presentDataGroups(channel: Channel, most: number): Promise<readonly number[]> {
  const step = 'read EF.COM'
  const opened = await openFile(channel, { file: FileId.COM, step, limit: COM_LIMIT })
  const listed = new Set(parseCom(await readFile(channel, opened, most, () => undefined)))
  if (!REQUIRED.every(number => listed.has(number))) throw answerInvalid(step, 'it lists no DG1 or no DG2')
  return [...LIMITS.keys()].filter(number => listed.has(number))
}

function parsed<T>(parse: () => T, step: Parameters<typeof answerInvalid>[0]): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof ParseError ? answerInvalid(step, error.message, error) : error
  }
}
