/** Each way to forge a journal by writing to its database, and what the check says about it. */
import { expect } from 'chai'
import { checkJournal, type JournalReport } from '../../../../node/issuer/journal/check/check.ts'
import { readEntries, readSummary } from '../../../../node/issuer/journal/check/content.ts'
import type { AnchoredRoot } from '../../../../node/issuer/journal/check/days.ts'
import { entriesOf, type JournalDay, manifestOf } from '../../../../node/issuer/journal/day.ts'
import { anchorsTable, computeDay, readDays } from '../../../../node/issuer/journal/stored-days.ts'
import { Journal } from '../../../../node/issuer/journal.ts'
import { fromUtf8, toHex, utf8 } from '../../../../node/lib/bytes.ts'
import { DAY } from '../../../../node/lib/time.ts'
import {
  dayKey,
  entryHash,
  entryKey,
  hashKey,
  NO_ENTRY,
  putCount,
  putHead,
  readHead,
} from '../../../../node/store/journal-chain.ts'
import type { WriteOp } from '../../../../node/store/store.ts'
import { MemoryStore } from '../../../support/memory-store.ts'

const START = Date.parse('2026-03-01T00:00:00Z') / 1000
const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03']

describe('a check of the journal', () => {
  let store: MemoryStore
  let roots: AnchoredRoot[]

  const anchor = (day: JournalDay, block: number): AnchoredRoot => ({
    ...{ root: day.root, count: entriesOf(day), manifest: manifestOf(day) },
    ...{ block, disowned: false },
  })
  /** Two days of 10 entries that are on the ledger, and a third one that is not over. */
  beforeEach(async () => {
    store = new MemoryStore()
    roots = []
    const journal = new Journal(store)
    for (const [d] of DAYS.entries()) {
      for (let i = 1; i < 10; i++) {
        await store.commit([journal.append({ at: START + d * DAY + i, event: `event.${d}.${i}` })])
      }
    }
    for (const { day, first, last } of await readDays(store)) {
      if (last === null) continue
      const computed = (await computeDay(store, { day, first, last })) as JournalDay
      const facts = { transaction: null, block: roots.length + 5, time: null }
      await store.commit([anchorsTable(store).put(computed.root, { ...computed, ...facts, state: 'anchored' })])
      roots.push(anchor(computed, roots.length + 5))
    }
  })

  const check = async (): Promise<JournalReport> => {
    const summary = await readSummary(store)
    const entries = readEntries(store, summary.count)
    return checkJournal({ summary, entries, ledger: { block: 100, roots }, progress: () => undefined })
  }
  const findings = async () => (await check()).findings
  const bytesAt = (n: number) => store.get(entryKey(n)) as Uint8Array
  const hashAt = (n: number) => store.get(hashKey(n)) as Uint8Array
  const put = (n: number, bytes: Uint8Array, hash?: Uint8Array): WriteOp[] => [
    { put: entryKey(n), value: bytes },
    ...(hash ? [{ put: hashKey(n), value: hash }] : []),
  ]
  const forged = utf8('{"at":1,"event":"forged"}')
  const ofDay = (d: number) => ({ kind: 'day-differs', day: DAYS[d], first: d * 10, last: d * 10 + 9 })

  it('finds nothing in a journal that nobody touched, and says what the ledger proves', async () => {
    expect(await check()).to.deep.equal({
      ...{ entries: 30, daysOnLedger: 2, provedUntil: 19, block: 100, found: 0, findings: [] },
    })
  })

  it('finds nothing in an empty journal', async () => {
    store = new MemoryStore()
    roots = []
    expect(await check()).to.include({ entries: 0, daysOnLedger: 0, provedUntil: null, found: 0 })
  })

  for (const n of [0, 1, 9, 10, 15, 28, 29]) {
    it(`names entry ${n} when it is changed`, async () => {
      await store.commit(put(n, forged))
      expect(await findings()).to.deep.equal([{ kind: 'changed', entry: n }])
    })

    it(`names entry ${n} when it is removed`, async () => {
      await store.commit([{ del: entryKey(n) }])
      expect(await findings()).to.deep.equal([{ kind: 'removed', entry: n }])
    })

    it(`names entry ${n} when it is removed with its hash`, async () => {
      await store.commit([{ del: entryKey(n) }, { del: hashKey(n) }])
      expect((await findings())[0]).to.deep.equal({ kind: 'removed', entry: n })
    })

    it(`says of entry ${n} that only its hash was changed`, async () => {
      await store.commit([{ put: hashKey(n), value: NO_ENTRY }])
      const [found] = await findings()
      if (n === 29) expect(found).to.deep.equal({ kind: 'changed', entry: 29 })
      else expect(await findings()).to.deep.equal([{ kind: 'hash-changed', entry: n }])
    })
  }

  /** Moves all entries from `from` on by `by`, with their hashes. */
  const shift = (from: number, by: number): WriteOp[] => {
    const { count, day } = readHead(store)
    const moved: WriteOp[] = []
    for (let n = from; n < count; n++) moved.push(...put(n + by, bytesAt(n), hashAt(n)))
    for (let n = count + by; n < count; n++) moved.push({ del: entryKey(n) }, { del: hashKey(n) })
    return [...moved, putCount(count + by), putHead({ hash: hashAt(count - 1), day })]
  }

  for (const n of [2, 15, 22]) {
    it(`names entry ${n} when it is removed and the others are renumbered`, async () => {
      await store.commit(shift(n + 1, -1))
      expect(await findings()).to.deep.include({ kind: 'removed', entry: n })
      expect((await findings()).filter(({ kind }) => kind === 'changed' || kind === 'added')).to.deep.equal([])
    })

    it(`names entry ${n} when it is added and the others are renumbered, with any hash`, async () => {
      for (const hash of [NO_ENTRY, entryHash(n, hashAt(n - 1), forged)]) {
        const before = [...Array(readHead(store).count).keys()].flatMap(k => put(k, bytesAt(k), hashAt(k)))
        const head = readHead(store)
        await store.commit([...shift(n, 1), ...put(n, forged, hash)])
        expect(await findings()).to.deep.include({ kind: 'added', entry: n })
        expect((await findings()).filter(({ kind }) => kind === 'changed' || kind === 'removed')).to.deep.equal([])
        await store.commit([...before, { del: entryKey(30) }, { del: hashKey(30) }, putCount(30), putHead(head)])
      }
      expect((await check()).found).to.equal(0)
    })
  }

  it('names entries that are added behind the last one, counted and not counted', async () => {
    await store.commit(put(30, forged, entryHash(30, hashAt(29), forged)))
    expect(await findings()).to.deep.equal([{ kind: 'added', entry: 30 }])
    await store.commit([putCount(31)])
    // The present day is only chained, so only the stored head says that somebody else wrote this.
    expect(await findings()).to.deep.equal([{ kind: 'head-changed', entry: 30 }])
  })

  for (const [a, b] of [
    [3, 4],
    [3, 17],
    [12, 26],
  ] as const) {
    it(`names entries ${a} and ${b} when they are exchanged`, async () => {
      await store.commit([...put(a, bytesAt(b)), ...put(b, bytesAt(a))])
      expect(await findings()).to.deep.equal([
        { kind: 'reordered', entry: a, found: b },
        { kind: 'reordered', entry: b, found: a },
      ])
    })

    it(`names entries ${a} and ${b} when they are exchanged with their hashes`, async () => {
      await store.commit([...put(a, bytesAt(b), hashAt(b)), ...put(b, bytesAt(a), hashAt(a))])
      const found = await findings()
      expect(found.filter(({ kind }) => kind === 'reordered')).to.deep.include({
        kind: 'reordered',
        entry: a,
        found: b,
      })
      expect(found.filter(({ kind }) => ['changed', 'removed', 'added'].includes(kind))).to.deep.equal([])
    })
  }

  it('names the days of which all hashes were computed anew', async () => {
    const { day } = readHead(store)
    let hash = hashAt(11)
    for (let n = 12; n < 30; n++) {
      const bytes = n === 12 ? forged : bytesAt(n)
      hash = entryHash(n, hash, bytes)
      await store.commit(put(n, bytes, hash))
    }
    await store.commit([putHead({ hash, day })])
    const report = await check()
    expect(report.findings).to.deep.equal([ofDay(1)])
    expect(report.provedUntil).to.equal(9)
  })

  it('finds a day that was written anew together with its record', async () => {
    const { day } = readHead(store)
    let hash = hashAt(11)
    for (let n = 12; n < 30; n++) {
      const bytes = n === 12 ? forged : bytesAt(n)
      hash = entryHash(n, hash, bytes)
      await store.commit(put(n, bytes, hash))
    }
    const old = roots[1] as AnchoredRoot
    const record = (await computeDay(store, { day: '2026-03-02', first: 10, last: 19 })) as JournalDay
    const facts = { state: 'anchored', transaction: null, block: 6, time: null } as const
    const anchors = anchorsTable(store)
    await store.commit([
      putHead({ hash, day }),
      anchors.del(old.root),
      anchors.put(record.root, { ...record, ...facts }),
    ])
    expect(await findings()).to.deep.equal([
      { kind: 'unknown-root', root: old.root, block: 6 },
      { kind: 'not-on-ledger', day: '2026-03-02', root: record.root },
    ])
  })

  it('finds the end of the journal that was cut off, if the ledger has a day of it', async () => {
    const ops: WriteOp[] = []
    for (let n = 8; n < 30; n++) ops.push({ del: entryKey(n) }, { del: hashKey(n) })
    await store.commit([
      ...[...ops, putCount(8), putHead({ hash: hashAt(7), day: '2026-03-01' })],
      ...[{ del: dayKey('2026-03-02') }, { del: dayKey('2026-03-03') }],
    ])
    const found = await findings()
    expect(found).to.deep.include(ofDay(0)).and.deep.include(ofDay(1))
    expect(found).to.deep.include({ kind: 'day-moved', day: '2026-03-02', first: 10, last: 19 })
  })

  it('finds a day whose first entry was moved', async () => {
    await store.commit([{ put: dayKey('2026-03-02'), value: store.get(dayKey('2026-03-03')) as Uint8Array }])
    expect((await findings()).map(({ kind }) => kind)).to.deep.equal(['day-moved', 'day-moved'])
  })

  it('finds a second root for a day, and ranges that overlap', async () => {
    const shorter = (await computeDay(store, { day: '2026-03-02', first: 10, last: 18 })) as JournalDay
    const other = (await computeDay(store, { day: '2026-03-09', first: 15, last: 20 })) as JournalDay
    const anchors = anchorsTable(store)
    const facts = { state: 'anchored', transaction: null, block: 9, time: null } as const
    for (const [day, kind] of [
      [shorter, 'second-root'],
      [other, 'overlap'],
    ] as const) {
      await store.commit([anchors.put(day.root, { ...day, ...facts })])
      roots.push(anchor(day, 9))
      expect(await findings()).to.deep.equal([{ kind, day: day.day, root: day.root, block: 9 }])
      roots.pop()
      await store.commit([anchors.del(day.root)])
    }
  })

  it('finds a root that the journal does not have, one that was disowned, and one that the ledger does not have', async () => {
    const [first, second] = roots as [AnchoredRoot, AnchoredRoot]
    roots.push({ ...second, root: toHex(entryHash(0, NO_ENTRY, forged)), block: 8 })
    expect(await findings()).to.deep.equal([{ kind: 'unknown-root', root: roots[2]?.root, block: 8 }])
    roots = [first, { ...second, disowned: true }]
    expect(await findings()).to.deep.equal([{ kind: 'disowned', day: '2026-03-02', root: second.root }])
    roots = [first]
    expect(await findings()).to.deep.equal([{ kind: 'not-on-ledger', day: '2026-03-02', root: second.root }])
  })

  it('takes no day for missing that was anchored after the ledger was read', async () => {
    const summary = await readSummary(store)
    const entries = readEntries(store, summary.count)
    const ledger = { block: 5, roots: roots.slice(0, 1) }
    const report = await checkJournal({ summary, entries, ledger, progress: () => undefined })
    expect(report).to.include({ found: 0, provedUntil: 9, daysOnLedger: 1 })
  })

  it('names each of many entries that were changed', async () => {
    for (let n = 0; n < 30; n += 2) await store.commit(put(n, forged))
    const { found, findings } = await check()
    expect(found).to.equal(15)
    expect(findings.map(({ kind }) => kind)).to.deep.equal(Array(15).fill('changed'))
    expect(fromUtf8(bytesAt(0))).to.include('forged')
  })
})
