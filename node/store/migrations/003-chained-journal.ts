import { koreanDate } from '../../credential/dates.ts'
import { fromHex, fromUtf8, type Hex, readU64be, toHex, u64be } from '../../lib/bytes.ts'
import { dayKey, entryHash, entryKey, hashKey, NO_ENTRY, putHead, readHead } from '../journal-chain.ts'
import type { WriteOp } from '../store.ts'
import type { Migration } from './migration.ts'

const PER_STEP = 1000

/**
 * Schema 2 numbered the journal's entries and did not chain them. This migration computes the hash of each. The entries
 * of schema 2 have no days. They are one range, which belongs to the day of the last of them: so that a day that has not
 * ended is not closed before its end.
 */
export function chainedJournal(perStep = PER_STEP): Migration {
  return {
    to: 3,
    name: 'chaining the journal',
    async *run(store, resume) {
      const { count: of } = readHead(store)
      let { from, hash } = (resume as { from: number; hash: Hex } | undefined) ?? { from: 0, hash: toHex(NO_ENTRY) }
      while (from < of) {
        const ops: WriteOp[] = []
        let at = 0
        for await (const [key, value] of store.range(entryKey(from), entryKey(of), { limit: perStep })) {
          const number = Number(readU64be(key, 1))
          hash = toHex(entryHash(number, fromHex(hash), value))
          ops.push({ put: hashKey(number), value: fromHex(hash) })
          at = (JSON.parse(fromUtf8(value)) as { at: number }).at
          from = number + 1
        }
        const day = koreanDate(at)
        if (from === of) ops.push(putHead({ hash: fromHex(hash), day }), { put: dayKey(day), value: u64be(0) })
        yield { ops, next: { from, hash }, done: from, of }
      }
    },
  }
}
