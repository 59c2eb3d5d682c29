import type { ColumnDefinition } from '../../../node/credential/card.ts'
import { ageOn, koreanDate } from '../../../node/credential/dates.ts'
import type { ResidentFacts } from '../../../node/credential/subject.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { toCsv } from '../../../node/residents/csv/write.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'

const TODAY = '2026-01-02'

/** Invented residents of 17 or more, old enough for every card. The first one is entitled to the three cards of the first version. */
export function people(count: number, seed = 'e2e'): ResidentFacts[] {
  const today = koreanDate(systemClock())
  const population = fictitiousPopulation({ count: Math.max(2 * count, 400), seed, today: TODAY })
  const all = [...population].filter(({ birthdate }) => ageOn(birthdate, today) >= 17)
  const entitled = all.find(({ licence, veteran }) => licence !== null && veteran !== null)
  if (!entitled) throw new Error('nobody in this population has a licence and is a veteran: take another seed')
  return [entitled, ...all.filter(one => one !== entitled)].slice(0, count)
}

export function csvOf(residents: readonly ResidentFacts[], columns: readonly ColumnDefinition[] = []): Uint8Array {
  return Buffer.concat([...toCsv(residents, 'utf-8', columns)])
}
