/**
 * A chip in software, for demos and tests: it answers APDUs as the chip of a document does. Before PACE it shows only the
 * files for everybody; after it, it answers protected commands only, and the first command that is not protected or not
 * correctly ends the session. It is no secure element: its key lies in a file. Outside a demo it is refused by
 * those who open one (reader/image-device.ts).
 */
import { ParseError } from '../../lib/parse-error.ts'
import type { Random } from '../../lib/random.ts'
import { signChallenge } from '../document/sign-challenge.ts'
import type { ChipImage } from '../image.ts'
import { type Command, type ParsedCommand, parseCommand, SHORT_EXPECTED } from '../iso7816/command.ts'
import { CLA_CHAINED, CLA_PROTECTED, Ins } from '../iso7816/files.ts'
import { type Answer, encodeAnswer, Status, withoutData } from '../iso7816/response.ts'
import { type PaceInfo, parseCardAccess } from '../pace/algorithms.ts'
import type { CardReader } from '../reader/card-reader.ts'
import type { SecureSession } from '../secure-messaging/session.ts'
import { cardAccessOf, FileSystem } from './file-system.ts'
import { beginPace, type PaceChip } from './pace-chip.ts'

export interface SoftwareCardOptions {
  /** Whether it takes commands and gives answers of more than 256 bytes. Otherwise the rest waits for GET RESPONSE. */
  readonly extendedLength?: boolean
  /** How many wrong card access numbers in a row it accepts before it accepts none any more. */
  readonly tries?: number
}

const CHALLENGE_LENGTH = 8
const TRIES = 10

export class SoftwareCard implements CardReader {
  readonly #extendedLength: boolean
  readonly #files: FileSystem
  readonly #offered: readonly PaceInfo[]
  readonly #allTries: number
  /** Survives a reset, as it does in a chip, but not the end of the process. */
  #tries: number
  #pace: PaceChip | undefined
  #session: SecureSession | undefined
  /** What did not fit into the last answer. */
  #waiting: Uint8Array = new Uint8Array()

  constructor(
    private readonly image: ChipImage,
    private readonly random: Random,
    { extendedLength = true, tries = TRIES }: SoftwareCardOptions = {},
  ) {
    this.#extendedLength = extendedLength
    this.#files = new FileSystem(image, extendedLength)
    this.#offered = parseCardAccess(cardAccessOf(image))
    this.#tries = tries
    this.#allTries = tries
  }

  async transmit(bytes: Uint8Array): Promise<Uint8Array> {
    return encodeAnswer(this.#answer(bytes))
  }

  /** As when the card is taken out of the field. */
  async close(): Promise<void> {
    this.#files.reset()
    this.#pace = undefined
    this.#session = undefined
    this.#waiting = new Uint8Array()
  }

  #answer(bytes: Uint8Array): Answer {
    let given: ParsedCommand
    try {
      given = parseCommand(bytes)
    } catch (error) {
      if (error instanceof ParseError) return withoutData(Status.wrongLength)
      throw error
    }
    if (given.extended && !this.#extendedLength) return withoutData(Status.wrongLength)
    if ((given.cla & ~(CLA_CHAINED | CLA_PROTECTED)) !== 0) return withoutData(Status.classUnknown)
    if (given.ins === Ins.getResponse) return this.#rest(given.expected)
    this.#waiting = new Uint8Array()
    return this.#whatFits(this.#handle(given), given)
  }

  /** The beginning of a long answer, unless the command allows all of it. */
  #whatFits(answer: Answer, { extended, expected }: ParsedCommand): Answer {
    const fits = extended ? expected : SHORT_EXPECTED
    if (answer.data.length <= fits) return answer
    this.#waiting = encodeAnswer(answer)
    return this.#rest(SHORT_EXPECTED)
  }

  /** The next part of a long answer. The last part has its status word. */
  #rest(expected: number): Answer {
    const left = this.#waiting.length - 2
    if (left <= 0) return withoutData(Status.conditionsNotSatisfied)
    const data = this.#waiting.slice(0, Math.min(left, expected || SHORT_EXPECTED))
    this.#waiting = this.#waiting.slice(data.length)
    if (this.#waiting.length > 2) return { data, status: 0x6100 | (Math.min(this.#waiting.length - 2, 256) & 0xff) }
    const [high = 0, low = 0] = this.#waiting
    this.#waiting = new Uint8Array()
    return { data, status: (high << 8) | low }
  }

  #handle(given: ParsedCommand): Answer {
    const isProtected = (given.cla & CLA_PROTECTED) === CLA_PROTECTED
    const session = this.#session
    if (session === undefined) {
      return isProtected ? withoutData(Status.secureMessagingNotSupported) : this.#plain(given)
    }
    if (!isProtected) {
      // ICAO 9303-11 §9.8.1: an unprotected command ends the session. It is answered as before PACE.
      this.#endSession()
      return this.#plain(given)
    }
    try {
      const command = session.unprotectCommand(given)
      return session.protectAnswer(this.#opened(command), command.ins)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      this.#endSession()
      return withoutData(Status.protectionWrong)
    }
  }

  #endSession(): void {
    this.#session = undefined
    this.#files.reset()
  }

  /** A command before PACE, or of it. */
  #plain({ cla, ...command }: ParsedCommand): Answer {
    const isChained = (cla & CLA_CHAINED) !== 0
    switch (command.ins) {
      case Ins.manageSecurityEnvironment:
        return this.#setAt({ cla, ...command })
      case Ins.generalAuthenticate:
        return this.#authenticate(command.data)
      default:
        if (isChained) return withoutData(Status.chainNotSupported)
        return command.ins === Ins.internalAuthenticate
          ? withoutData(Status.securityNotSatisfied)
          : this.#files.handle({ cla, ...command }, false)
    }
  }

  #setAt({ p1, p2, data }: Command): Answer {
    this.#pace = undefined
    if (p1 !== 0xc1 || p2 !== 0xa4) return withoutData(Status.wrongParameters)
    if (this.#tries === 0) return withoutData(Status.blocked)
    const begun = beginPace(data, this.#offered, this.image.cardAccessNumber, this.random)
    if (typeof begun === 'number') return withoutData(begun)
    this.#pace = begun
    return withoutData(Status.done)
  }

  #authenticate(data: Uint8Array): Answer {
    const pace = this.#pace
    if (pace === undefined) return withoutData(Status.conditionsNotSatisfied)
    const { answer, session, wrongNumber } = pace.authenticate(data)
    if (answer.status !== Status.done || session !== undefined) this.#pace = undefined
    if (wrongNumber) {
      this.#tries -= 1
      return withoutData(0x63c0 | Math.min(this.#tries, 15))
    }
    if (session !== undefined) {
      this.#tries = this.#allTries
      this.#session = session
    }
    return answer
  }

  /** A command whose protection was right. */
  #opened(command: Command): Answer {
    if (command.ins !== Ins.internalAuthenticate) return this.#files.handle(command, true)
    if (command.data.length !== CHALLENGE_LENGTH) return withoutData(Status.wrongLength)
    return { data: signChallenge(this.image.activeAuthenticationKey, command.data, this.random), status: Status.done }
  }
}
