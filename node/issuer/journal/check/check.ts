/**
 * Proves a journal against the ledger. Nothing of the database is trusted: the ledger proves the range, the last hash and
 * the root of each day; the root proves the hashes of the day's entries; and each hash proves its entry. Entries after the
 * last anchored day are proved by nothing but the chain.
 */
import { toHex } from '../../../lib/bytes.ts'
import { NO_ENTRY } from '../../../store/journal-chain.ts'
import type { JournalSummary, StoredEntry } from './content.ts'
import { type AnchoredRoots, DayCheck } from './days.ts'
import { EntryCheck } from './entries.ts'
import type { Finding } from './finding.ts'

/** Findings that are listed; `found` counts all of them. */
const MOST_LISTED = 1000

export interface JournalReport {
  readonly entries: number
  readonly daysOnLedger: number
  /** The last entry that the ledger proves; null if it proves none. */
  readonly provedUntil: number | null
  /** The block up to which the ledger was read. */
  readonly block: number
  readonly found: number
  readonly findings: readonly Finding[]
}

export interface JournalToCheck {
  readonly summary: JournalSummary
  readonly entries: AsyncIterable<StoredEntry>
  /** Read before the summary. */
  readonly ledger: AnchoredRoots
  readonly progress: (done: number) => void
}

export async function checkJournal({ summary, entries, ledger, progress }: JournalToCheck): Promise<JournalReport> {
  const findings: Finding[] = []
  let found = 0
  const report = (finding: Finding) => {
    if (found++ < MOST_LISTED) findings.push(finding)
  }
  const check = new EntryCheck(report)
  const days = new DayCheck(summary, ledger, report)
  for await (const entry of entries) {
    for (const hash of check.add(entry)) days.add(hash)
    progress(entry.number + 1)
  }
  const { count, head, uncounted } = summary
  const { ready, last } = check.end(count)
  for (const hash of ready) days.add(hash)
  days.end()
  for (const entry of uncounted) report({ kind: 'added', entry })
  if (last && head !== toHex(count === 0 ? NO_ENTRY : last)) report({ kind: 'head-changed', entry: count - 1 })
  const provedUntil = days.provedUntil < 0 ? null : days.provedUntil
  const { daysOnLedger } = days
  return { entries: count, daysOnLedger, provedUntil, block: ledger.block, found, findings }
}
