/**
 * Commands to a chip and its answers. It fetches what waits in the chip (61xx), repeats a command with the length that
 * the chip wants (6Cxx), and sees that no answer is cut, longer than asked for, endless or late.
 */
import { concatAll } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { type Command, command, EXTENDED_EXPECTED, encodeCommand, SHORT_EXPECTED } from '../iso7816/command.ts'
import { CLA_PROTECTED, Ins } from '../iso7816/files.ts'
import { type Answer, moreData, parseAnswer, rightLength, Status } from '../iso7816/response.ts'
import type { SecureSession } from '../secure-messaging/session.ts'
import type { CardReader } from './card-reader.ts'
import { answerInvalid, cardGone, commandRefused, type Step, sessionBroken } from './errors.ts'

/** Whatever sends commands: the plain channel, or the protected one after PACE. */
export interface Channel {
  /** @throws {ReaderError} */
  send(command: Command, step: Step): Promise<Answer>
}

/** Protection of the longest answer of all, as much as is asked for. */
const MOST = EXTENDED_EXPECTED + 64
/** With 256 bytes each, the longest answer takes fewer. */
const MOST_PARTS = 300

export class PlainChannel implements Channel {
  /**
   * @param answerWithin milliseconds that the chip has for one answer
   * @param signal ends the waiting; its reason is thrown
   */
  constructor(
    private readonly reader: CardReader,
    private readonly answerWithin: number,
    private readonly signal: AbortSignal,
  ) {}

  async send(given: Command, step: Step): Promise<Answer> {
    const first = await this.#exchange(given, step)
    const answer = rightLength(first.status) ? await this.#repeat(given, first, step) : first
    return moreData(answer.status) ? this.#fetchRest(answer, given, step) : answer
  }

  async #repeat(given: Command, { data, status }: Answer, step: Step): Promise<Answer> {
    if (data.length > 0) throw answerInvalid(step, 'data beside a request for another length')
    const expected = status & 0xff || SHORT_EXPECTED
    const answer = await this.#exchange({ ...given, expected }, step)
    if (rightLength(answer.status)) throw answerInvalid(step, 'it asks for another length again')
    return answer
  }

  async #fetchRest(first: Answer, given: Command, step: Step): Promise<Answer> {
    const parts = [first.data]
    let length = first.data.length
    let { status } = first
    const limit = isProtected(given) ? MOST : Math.max(given.expected, SHORT_EXPECTED)
    while (moreData(status)) {
      const expected = status & 0xff || SHORT_EXPECTED
      const next = await this.#exchange(command(Ins.getResponse, { expected }), step)
      if (next.data.length === 0 && moreData(next.status)) throw answerInvalid(step, 'more is announced, nothing comes')
      parts.push(next.data)
      length += next.data.length
      status = next.status
      if (length > limit || parts.length > MOST_PARTS) throw answerInvalid(step, 'it has no end')
    }
    return { data: concatAll(parts), status }
  }

  async #exchange(given: Command, step: Step): Promise<Answer> {
    this.signal.throwIfAborted()
    const bytes = await this.#within(this.reader.transmit(encodeCommand(given)))
    try {
      const answer = parseAnswer(bytes)
      if (answer.data.length > given.expected) throw answerInvalid(step, 'longer than asked for')
      return answer
    } catch (error) {
      throw error instanceof ParseError ? answerInvalid(step, 'no status word', error) : error
    }
  }

  /** A chip that does not answer must not keep the reader for ever. */
  #within<T>(answer: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const late = setTimeout(() => reject(cardGone()), this.answerWithin)
    const ended = () => reject(this.signal.reason)
    this.signal.addEventListener('abort', ended)
    answer.then(resolve, reject)
    return promise.finally(() => {
      clearTimeout(late)
      this.signal.removeEventListener('abort', ended)
    })
  }
}

const isProtected = ({ cla }: Command): boolean => (cla & CLA_PROTECTED) === CLA_PROTECTED

/** The channel after PACE. After the first wrong answer it sends nothing any more. */
export class ProtectedChannel implements Channel {
  #broken = false

  constructor(
    private readonly plain: Channel,
    private readonly session: SecureSession,
  ) {}

  async send(given: Command, step: Step): Promise<Answer> {
    if (this.#broken) throw sessionBroken(step, 'the session is over')
    this.#broken = true
    const answer = await this.plain.send(this.session.protectCommand(given), step)
    const unprotected = this.#unprotect(answer, step)
    if (unprotected.data.length > given.expected) throw answerInvalid(step, 'longer than asked for')
    this.#broken = false
    return unprotected
  }

  #unprotect(answer: Answer, step: Step): Answer {
    try {
      return this.session.unprotectAnswer(answer)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      const plain = answer.data.length === 0 && answer.status !== Status.done
      const word = answer.status.toString(16).padStart(4, '0')
      throw sessionBroken(step, plain ? `an unprotected status word, ${word}` : error.message, error)
    }
  }
}

/** The data of an answer with the status word 9000. @throws {ReaderError} CHIP_COMMAND_REFUSED */
export async function sendOrFail(channel: Channel, given: Command, step: Step): Promise<Uint8Array> {
  const { data, status } = await channel.send(given, step)
  if (status !== Status.done) throw commandRefused(step, status)
  return data
}
