import type { ColumnDefinition } from '../../../node/credential/card.ts'
import type { ResidentFacts } from '../../../node/credential/subject.ts'
import { toCsv } from '../../../node/residents/csv/write.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'

const TODAY = '2026-01-02'

/** Invented residents. The first one is entitled to every card. */
export function people(count: number, seed = 'e2e'): ResidentFacts[] {
  const all = [...fictitiousPopulation({ count: Math.max(count, 400), seed, today: TODAY })]
  const entitled = all.find(({ licence, veteran }) => licence !== null && veteran !== null)
  if (!entitled) throw new Error('nobody in this population has a licence and is a veteran: take another seed')
  return [entitled, ...all.filter(one => one !== entitled)].slice(0, count)
}

export function csvOf(residents: readonly ResidentFacts[], columns: readonly ColumnDefinition[] = []): Uint8Array {
  return Buffer.concat([...toCsv(residents, 'utf-8', columns)])
}
