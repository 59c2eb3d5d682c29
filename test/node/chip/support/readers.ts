import { expect } from 'chai'
import type { ChipReading } from '../../../../node/chip/image.ts'
import type { CardReader } from '../../../../node/chip/reader/card-reader.ts'
import type { ReadingJson } from '../../../../node/chip/reader/desk-api.ts'
import type { ReaderFailure } from '../../../../node/chip/reader/errors.ts'
import { fromBase64url } from '../../../../node/lib/bytes.ts'
import { failureOf as errorOf } from '../../../support/failure.ts'

export const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
export const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex').toUpperCase()

/** Answers with what the script says, and fails the test when it is sent something else. */
export class ScriptedCard implements CardReader {
  #at = 0

  constructor(private readonly script: readonly (readonly [command: string, answer: string])[]) {}

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    const [expected, answer] = this.script[this.#at++] ?? ['nothing', '']
    expect(hex(command)).to.equal(expected)
    return bytes(answer)
  }

  get isAtEnd(): boolean {
    return this.#at === this.script.length
  }

  async close(): Promise<void> {}
}

type Change = (answer: Uint8Array, command: Uint8Array, number: number) => Uint8Array | Promise<Uint8Array>

/** Between a reader and a card: it changes the answers, and counts the commands. */
export class Meddler implements CardReader {
  readonly commands: Uint8Array[] = []

  constructor(
    private readonly card: CardReader,
    private readonly change: Change = answer => answer,
  ) {}

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    this.commands.push(command)
    return this.change(await this.card.transmit(command), command, this.commands.length)
  }

  close(): Promise<void> {
    return this.card.close()
  }
}

/** Hands out these byte strings, one for each call. */
export function scriptedRandom(...values: readonly string[]): (length: number) => Uint8Array {
  const left = values.map(bytes)
  return length => {
    const next = left.shift()
    expect(next?.length).to.equal(length)
    return next as Uint8Array
  }
}

/** The facts and the message of the coded error with which a promise rejects. */
export async function failureOf(promise: Promise<unknown>): Promise<Partial<ReaderFailure> & { message: string }> {
  const error = await errorOf(promise)
  if (error.detail === undefined) throw error
  return { ...error.detail, message: error.message }
}

/** What the reader program sent. */
export function readingFromJson(json: ReadingJson): ChipReading {
  const groups = Object.entries(json.data_groups).flatMap(([number, file]) =>
    file === undefined ? [] : [[Number(number), fromBase64url(file)] as const],
  )
  return {
    securityObject: fromBase64url(json.security_object),
    dataGroups: new Map(groups),
    activeAuthentication: fromBase64url(json.active_authentication),
  }
}
