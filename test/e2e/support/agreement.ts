import { expect } from 'chai'
import type { LedgerSays } from './ledger-reader.ts'
import type { IssuerRecords } from './records.ts'

/**
 * Expects that ledger and database agree: every root is known, every card but the temporary ones is in one anchored batch,
 * each card has its own status entry, and no status was set twice.
 * @returns the statuses on the ledger, by index
 */
export function expectAgreement(
  ledger: LedgerSays,
  { batches, credentials }: IssuerRecords,
): ReadonlyMap<number, number> {
  expect(new Set(ledger.roots).size).to.equal(ledger.roots.length)
  expect(ledger.disowned).to.equal(0)
  expect(batches.filter(({ state }) => state === 'pending')).to.deep.equal([])
  const anchored = batches.filter(({ state }) => state === 'anchored')
  expect(anchored.map(({ root }) => root).sort()).to.deep.equal([...ledger.roots].sort())
  const inBatches = anchored.flatMap(batch => batch.credentials)
  expect(new Set(inBatches).size).to.equal(inBatches.length)
  const full = [...credentials].filter(([, { root }]) => root !== null)
  expect(full.map(([id]) => id).sort()).to.deep.equal(inBatches.sort())
  const places = [...credentials.values()].map(({ list, idx }) => `${list}/${idx}`)
  expect(new Set(places).size, 'one status entry a card').to.equal(places.length)
  const now = new Map<number, number>()
  for (const { index, from, to } of ledger.ops) {
    expect(now.get(index) ?? 0, 'each change starts from the status before it').to.equal(from)
    now.set(index, to)
  }
  return now
}
