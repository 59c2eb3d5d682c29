/** Searches bytes for personal values, in all encodings in which they could leak. */
import type { ResidentFacts } from '../../../node/credential/subject.ts'

export interface Needle {
  /** The kind of value and its encoding, without the value. */
  readonly what: string
  readonly bytes: Buffer
}

/** Shorter values occur in ciphertext by chance. */
const SHORTEST = 6

export function needlesOf(residents: readonly ResidentFacts[]): Needle[] {
  return residents.flatMap((person, i) => {
    const values: Record<string, string | Uint8Array | undefined> = {
      name: person.familyName + person.givenName,
      given_name: person.givenName,
      number: person.personalNumber,
      'number without hyphen': person.personalNumber.replace('-', ''),
      birthdate: person.birthdate,
      address: person.address,
      'end of address': person.address.split(' ').slice(-3).join(' '),
      licence: person.licence?.number,
      veteran: person.veteran?.number,
      'licence without hyphens': person.licence?.number.replaceAll('-', ''),
      // The first bytes are the same in every PNG.
      portrait: person.portrait.subarray(person.portrait.length - 60, person.portrait.length - 30),
    }
    return Object.entries(values).flatMap(([what, value]) =>
      value === undefined
        ? []
        : writings(value).map(([how, bytes]) => ({ what: `${what} of person ${i} in ${how}`, bytes })),
    )
  })
}

/** @returns what was found, without the values */
export function search(haystack: Uint8Array, needles: readonly Needle[]): string[] {
  const bytes = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.byteLength)
  return needles.filter(needle => bytes.includes(needle.bytes)).map(({ what }) => what)
}

function writings(value: string | Uint8Array): [string, Buffer][] {
  const utf8 = Buffer.from(value as string)
  const found: [string, Buffer][] = [
    ['raw bytes', utf8],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['HEX', Buffer.from(utf8.toString('hex').toUpperCase())],
  ]
  for (const offset of [0, 1, 2]) {
    const text = insideOf(utf8, offset)
    found.push([`base64 at ${offset}`, Buffer.from(text)])
    found.push([`base64url at ${offset}`, Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))])
  }
  if (typeof value === 'string') {
    const utf16 = Buffer.from(value, 'utf16le')
    found.push(['UTF-16LE', utf16], ['UTF-16BE', Buffer.from(utf16).swap16()])
    found.push(['percent', Buffer.from(encodeURIComponent(value))])
    found.push([
      'JSON escapes',
      Buffer.from(value.replace(/[^ -~]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)),
    ])
  }
  return found.filter(([, bytes]) => bytes.length >= SHORTEST)
}

/** The base64 characters that depend on these bytes alone when `offset` (mod 3) bytes precede them. */
function insideOf(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replaceAll('=', '')
  const first = [0, 2, 3][offset] as number
  const whole = Math.floor(((offset + bytes.length) * 8) / 6)
  return text.slice(first, whole)
}
