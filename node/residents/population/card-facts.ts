/**
 * Facts of the columns that the project's cards add, for the invented residents. They are drawn from sequences of their
 * own, so the residents stay the same people as in a population without these facts.
 */
import type { ColumnValue } from '../../credential/card.ts'
import { ageOn } from '../../credential/dates.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import { FictitiousNumbers } from './numbers.ts'
import { residence } from './places.ts'
import { anyBirthdate, type PopulationOptions } from './population.ts'
import { specimenPortrait } from './portrait/portrait.ts'
import { SeededRandom } from './seeded-random.ts'

type Columns = readonly (readonly [string, ColumnValue])[]

/** Some of the residents with the facts of the disability card, and of the student card. */
export function* withCardFacts(
  residents: Iterable<ResidentFacts>,
  { seed, today }: Pick<PopulationOptions, 'seed' | 'today'>,
): Iterable<ResidentFacts> {
  let i = 0
  for (const facts of residents) {
    const random = new SeededRandom(`${seed}/${i}/cards`)
    const age = ageOn(facts.birthdate, today)
    const columns = new Map([...disability(random), ...student(random, age, today)])
    yield { ...facts, columns }
    i += 1
  }
}

function disability(random: SeededRandom): Columns {
  if (!random.chance(0.05)) return []
  return [
    ['disability_type', random.pick(DISABILITIES)],
    ['disability_severity', random.chance(0.4) ? '심한 장애' : '심하지 않은 장애'],
    ['guardian_consent_required', random.chance(0.15)],
  ]
}

function student(random: SeededRandom, age: number, today: string): Columns {
  if (age < 19 || age > 27 || !random.chance(0.6)) return []
  const year = Number(today.slice(0, 4))
  return [
    ['student_number', `${year - random.between(0, 3)}${random.digits(5)}`],
    ['school', '가상대학교'],
    ['department', random.pick(DEPARTMENTS)],
    ['enrolled_until', `${year + random.between(1, 4)}-02-28`],
  ]
}

/** Invented registered foreigners, with the facts of the foreigner's card. */
export function* fictitiousForeigners({ count, seed, today }: PopulationOptions): Iterable<ResidentFacts> {
  const numbers = new FictitiousNumbers()
  for (let i = 0; i < count; i++) {
    const random = new SeededRandom(`${seed}/${i}/foreigner`)
    const sex = random.chance(0.5) ? 'M' : 'F'
    let birthdate: string
    let personalNumber: string | undefined
    do {
      birthdate = anyBirthdate(random, today)
      personalNumber = numbers.next(birthdate, sex, 'foreigner')
    } while (personalNumber === undefined)
    const origin = random.pick(ORIGINS)
    yield {
      familyName: random.pick(origin.families),
      givenName: random.pick(origin[sex]),
      birthdate,
      sex,
      ...residence(random),
      personalNumber,
      licence: null,
      veteran: null,
      columns: new Map<string, ColumnValue>([
        ['foreigner_nationality', [origin.nationality]],
        ['residence_status', random.pick(STATUSES)],
        ['residence_until', `${Number(today.slice(0, 4)) + random.between(1, 3)}-12-31`],
      ]),
      portrait: specimenPortrait(random, { age: ageOn(birthdate, today), sex, ordinal: i + 1 }),
    }
  }
}

interface Origin {
  /** ISO 3166-1. */
  readonly nationality: string
  /** As a passport has them. */
  readonly families: readonly string[]
  readonly M: readonly string[]
  readonly F: readonly string[]
}

const ORIGINS: readonly Origin[] = [
  { nationality: 'CN', families: ['WANG', 'LI', 'ZHANG'], M: ['WEI', 'LEI'], F: ['FANG', 'NA'] },
  { nationality: 'VN', families: ['NGUYEN', 'TRAN', 'LE'], M: ['VAN MINH', 'DUC ANH'], F: ['THI LAN', 'THI HOA'] },
  { nationality: 'UZ', families: ['KARIMOV', 'YUSUPOV'], M: ['AZIZ', 'BEKZOD'], F: ['DILNOZA', 'MALIKA'] },
  { nationality: 'US', families: ['SMITH', 'JOHNSON', 'BROWN'], M: ['JAMES', 'DAVID'], F: ['MARY', 'LINDA'] },
]
const STATUSES = ['영주(F-5)', '비전문취업(E-9)', '유학(D-2)', '결혼이민(F-6)']
const DISABILITIES = ['지체장애', '청각장애', '시각장애', '지적장애', '뇌병변장애']
const DEPARTMENTS = ['컴퓨터공학과', '간호학과', '국어국문학과', '경영학과']
