/**
 * Generates invented residents for trials. Names, ages and places are distributed as in Korea, and each resident is marked
 * as fictitious: the address is in an imaginary street (가상), the portrait is a drawing with a SPECIMEN band, and the
 * personal number belongs to nobody (numbers.ts).
 * Why: docs/decisions/042.
 */
import { ageOn } from '../../credential/dates.ts'
import type { LicenceFacts, LicencePrivilege, ResidentFacts, VeteranFacts } from '../../credential/subject.ts'
import { familyName, givenName } from './names.ts'
import { FictitiousNumbers } from './numbers.ts'
import { residence } from './places.ts'
import { specimenPortrait } from './portrait/portrait.ts'
import { SeededRandom } from './seeded-random.ts'

export interface PopulationOptions {
  readonly count: number
  readonly seed: string
  /** YYYY-MM-DD: the last possible birthdate, and the day on which ages are computed. */
  readonly today: string
}

/** The population of the demo. */
export const DEMO_SEED = 'demo'

const DAY_MS = 86_400_000

/**
 * Yields the same residents for the same options. A longer population begins with the shorter one. Every twentieth
 * resident turns 17 in the year of `today`, which is the age for the first card.
 */
export function* fictitiousPopulation({ count, seed, today }: PopulationOptions): Iterable<ResidentFacts> {
  // The numbers of other populations are other ones, so importing them does not change the people of the demo.
  const start = seed === DEMO_SEED ? 0 : new SeededRandom(`${seed}/${today}/numbers`).between(1, 8_899)
  const numbers = new FictitiousNumbers(start)
  for (let i = 0; i < count; i++) {
    const random = new SeededRandom(`${seed}/${i}`)
    const sex = random.chance(0.5) ? 'M' : 'F'
    let birthdate: string
    let personalNumber: string | undefined
    do {
      birthdate = i % 20 === 4 ? seventeenThisYear(random, today) : anyBirthdate(random, today)
      personalNumber = numbers.next(birthdate, sex)
    } while (personalNumber === undefined)
    const age = ageOn(birthdate, today)
    yield {
      familyName: familyName(random),
      givenName: givenName(random, sex, Number(birthdate.slice(0, 4))),
      birthdate,
      sex,
      ...residence(random),
      personalNumber,
      licence: age >= 18 && random.chance(0.65) ? licence(random, birthdate, today) : null,
      veteran: age >= 20 && random.chance(0.02) ? veteran(random) : null,
      columns: new Map(),
      portrait: specimenPortrait(random, { age, sex, ordinal: i + 1 }),
    }
  }
}

function seventeenThisYear(random: SeededRandom, today: string): string {
  const year = Number(today.slice(0, 4)) - 17
  return dayBetween(random, `${year}-01-01`, `${year}-12-31`)
}

/** Ages from 0 to 100, with more people of middle age. */
export function anyBirthdate(random: SeededRandom, today: string): string {
  const [from, to] = random.weighted([
    [[0, 19], 15],
    [[20, 39], 25],
    [[40, 64], 39],
    [[65, 84], 18],
    [[85, 99], 3],
  ] as const)
  const year = Number(today.slice(0, 4)) - random.between(from, to)
  const earliest = `${year - 1}${today.slice(4)}`
  return dayBetween(random, earliest, `${year}${today.slice(4)}`)
}

/** Both days included. 29 February counts as 1 March in a year without it. */
function dayBetween(random: SeededRandom, from: string, to: string): string {
  const day = random.between(Date.parse(from) / DAY_MS, Date.parse(to) / DAY_MS)
  return new Date(Math.floor(day) * DAY_MS).toISOString().slice(0, 10)
}

function licence(random: SeededRandom, birthdate: string, today: string): LicenceFacts {
  const first = `${Number(birthdate.slice(0, 4)) + 18}${birthdate.slice(4).replace('02-29', '03-01')}`
  const issued = dayBetween(random, first, today)
  const privileges: LicencePrivilege[] = [
    {
      category: random.weighted([
        ['2종 보통', 55],
        ['1종 보통', 40],
        ['1종 대형', 5],
      ]),
      issued,
      conditions: random.chance(0.3) ? ['A'] : [],
    },
  ]
  if (random.chance(0.05)) {
    privileges.push({ category: '2종 소형', issued: dayBetween(random, issued, today), conditions: [] })
  }
  // Licensing offices have the numbers 11 to 28, so 99 is no real one.
  return { number: `99-${issued.slice(2, 4)}-${random.digits(6)}-${random.digits(2)}`, privileges }
}

function veteran(random: SeededRandom): VeteranFacts {
  const category = random.weighted([
    ['국가유공자', 50],
    ['참전유공자', 30],
    ['보훈보상대상자', 10],
    ['5·18민주유공자', 5],
    ['고엽제후유의증환자', 5],
  ])
  const graded = category === '국가유공자' || category === '보훈보상대상자'
  return {
    number: `99-${random.digits(6)}`,
    category,
    disabilityGrade: graded && random.chance(0.6) ? `${random.between(1, 7)}급` : null,
  }
}
