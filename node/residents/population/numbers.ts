/**
 * Personal numbers that are well-formed and nobody's. Until October 2020 the serial began with a region code and
 * ended with a checksum: ours have region 99, which was never given to any office, and a last digit that is always
 * wrong. Numbers given since then are random, so for them (children, and adults whose number was replaced) a clash
 * cannot be ruled out, only made unlikely: that is why name, address and portrait say "fictitious" as well.
 */
import type { ResidentFacts } from '../../credential/subject.ts'

const REGION = '99'
const WEIGHTS = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]
/** A thousand numbers in the region, nine wrong digits each. */
const PER_CELL = 9000
const DAY_MS = 86_400_000

/** Gives each birthdate and sex its numbers one by one: none twice, in memory that does not grow with the people. */
export class FictitiousNumbers {
  readonly #given = new Map<string, number>()

  /** @returns undefined when the birthdate has no number left for that sex */
  next(birthdate: string, sex: ResidentFacts['sex']): string | undefined {
    const cell = birthdate + sex
    const given = this.#given.get(cell) ?? 0
    if (given >= PER_CELL) return undefined
    this.#given.set(cell, given + 1)
    // A step without a factor in common with 9,000 visits each once, in no telling order.
    const serial = (Date.parse(birthdate) / DAY_MS + 9001 * 9000 + given * 4001) % PER_CELL
    const digit = (birthdate < '2000' ? 1 : 3) + (sex === 'F' ? 1 : 0)
    const body = `${birthdate.slice(2).replaceAll('-', '')}${digit}${REGION}${String(serial % 1000).padStart(3, '0')}`
    const wrong = (checkDigit(body) + 1 + Math.floor(serial / 1000)) % 10
    return `${body.slice(0, 6)}-${body.slice(6)}${wrong}`
  }
}

/** Of the first twelve digits, as it was computed until October 2020. */
export function checkDigit(body: string): number {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(body[i]), 0)
  return (11 - (sum % 11)) % 10
}
