/** The people of the demo. All of them are invented, and the portrait on each of their cards says so. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../authority/authority.ts'
import { koreanDate } from '../credential/dates.ts'
import type { ResidentFacts } from '../credential/subject.ts'
import { writeDurably } from '../keys/files.ts'
import { systemClock } from '../lib/time.ts'
import { DEMO_SEED, fictitiousPopulation } from '../residents/population/population.ts'
import { demoRollout } from './demo-rollout.ts'

const COUNT = 1000

/** Makes the same people for the same day. */
const demoPeople = (today: string): Iterable<ResidentFacts> =>
  fictitiousPopulation({ count: COUNT, seed: DEMO_SEED, today })

const noteIn = (data: string): string => join(data, 'demo.json')

/** Adds them to the register, and an example of a roll-out policy. A file records that all of them were added. */
export async function populate({ residents, rollout, config, clock }: Authority): Promise<void> {
  const note = noteIn(config.data)
  if (existsSync(note)) return
  const today = koreanDate(clock())
  for (const chunk of chunks(demoPeople(today), 250)) await residents.store(chunk)
  if (rollout.policy === null) await rollout.set(demoRollout(), 'demo')
  writeDurably(note, JSON.stringify({ residents: COUNT, today }))
}

function* chunks<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = []
  for (const item of items) {
    chunk.push(item)
    if (chunk.length === size) {
      yield chunk
      chunk = []
    }
  }
  if (chunk.length > 0) yield chunk
}

/** The day for which the people were made. For another day they would have other numbers. */
function demoDay(data: string): string {
  const note = noteIn(data)
  if (!existsSync(note)) return koreanDate(systemClock())
  const { today } = JSON.parse(readFileSync(note, 'utf8')) as { today?: string }
  return today ?? koreanDate(statSync(note).mtimeMs / 1000)
}

/** An invented adult, a licence holder and a veteran of the demo population. */
export function demoNumbers(data: string): [string, string, string] {
  const today = demoDay(data)
  let resident = ''
  let driver = ''
  for (const { personalNumber, licence, veteran } of demoPeople(today)) {
    resident ||= personalNumber
    if (licence) driver ||= personalNumber
    if (veteran) return [resident, driver, personalNumber]
  }
  return [resident, driver, '']
}
