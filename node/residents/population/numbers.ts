/**
 * Generates well-formed personal numbers that belong to nobody. Until October 2020 the serial began with a region code and
 * ended with a checksum. The generated numbers have region 99, which no office ever had, and a wrong checksum. Numbers
 * assigned since then are random, so a collision with one of them is unlikely but possible. Therefore the address and the
 * portrait are marked as fictitious too.
 */
import type { ResidentFacts } from '../../credential/subject.ts'

const REGION = '99'
const WEIGHTS = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]
/** A thousand numbers in the region, with nine wrong checksums each. */
const PER_CELL = 9000
const DAY_MS = 86_400_000

/** The first numbers of each birthdate and sex, which only the population that begins at 0 uses: that of the demo. */
const RESERVED = 100

/**
 * Generates numbers for a birthdate and sex without repetition. The memory used does not grow with the population.
 * Populations with different starts rarely have a number in common, and never one with the first hundred numbers of the
 * population that starts at 0.
 */
export class FictitiousNumbers {
  readonly #given = new Map<string, number>()

  /** @param start where in the order of numbers the population begins */
  constructor(private readonly start = 0) {}

  /** @returns undefined if all numbers of this birthdate and sex are used */
  next(birthdate: string, sex: ResidentFacts['sex'], kind: 'national' | 'foreigner' = 'national'): string | undefined {
    const cell = `${birthdate}${sex}${kind}`
    const given = this.#given.get(cell) ?? 0
    if (given >= (this.start === 0 ? PER_CELL : PER_CELL - RESERVED)) return undefined
    this.#given.set(cell, given + 1)
    // The step has no common factor with 9,000, so it visits each number once, in an irregular order.
    const serial = (Date.parse(birthdate) / DAY_MS + 9001 * 9000 + this.#position(given) * 4001) % PER_CELL
    const digit = (birthdate < '2000' ? 1 : 3) + (sex === 'F' ? 1 : 0) + (kind === 'foreigner' ? 4 : 0)
    const body = `${birthdate.slice(2).replaceAll('-', '')}${digit}${REGION}${String(serial % 1000).padStart(3, '0')}`
    const wrong = (checkDigit(body) + 1 + Math.floor(serial / 1000)) % 10
    return `${body.slice(0, 6)}-${body.slice(6)}${wrong}`
  }

  #position(given: number): number {
    return this.start === 0 ? given : RESERVED + ((this.start + given) % (PER_CELL - RESERVED))
  }
}

/** The checksum of the first twelve digits, as it was computed until October 2020. */
export function checkDigit(body: string): number {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  return (11 - (sum % 11)) % 10
}
