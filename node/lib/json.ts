/**
 * JSON as this project accepts it (RFC 8259, restricted). A text that two readers could understand differently is
 * refused: duplicate members, numbers that are not integers or that a double cannot hold exactly, lone surrogates,
 * `__proto__`, and anything beyond the limits of length and depth. A value that passes therefore means the same to
 * every other strict reader. A text that nobody hashes may contain any numbers (`numbers: 'any'`), since wallets write
 * fractions of seconds into times.
 * Why: docs/decisions/030.
 */
import { wrongJson } from './parse-error.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue
}

export interface JsonLimits {
  /** UTF-16 units of the text; default 1,048,576. */
  readonly maxLength?: number
  /** How deep objects and arrays may be nested; default 16. */
  readonly maxDepth?: number
  /** `any`: any number, rounded to a double; `exact` (default): integers that a double holds exactly. */
  readonly numbers?: 'exact' | 'any'
}

/**
 * The error names the reason and the position. It repeats nothing of the text, which may be personal data.
 * @throws {ParseError} PARSE_JSON
 */
export function parseJson(text: string, limits: JsonLimits = {}): JsonValue {
  return new Reader(text, limits.maxLength ?? 1_048_576, limits.maxDepth ?? 16, limits.numbers === 'any').read()
}

/** @throws {ParseError} PARSE_JSON, also if the value is not an object */
export function parseJsonObject(text: string, limits?: JsonLimits): JsonObject {
  const value = parseJson(text, limits)
  if (!isJsonObject(value)) throw wrongJson('not an object', 0)
  return value
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const COLON = 0x3a
const BACKSLASH = 0x5c
const ESCAPES: { readonly [letter: string]: string } = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
/** RFC 8259 §6. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 forbids exactly these inside a string
const SPECIAL = /[\\\u0000-\u001f]/

class Reader {
  private at = 0
  /** Whether the text contains no escape and no control character. A string is then the text between two quotes. */
  private readonly plain: boolean

  constructor(
    private readonly text: string,
    maxLength: number,
    private readonly maxDepth: number,
    private readonly anyNumber: boolean,
  ) {
    if (text.length > maxLength) this.fail('longer than allowed')
    if (!text.isWellFormed()) this.fail('a lone surrogate')
    this.plain = !SPECIAL.test(text)
  }

  read(): JsonValue {
    const value = this.value(0)
    this.space()
    if (this.at !== this.text.length) this.fail('more text after the value')
    return value
  }

  private value(depth: number): JsonValue {
    const code = this.space()
    switch (code) {
      case QUOTE:
        this.at++
        return this.string()
      case 0x7b: // {
        return this.object(depth + 1)
      case 0x5b: // [
        return this.array(depth + 1)
      case 0x74:
        return this.word('true', true)
      case 0x66:
        return this.word('false', false)
      case 0x6e:
        return this.word('null', null)
      default:
        return this.anyNumber ? this.number() : this.integer(code)
    }
  }

  private object(depth: number): JsonObject {
    if (depth > this.maxDepth) this.fail('nested deeper than allowed')
    const object: { [name: string]: JsonValue } = {}
    this.at++
    if (this.space() === 0x7d) {
      this.at++
      return object
    }
    for (;;) {
      if (this.space() !== QUOTE) this.fail('a member name expected')
      const position = this.at++
      const name = this.string()
      if (name === '__proto__') this.fail('a forbidden member name', position)
      if (Object.hasOwn(object, name)) this.fail('a duplicate member', position)
      if (this.space() !== COLON) this.fail('a colon expected')
      this.at++
      object[name] = this.value(depth)
      const next = this.space()
      this.at++
      if (next === 0x7d) return object
      if (next !== COMMA) this.fail('a comma or the end of the object expected', this.at - 1)
    }
  }

  private array(depth: number): JsonValue[] {
    if (depth > this.maxDepth) this.fail('nested deeper than allowed')
    const array: JsonValue[] = []
    this.at++
    if (this.space() === 0x5d) {
      this.at++
      return array
    }
    for (;;) {
      array.push(this.value(depth))
      const next = this.space()
      this.at++
      if (next === 0x5d) return array
      if (next !== COMMA) this.fail('a comma or the end of the array expected', this.at - 1)
    }
  }

  private string(): string {
    const end = this.text.indexOf('"', this.at)
    if (end < 0) this.fail('an unfinished string')
    const raw = this.text.slice(this.at, end)
    if (!this.plain && SPECIAL.test(raw)) return this.escapedString()
    this.at = end + 1
    return raw
  }

  private escapedString(): string {
    const start = this.at
    let value = ''
    let from = this.at
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code === QUOTE) break
      if (Number.isNaN(code)) this.fail('an unfinished string')
      if (code < 0x20) this.fail('a control character')
      if (code !== BACKSLASH) {
        this.at++
        continue
      }
      value += this.text.slice(from, this.at) + this.escape()
      from = this.at
    }
    value += this.text.slice(from, this.at)
    this.at++
    if (!value.isWellFormed()) this.fail('a lone surrogate', start)
    return value
  }

  /** `at` is the position of the backslash before the call, and the position after the escape afterwards. */
  private escape(): string {
    const letter = this.text.charAt(this.at + 1)
    if (letter === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail('an unknown escape')
      this.at += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const value = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
    if (value === undefined) return this.fail('an unknown escape')
    this.at += 2
    return value
  }

  private integer(first: number): number {
    const start = this.at
    const negative = first === MINUS
    if (negative) this.at++
    let value = 0
    const digits = this.at
    for (;;) {
      const digit = this.text.charCodeAt(this.at) - 0x30
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
      if (value > Number.MAX_SAFE_INTEGER) this.fail('an integer beyond 2^53 - 1', start)
      this.at++
    }
    const count = this.at - digits
    if (count === 0) this.fail('a value expected', start)
    if (count > 1 && this.text.charCodeAt(digits) === 0x30) this.fail('a leading zero', start)
    if (negative && value === 0) this.fail('a negative zero', start)
    const next = this.text.charAt(this.at)
    if (next === '.' || next === 'e' || next === 'E') this.fail('a number that is not an integer', start)
    return negative ? -value : value
  }

  private number(): number {
    NUMBER.lastIndex = this.at
    const [found] = NUMBER.exec(this.text) ?? []
    if (found === undefined) return this.fail('a value expected')
    const value = Number(found)
    if (!Number.isFinite(value)) this.fail('a number too large')
    this.at += found.length
    return value
  }

  private word<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('a value expected')
    this.at += word.length
    return value
  }

  /** Skips white space. @returns the code of the next character, NaN at the end */
  private space(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      this.at++
    }
  }

  private fail(problem: string, position = this.at): never {
    throw wrongJson(problem, position)
  }
}
