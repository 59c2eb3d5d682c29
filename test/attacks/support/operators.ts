/** What the attacks on operators share. */
import { expect } from 'chai'
import type { JournalEntry } from '../../../node/issuer/journal.ts'
import type { Invitation } from '../../../node/issuer/operators/accounts.ts'
import type { Answer } from '../../support/operator-page.ts'
import type { Site } from '../../support/site.ts'

export const HOUR = 3600
/** An id that nothing has. */
export const ID = 'A'.repeat(22)

type Attacked = Pick<Site, 'authority'>

export function expectRefusal({ status, body, headers }: Answer, expected: number, code: string): void {
  expect(status, JSON.stringify(body)).to.equal(expected)
  expect(body).to.include({ code })
  expect(headers['set-cookie']).to.equal(undefined)
}

/** A clerk who is invited on the host of the node, and not enrolled. */
export const inviteClerk = ({ authority }: Attacked): Promise<Invitation> =>
  authority.accounts.invite({ name: 'somebody', role: 'clerk', centre: null }, { kind: 'local' })

export async function journalOf({ authority }: Attacked): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = []
  for await (const [, entry] of authority.journal.entries()) entries.push(entry)
  return entries
}
