import { readU64be } from '../../lib/bytes.ts'
import { entryKey, putCount } from '../journal-chain.ts'
import type { WriteOp } from '../store.ts'
import type { Migration } from './migration.ts'

const PER_STEP = 1000

/**
 * Schema 1 numbered the journal's entries before their commit, so a commit that was never written left a gap. This
 * migration keeps the order of the entries and gives them numbers without a gap. From then on commit-point.ts numbers
 * them.
 *
 * Commits are numbered from the first one of this migration on, because schema 1 did not number them.
 */
export function numberedJournal(perStep = PER_STEP): Migration {
  return {
    to: 2,
    name: 'numbering the journal',
    async *run(store, resume) {
      const start = resume as { readonly from: number; readonly count: number } | undefined
      let { from, count } = start ?? { from: 0, count: 0 }
      const end = entryKey(Number.MAX_SAFE_INTEGER)
      let of = 0
      for await (const [key] of store.range(entryKey(0), end, { reverse: true, limit: 1 })) of = numberOf(key) + 1
      while (from < of) {
        const ops: WriteOp[] = []
        for await (const [key, value] of store.range(entryKey(from), end, { limit: perStep })) {
          const number = numberOf(key)
          if (number !== count) ops.push({ put: entryKey(count), value }, { del: key })
          count++
          from = number + 1
        }
        yield { ops: [...ops, putCount(count)], next: { from, count }, done: from, of }
      }
    },
  }
}

const numberOf = (key: Uint8Array): number => Number(readU64be(key, 1))
