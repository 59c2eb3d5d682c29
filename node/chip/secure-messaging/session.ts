/**
 * Secure messaging with AES (ICAO 9303-11 §9.8): every command and every answer after PACE is encrypted and has a MAC
 * over a counter that both sides keep, so that nothing can be read, changed, left out, repeated or taken from another
 * session. Whoever finds a message wrong must end the session: the counters do not agree any more.
 */
import { timingSafeEqual } from 'node:crypto'
import { concat, u16be } from '../../lib/bytes.ts'
import { wrongValue } from '../../lib/parse-error.ts'
import { type Command, EXTENDED_EXPECTED, SHORT_DATA, SHORT_EXPECTED } from '../iso7816/command.ts'
import { parseDataObjects } from '../iso7816/data-objects.ts'
import { CLA_PROTECTED } from '../iso7816/files.ts'
import type { Answer } from '../iso7816/response.ts'
import { AES_BLOCK, cmac, decryptCbc, encryptBlock, encryptCbc, padIso, unpadIso } from '../pace/cmac.ts'
import type { SessionKeys } from '../pace/key-agreement.ts'
import { type DataObject, tlv } from '../tlv.ts'

/** A cryptogram: of a command with an odd instruction, of every other one. The latter begins with how it is padded. */
const CRYPTOGRAM_ODD = 0x85
const CRYPTOGRAM = 0x87
const PADDED = Uint8Array.of(0x01)
const EXPECTED = 0x97
const STATUS = 0x99
const MAC = 0x8e
const MAC_LENGTH = 8

const NONE = new Uint8Array()

/** The bytes that protection adds to an answer with data, beside the padding of at most one block. */
const ANSWER_OVERHEAD = 4 + 1 + 4 + 2 + MAC_LENGTH

/** The most data that a protected answer of this length can carry: whole blocks, less one byte of padding. */
export const mostProtected = (answerLength: number): number =>
  Math.floor((answerLength - ANSWER_OVERHEAD) / AES_BLOCK) * AES_BLOCK - 1

/** Of one side. The reader protects commands and unprotects answers, the chip the other way round, in turns. */
export class SecureSession {
  readonly #counter = new Uint8Array(AES_BLOCK)

  constructor(private readonly keys: SessionKeys) {}

  protectCommand({ cla, ins, p1, p2, data, expected }: Command): Command {
    this.#count()
    const header = { cla: cla | CLA_PROTECTED, ins, p1, p2 }
    const objects = concat(this.#encrypted(data, ins), expected === 0 ? NONE : tlv(EXPECTED, lengthOf(expected)))
    const body = concat(objects, tlv(MAC, this.#mac(padIso(headerOf(header)), objects)))
    const short = body.length <= SHORT_DATA && expected <= SHORT_EXPECTED
    return { ...header, data: body, expected: short ? SHORT_EXPECTED : EXTENDED_EXPECTED }
  }

  /** @throws {ParseError} unless the answer is protected, whole, and the one to the last command */
  unprotectAnswer({ data, status }: Answer): Answer {
    this.#count()
    const objects = parseDataObjects(data)
    const cryptogram = isCryptogram(objects[0]) ? objects.shift() : undefined
    const [word, mac, ...more] = objects
    if (word?.tag !== STATUS || word.value.length !== 2 || mac?.tag !== MAC || more.length > 0) {
      throw wrongValue('a protected answer', 'a data object is missing or not expected')
    }
    this.#check(mac, cryptogram?.element ?? NONE, word.element)
    if (status !== (((word.value[0] as number) << 8) | (word.value[1] as number))) {
      throw wrongValue('a protected answer', 'it has two status words')
    }
    return { data: this.#decrypted(cryptogram), status }
  }

  /** @throws {ParseError} unless the command is protected, whole, and the one after the last answer */
  unprotectCommand({ cla, ins, p1, p2, data }: Command): Command {
    this.#count()
    const objects = parseDataObjects(data)
    const cryptogram = isCryptogram(objects[0]) ? objects.shift() : undefined
    const length = objects[0]?.tag === EXPECTED ? objects.shift() : undefined
    const [mac, ...more] = objects
    if (mac?.tag !== MAC || more.length > 0) {
      throw wrongValue('a protected command', 'a data object is missing or not expected')
    }
    this.#check(
      mac,
      padIso(headerOf({ cla, ins, p1, p2 })),
      concat(cryptogram?.element ?? NONE, length?.element ?? NONE),
    )
    return { cla: cla & ~CLA_PROTECTED, ins, p1, p2, data: this.#decrypted(cryptogram), expected: expectedOf(length) }
  }

  /** @param ins the instruction that is answered */
  protectAnswer({ data, status }: Answer, ins: number): Answer {
    this.#count()
    const objects = concat(this.#encrypted(data, ins), tlv(STATUS, u16be(status)))
    return { data: concat(objects, tlv(MAC, this.#mac(objects))), status }
  }

  #encrypted(data: Uint8Array, ins: number): Uint8Array {
    if (data.length === 0) return NONE
    const encrypted = encryptCbc(this.keys.encryption, this.#iv(), padIso(data))
    return ins & 1 ? tlv(CRYPTOGRAM_ODD, encrypted) : tlv(CRYPTOGRAM, PADDED, encrypted)
  }

  /** Only after the MAC was checked. */
  #decrypted(cryptogram: DataObject | undefined): Uint8Array {
    if (cryptogram === undefined) return NONE
    const indicated = cryptogram.tag === CRYPTOGRAM
    if (indicated && cryptogram.value[0] !== PADDED[0]) throw wrongValue('a cryptogram', 'its padding is unknown')
    const encrypted = cryptogram.value.subarray(indicated ? 1 : 0)
    if (encrypted.length === 0 || encrypted.length % AES_BLOCK !== 0) {
      throw wrongValue('a cryptogram', 'not whole blocks')
    }
    const data = unpadIso(decryptCbc(this.keys.encryption, this.#iv(), encrypted))
    if (data === undefined) throw wrongValue('a cryptogram', 'it is not padded')
    return data
  }

  #iv(): Uint8Array {
    return encryptBlock(this.keys.encryption, this.#counter)
  }

  #mac(...parts: readonly Uint8Array[]): Uint8Array {
    return cmac(this.keys.mac, padIso(concat(this.#counter, ...parts))).slice(0, MAC_LENGTH)
  }

  #check({ value }: DataObject, ...parts: readonly Uint8Array[]): void {
    if (value.length !== MAC_LENGTH || !timingSafeEqual(value, this.#mac(...parts))) {
      throw wrongValue('a protected message', 'its MAC is wrong')
    }
  }

  #count(): void {
    for (let i = AES_BLOCK - 1; i >= 0; i--) {
      const byte = ((this.#counter[i] as number) + 1) & 0xff
      this.#counter[i] = byte
      if (byte !== 0) return
    }
  }
}

const isCryptogram = (object: DataObject | undefined): boolean =>
  object?.tag === CRYPTOGRAM || object?.tag === CRYPTOGRAM_ODD

const headerOf = ({ cla, ins, p1, p2 }: Pick<Command, 'cla' | 'ins' | 'p1' | 'p2'>): Uint8Array =>
  Uint8Array.of(cla, ins, p1, p2)

const lengthOf = (expected: number): Uint8Array =>
  expected > SHORT_EXPECTED ? u16be(expected & 0xffff) : Uint8Array.of(expected & 0xff)

function expectedOf(length: DataObject | undefined): number {
  if (length === undefined) return 0
  const [first = 0, second] = length.value
  if (length.value.length === 1) return first || SHORT_EXPECTED
  if (length.value.length !== 2 || second === undefined) throw wrongValue('a protected command', 'its expected length')
  return (first << 8) | second || EXTENDED_EXPECTED
}
