/** The people of the demo. All of them are invented, and the portrait on each of their cards says so. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '../authority/authority.ts'
import { cardsDirectory } from '../config/cards.ts'
import type { CardDefinition } from '../credential/card.ts'
import student from '../credential/cards/student.json' with { type: 'json' }
import { koreanDate } from '../credential/dates.ts'
import type { ResidentFacts } from '../credential/subject.ts'
import { refusalOf } from '../issuer/applications/eligibility.ts'
import { writeDurably } from '../keys/files.ts'
import { systemClock } from '../lib/time.ts'
import { fictitiousForeigners, withCardFacts } from '../residents/population/card-facts.ts'
import { DEMO_SEED, fictitiousPopulation } from '../residents/population/population.ts'
import { demoRollout } from './demo-rollout.ts'

const NATIONALS = 960
const FOREIGNERS = 40

/** Makes the same people for the same day. */
function* demoPeople(today: string): Iterable<ResidentFacts> {
  const of = { seed: DEMO_SEED, today }
  yield* fictitiousForeigners({ count: FOREIGNERS, ...of })
  yield* withCardFacts(fictitiousPopulation({ count: NATIONALS, ...of }), of)
}

const noteIn = (data: string): string => join(data, 'demo.json')

interface Note {
  readonly today?: string
  /** Whether each of the people has a line. Those of older versions get one at the next start. */
  readonly lines?: boolean
  /** Whether the lines are those of the simulated telecom, which can report them lost. */
  readonly telecom?: boolean
  /** Whether the people have the facts of the columns that cards add. Demos of older versions do not. */
  readonly cardFacts?: boolean
}

/**
 * Adds the student card to a new demo, as an authority adds a card of its own: as a file. Call before the authority is
 * opened, so that the council's first grants include it.
 */
export function addDemoCard(data: string): void {
  if (existsSync(join(data, 'ledger.json')) || existsSync(noteIn(data))) return
  mkdirSync(cardsDirectory(data), { recursive: true, mode: 0o700 })
  writeDurably(join(cardsDirectory(data), 'student.json'), JSON.stringify(student, null, 2))
}

/** Adds them to the register, with their lines, and an example of a roll-out policy. A file records what was added. */
export async function populate({ residents, rollout, config, org, clock, random }: Authority): Promise<void> {
  const note = noteIn(config.data)
  const before = existsSync(note) ? readNote(config.data) : null
  if (before?.lines && before.telecom) return
  const today = before?.today ?? koreanDate(clock())
  let added = 0
  for (const chunk of chunks(demoPeople(today), 250)) {
    if (!before) await residents.store(chunk)
    const found = await Promise.all(chunk.map(({ personalNumber }) => residents.findByNumber(personalNumber)))
    const owned = found.flatMap((one, i) =>
      one ? [{ line: demoLine(added + i), person: one.person, telecom: org }] : [],
    )
    await residents.lines.put(owned, random)
    added += chunk.length
  }
  if (!before && rollout.policy === null) await rollout.set(demoRollout(), 'demo')
  const written = before ?? { residents: NATIONALS + FOREIGNERS, today, cardFacts: true }
  writeDurably(note, JSON.stringify({ ...written, lines: true, telecom: true }))
}

/** No line of a real person begins with 010-0. */
const demoLine = (i: number): string => `+8210${String(i + 1).padStart(8, '0')}`

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

function readNote(data: string): Note {
  const note = noteIn(data)
  if (!existsSync(note)) return { today: koreanDate(systemClock()), cardFacts: true, lines: true }
  const read = JSON.parse(readFileSync(note, 'utf8')) as Note
  // The day for which the people were made. For another day they would have other numbers.
  return { ...read, today: read.today ?? koreanDate(statSync(note).mtimeMs / 1000) }
}

type DemoParts = Pick<Authority, 'config' | 'cards' | 'clock'>

/** For each card, somebody of the demo population who may have it. */
export function demoNumbers(parts: DemoParts): DemoNumber[] {
  const { cards, config } = parts
  const { cardFacts = false } = readNote(config.data)
  const wanted = new Set(cards.all.filter(({ columns }) => cardFacts || columns.length === 0))
  const found: DemoNumber[] = []
  for (const { facts, line, may } of demoResidents(parts, wanted)) {
    for (const card of may) {
      if (!wanted.delete(card)) continue
      found.push({ card: card.id, personalNumber: facts.personalNumber, line })
    }
    if (wanted.size === 0) break
  }
  return found.sort((a, b) => cards.ids.indexOf(a.card) - cards.ids.indexOf(b.card))
}

export interface DemoResident {
  readonly facts: ResidentFacts
  /** As people write it; null in the demo of an older version, before its next start. */
  readonly line: string | null
  /** The cards that they may have. */
  readonly may: readonly CardDefinition[]
}

/** The people who may have one of these cards, always in the same order. */
export function* demoResidents({ config, clock }: DemoParts, cards: Iterable<CardDefinition>): Generator<DemoResident> {
  const { today = '', lines = false } = readNote(config.data)
  let i = 0
  for (const facts of demoPeople(today)) {
    const line = lines ? demoLine(i).replace(/^\+82(..)(....)/, '0$1-$2-') : null
    i++
    const applicant = { facts, guardianConsent: false }
    const may = [...cards].filter(card => refusalOf(card, applicant, config.authority.ko, clock()) === null)
    if (may.length > 0) yield { facts, line, may }
  }
}

export interface DemoNumber {
  readonly card: string
  readonly personalNumber: string
  /** As people write it; null in the demo of an older version, before its next start. */
  readonly line: string | null
}
