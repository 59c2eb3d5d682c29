/** Answers SELECT and READ BINARY (ISO/IEC 7816-4 §11.2.2, §11.3.3) from the files of a chip's image. */
import { equalBytes, u16be } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { type ChipImage, FileId } from '../image.ts'
import { type Command, EXTENDED_EXPECTED, SHORT_EXPECTED } from '../iso7816/command.ts'
import { onlyDataObject } from '../iso7816/data-objects.ts'
import {
  ATR_INFO,
  CONTENT_TAG,
  EXTENDED_LENGTHS_TAG,
  Ins,
  LDS_APPLICATION,
  LENGTH_TAG,
  MASTER_FILE,
  OFFSET_TAG,
  PUBLIC_FILES,
  shortId,
} from '../iso7816/files.ts'
import { type Answer, Status, withoutData } from '../iso7816/response.ts'
import { tlv } from '../tlv.ts'

/** The longest command and answer that a card with extended length states. */
const EXTENDED_LENGTH = 0x1000

/** SELECT: by file identifier from the master file, by file identifier in the current directory, by application. */
const By = { identifier: 0x00, fileInDirectory: 0x02, application: 0x04 } as const

export class FileSystem {
  readonly #files: ReadonlyMap<number, Uint8Array>
  #inApplication = false
  #current: number | undefined

  constructor(image: ChipImage, extendedLength: boolean) {
    const length = tlv(LENGTH_TAG, u16be(EXTENDED_LENGTH))
    const atrInfo = tlv(EXTENDED_LENGTHS_TAG, length, length)
    this.#files = new Map([...image.files, ...(extendedLength ? [[ATR_INFO, atrInfo] as const] : [])])
  }

  /** As after a reset. */
  reset(): void {
    this.#inApplication = false
    this.#current = undefined
  }

  /** @param opened whether PACE succeeded; otherwise only the files for everybody exist */
  handle(command: Command, opened: boolean): Answer {
    switch (command.ins) {
      case Ins.select:
        return withoutData(this.#select(command, opened))
      case Ins.readBinary:
        return this.#readBinary(command, opened)
      case Ins.readBinaryAt:
        return this.#readBinaryAt(command, opened)
      default:
        return withoutData(Status.instructionUnknown)
    }
  }

  #select({ p1, data }: Command, opened: boolean): number {
    if (p1 === By.application) {
      if (!equalBytes(data, LDS_APPLICATION)) return Status.notFound
      if (!opened) return Status.securityNotSatisfied
      this.#inApplication = true
      this.#current = undefined
      return Status.done
    }
    if (p1 !== By.identifier && p1 !== By.fileInDirectory) return Status.wrongParameters
    const [high, low] = data
    if (data.length !== 2 || high === undefined || low === undefined) return Status.wrongData
    const file = (high << 8) | low
    if (p1 === By.identifier && file === MASTER_FILE) {
      this.reset()
      return Status.done
    }
    const status = this.#access(file, opened)
    if (status === Status.done) this.#current = file
    return status
  }

  #access(file: number, opened: boolean): number {
    const isPublic = PUBLIC_FILES.includes(file)
    if (!isPublic && !opened) return Status.securityNotSatisfied
    return isPublic !== this.#inApplication && this.#files.has(file) ? Status.done : Status.notFound
  }

  /** A short identifier means another file in the master file than in the application. */
  #bySfi(sfi: number): number | undefined {
    return [...this.#files.keys()].find(
      file => shortId(file) === sfi && PUBLIC_FILES.includes(file) !== this.#inApplication,
    )
  }

  #readBinary({ p1, p2, expected }: Command, opened: boolean): Answer {
    if ((p1 & 0x80) === 0) return this.#content(this.#current, (p1 << 8) | p2, expected, opened)
    if ((p1 & 0x60) !== 0) return withoutData(Status.wrongParameters)
    const file = this.#bySfi(p1 & 0x1f)
    if (file === undefined) return withoutData(opened ? Status.notFound : Status.securityNotSatisfied)
    this.#current = file
    return this.#content(file, p2, expected, opened)
  }

  #readBinaryAt({ p1, p2, data, expected }: Command, opened: boolean): Answer {
    if (p1 !== 0 || p2 !== 0) return withoutData(Status.wrongParameters)
    const at = offsetIn(data)
    if (at === undefined) return withoutData(Status.wrongData)
    const room = Math.max(0, expected - CONTENT_HEADER)
    const { data: content, status } = this.#content(this.#current, at, room, opened)
    return { data: content.length === 0 ? content : tlv(CONTENT_TAG, content), status }
  }

  #content(file: number | undefined, at: number, expected: number, opened: boolean): Answer {
    if (file === undefined) return withoutData(Status.noCurrentFile)
    const access = this.#access(file, opened)
    if (access !== Status.done) return withoutData(access)
    const bytes = this.#files.get(file) ?? new Uint8Array()
    if (expected === 0) return withoutData(Status.wrongLength)
    if (at >= bytes.length) return withoutData(Status.outsideFile)
    const data = bytes.slice(at, at + expected)
    const asManyAsThereAre = expected === SHORT_EXPECTED || expected === EXTENDED_EXPECTED
    return { data, status: data.length < expected && !asManyAsThereAre ? Status.endOfFile : Status.done }
  }
}

const CONTENT_HEADER = 4

function offsetIn(data: Uint8Array): number | undefined {
  try {
    const offset = onlyDataObject(data, OFFSET_TAG)
    return offset.length > 3 ? undefined : offset.reduce((value, byte) => value * 256 + byte, 0)
  } catch (error) {
    if (error instanceof ParseError) return undefined
    throw error
  }
}

/** The file in which a chip says how it is opened. */
export const cardAccessOf = ({ files }: ChipImage): Uint8Array => files.get(FileId.CARD_ACCESS) ?? new Uint8Array()
