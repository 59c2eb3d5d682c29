import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { koreanDate } from '../../../../node/credential/dates.ts'
import { u64be, utf8 } from '../../../../node/lib/bytes.ts'
import { Bucket } from '../../../../node/store/buckets.ts'
import {
  dayKey,
  entryHash,
  entryKey,
  hashKey,
  NO_ENTRY,
  putCount,
  readHead,
} from '../../../../node/store/journal-chain.ts'
import { LevelStore } from '../../../../node/store/level.ts'
import { chainedJournal } from '../../../../node/store/migrations/003-chained-journal.ts'
import { migrate } from '../../../../node/store/schema.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../../../node/store/store.ts'
import { unpackInstall } from '../../../fixtures/installs/install.ts'
import { failureOf } from '../../../support/failure.ts'
import { FaultyStore } from '../../../support/faulty-store.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { contentOf, temporaryDirectory } from '../support.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/installs/schema-2.json.gz', import.meta.url))
const quiet = () => undefined
const START = Date.parse('2026-02-27T00:00:00Z') / 1000

/** A journal of schema 2: one entry an hour. */
function oldJournal(count: number): WriteOp[] {
  const schema = new Table<string, number>(new MemoryStore(), Bucket.meta, textCodec, jsonCodec())
  const bytes = (n: number) => utf8(JSON.stringify({ at: START + n * 3600, event: `entry ${n}` }))
  return [
    schema.put('schema', 2),
    ...Array.from({ length: count }, (_, n) => ({ put: entryKey(n), value: bytes(n) })),
    ...(count > 0 ? [putCount(count)] : []),
  ]
}

function requireChained(store: Store): void {
  let hash: Uint8Array = NO_ENTRY
  for (let n = 0; n < readHead(store).count; n++) {
    hash = entryHash(n, hash, store.get(entryKey(n)) as Uint8Array)
    expect(store.get(hashKey(n)), `entry ${n}`).to.deep.equal(hash)
  }
  expect(readHead(store).hash).to.deep.equal(hash)
}

describe('migration 3: the journal is chained', () => {
  for (const count of [0, 1, 4, 5, 60]) {
    it(`${count} entries: each has its hash, and interrupted at any commit they end with the same content`, async () => {
      const open = async () => {
        const store = new MemoryStore()
        await store.commit(oldJournal(count))
        return store
      }
      const whole = await open()
      const counted = new FaultyStore(whole)
      await migrate(counted, quiet, [chainedJournal(4)])
      expect(readHead(whole).count).to.equal(count)
      requireChained(whole)
      const expected = await contentOf(whole)
      for (const fault of ['refused', 'stored-then-lost'] as const) {
        for (let commit = 0; commit < counted.commits; commit++) {
          const store = await open()
          const faulty = new FaultyStore(store)
          faulty.dieAt(commit, fault)
          expect(await failureOf(migrate(faulty, quiet, [chainedJournal(4)]))).to.be.an('error')
          await migrate(store, quiet, [chainedJournal(4)])
          expect(await contentOf(store), `${fault} at commit ${commit}`).to.deep.equal(expected)
        }
      }
    })
  }

  it('all entries belong to the day of the last one, which goes on until the next day', async () => {
    const store = new MemoryStore()
    await store.commit(oldJournal(60))
    await migrate(store, quiet, [chainedJournal(7)])
    const day = koreanDate(START + 59 * 3600)
    expect(readHead(store).day).to.equal(day)
    expect(store.get(dayKey(day))).to.deep.equal(u64be(0))
    const append = (name: string): WriteOp => ({
      ...{ append: Bucket.journal, value: utf8('new') },
      day: { name, opening: utf8('opened') },
    })
    await store.commit([append(day)])
    expect(readHead(store).count, 'the day is open').to.equal(61)
    await store.commit([append('2026-03-09')])
    expect(store.get(dayKey('2026-03-09'))).to.deep.equal(u64be(61))
    requireChained(store)
  })

  const directory = temporaryDirectory()
  it('the database of an install of schema 2', async () => {
    unpackInstall(FIXTURE, directory.path)
    const store = await LevelStore.open(join(directory.path, 'data', 'authority'))
    await migrate(store, quiet)
    expect(readHead(store).count).to.be.greaterThan(25)
    requireChained(store)
    await store.close()
  })
})
