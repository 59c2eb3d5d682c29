import type { Authority } from '../authority/authority.ts'
import { ageOn, koreanDate } from '../credential/dates.ts'
import type { Resident } from '../residents/register.ts'
import { demoResidents } from './demo.ts'

type Parts = Pick<Authority, 'cards' | 'clock' | 'config' | 'credentials' | 'random' | 'residents'>

/** The first people are named in the text of the start, for other uses. */
const NAMED = 8
const SPREAD = 64
/** For the purposes that ask for an age. */
const ADULT = 20

/** Chooses among the invented people of a demo. */
export class DemoPeople {
  constructor(private readonly parts: Parts) {}

  /** An adult who may have the card and has no card yet. If everybody has one, somebody who gets a new one. */
  async someoneWithout(id: string): Promise<Resident> {
    const { cards, clock, credentials, random, residents } = this.parts
    const today = koreanDate(clock())
    const card = cards.byId(id)
    let last: Resident | undefined
    let left = NAMED + ((random(1)[0] as number) % SPREAD)
    for (const { facts } of demoResidents(this.parts, card ? [card] : [])) {
      if (ageOn(facts.birthdate, today) < ADULT || left-- > 0) continue
      const found = await residents.findByNumber(facts.personalNumber)
      if (!found) continue
      last = found
      if ((await credentials.ofPerson(found.person)).length === 0) return found
    }
    if (last) return last
    throw new Error('nobody in the register of the demo may have this card')
  }
}
