import { expect } from 'chai'
import { concat, fromUtf8, toHex, u64be, utf8 } from '../../../node/lib/bytes.ts'
import { sha256 } from '../../../node/lib/crypto.node.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { dayKey, entryHash, entryKey, hashKey, NO_ENTRY, readHead } from '../../../node/store/journal-chain.ts'
import type { Store, WriteOp } from '../../../node/store/store.ts'
import { FaultyStore } from '../../support/faulty-store.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { contentOf } from './support.ts'

const entry = (text: string | null, day = '2026-03-01'): WriteOp => ({
  append: Bucket.journal,
  value: text === null ? null : utf8(text),
  day: { name: day, opening: utf8(`opened ${day}`) },
})
const textsOf = (store: Store) =>
  Array.from({ length: readHead(store).count }, (_, n) => fromUtf8(store.get(entryKey(n)) as Uint8Array))
const firstOf = (store: Store, day: string) => store.get(dayKey(day))

describe("the journal's chain", () => {
  it("puts an entry's number, its bytes and the hash before it into its hash", async () => {
    const store = new MemoryStore()
    await store.commit([entry('a'), entry('b')])
    let before: Uint8Array = new Uint8Array(32)
    for (const [n, text] of ['opened 2026-03-01', 'a', 'b'].entries()) {
      const domain = utf8('dojang journal entry 1\0')
      before = sha256(concat(domain, u64be(n), before, utf8(text)))
      expect(store.get(hashKey(n))).to.deep.equal(before)
    }
    expect(readHead(store)).to.deep.equal({ count: 3, hash: before, day: '2026-03-01' })
  })

  it('has another hash for each other number, hash before, and content', () => {
    const one = entryHash(1, NO_ENTRY, utf8('a'))
    const others = [entryHash(2, NO_ENTRY, utf8('a')), entryHash(1, one, utf8('a')), entryHash(1, NO_ENTRY, utf8('b'))]
    expect(new Set([one, ...others].map(toHex)).size).to.equal(4)
  })

  it('begins each day with the entry that opens it, also in the middle of a commit', async () => {
    const store = new MemoryStore()
    await store.commit([entry('a'), entry('b', '2026-03-02'), entry('late'), entry('c', '2026-03-02')])
    await store.commit([entry(null, '2026-03-02')])
    await store.commit([entry(null, '2026-03-03')])
    expect(textsOf(store)).to.deep.equal([
      ...['opened 2026-03-01', 'a', 'opened 2026-03-02', 'b', 'late', 'c', 'opened 2026-03-03'],
    ])
    expect(firstOf(store, '2026-03-01')).to.deep.equal(u64be(0))
    expect(firstOf(store, '2026-03-02')).to.deep.equal(u64be(2))
    expect(firstOf(store, '2026-03-03')).to.deep.equal(u64be(6))
  })

  it('has the same content for commits that share a write and for commits that do not', async () => {
    const commits = [[entry('a'), entry('b')], [entry('c', '2026-03-02')], [entry('d', '2026-03-02')]]
    const alone = new MemoryStore()
    for (const ops of commits) await alone.commit(ops)
    const together = new MemoryStore()
    await together.commit(commits.flat())
    expect(textsOf(together)).to.deep.equal(textsOf(alone))
    expect(readHead(together)).to.deep.equal(readHead(alone))
  })

  it('continues where the last write ended, whichever way the process died', async () => {
    for (const fault of ['refused', 'stored-then-lost'] as const) {
      const store = new MemoryStore()
      const faulty = new FaultyStore(store)
      await faulty.commit([entry('a')])
      faulty.dieAt(0, fault)
      await faulty.commit([entry('b', '2026-03-02')]).catch(() => undefined)
      if (fault === 'refused') await store.commit([entry('b', '2026-03-02')])
      const whole = new MemoryStore()
      await whole.commit([entry('a')])
      await whole.commit([entry('b', '2026-03-02')])
      expect(await contentOf(store), fault).to.deep.equal(await contentOf(whole))
    }
  })
})
