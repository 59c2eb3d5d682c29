import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { fromUtf8, utf8 } from '../../../../node/lib/bytes.ts'
import { Bucket } from '../../../../node/store/buckets.ts'
import { entryKey } from '../../../../node/store/journal-chain.ts'
import { LevelStore } from '../../../../node/store/level.ts'
import { numberedJournal } from '../../../../node/store/migrations/002-numbered-journal.ts'
import { migrate } from '../../../../node/store/schema.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../../../node/store/store.ts'
import { unpackInstall } from '../../../fixtures/installs/install.ts'
import { failureOf } from '../../../support/failure.ts'
import { FaultyStore } from '../../../support/faulty-store.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { collect, contentOf, temporaryDirectory } from '../support.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/installs/schema-1.json.gz', import.meta.url))
const quiet = () => undefined
const migrator = fileURLToPath(new URL('migrator.ts', import.meta.url))

/** A journal of schema 1, without an entry at the numbers for which `isGap` is true. */
function oldJournal(count: number, isGap: (number: number) => boolean): WriteOp[] {
  const schema = new Table<string, number>(new MemoryStore(), Bucket.meta, textCodec, jsonCodec())
  const numbers = Array.from({ length: count }, (_, i) => i).filter(number => !isGap(number))
  return [
    schema.put('schema', 1),
    ...numbers.map(number => ({ put: entryKey(number), value: utf8(`entry ${number}`) })),
    // Keys directly before and after the journal.
    { put: new Uint8Array([Bucket.journal - 1]), value: utf8('before') },
    { put: new Uint8Array([Bucket.journal + 1]), value: utf8('after') },
  ]
}

const journalOf = async (store: Store): Promise<string[]> =>
  (await collect(store.range(new Uint8Array([Bucket.journal]), new Uint8Array([Bucket.journal + 1])))).map(
    ([key, value]) => `${Number(new DataView(key.buffer, key.byteOffset).getBigUint64(1))} ${fromUtf8(value)}`,
  )

const cases: readonly (readonly [string, number, (number: number) => boolean])[] = [
  ['no gap', 23, () => false],
  ['gaps', 23, number => [0, 1, 5, 9, 10, 11, 20].includes(number)],
  ['a long gap, and the last entry behind it', 200, number => number > 3 && number < 199],
  ['no entry', 0, () => false],
]

describe('migration 2: the journal is numbered without gaps', () => {
  for (const [name, count, isGap] of cases) {
    it(`${name}: the entries keep their order, and new ones follow`, async () => {
      const store = new MemoryStore()
      await store.commit(oldJournal(count, isGap))
      const before = (await journalOf(store)).map(line => line.replace(/^\d+ /, ''))
      const shares: number[] = []
      await migrate(store, (done, of) => shares.push(done / of), [numberedJournal(4)])
      expect(await journalOf(store)).to.deep.equal(before.map((entry, i) => `${i} ${entry}`))
      expect(shares.at(-1)).to.equal(count === 0 ? undefined : 1)
      const day = { name: '2026-01-01', opening: utf8('opened') }
      await store.commit([{ append: Bucket.journal, value: utf8('new'), day }])
      expect((await journalOf(store)).at(-1)).to.equal(`${before.length + 1} new`)
      expect(fromUtf8(store.get(new Uint8Array([Bucket.journal - 1])) ?? new Uint8Array())).to.equal('before')
      expect(fromUtf8(store.get(new Uint8Array([Bucket.journal + 1])) ?? new Uint8Array())).to.equal('after')
    })

    it(`${name}: interrupted at any commit, it ends with the same content`, async () => {
      const open = async () => {
        const store = new MemoryStore()
        await store.commit(oldJournal(count, isGap))
        return store
      }
      const whole = await open()
      const counted = new FaultyStore(whole)
      await migrate(counted, quiet, [numberedJournal(4)])
      const expected = await contentOf(whole)
      for (const fault of ['refused', 'stored-then-lost'] as const) {
        for (let commit = 0; commit < counted.commits; commit++) {
          const store = await open()
          const faulty = new FaultyStore(store)
          faulty.dieAt(commit, fault)
          expect(await failureOf(migrate(faulty, quiet, [numberedJournal(4)]))).to.be.an('error')
          await migrate(store, quiet, [numberedJournal(4)])
          expect(await contentOf(store), `${fault} at commit ${commit}`).to.deep.equal(expected)
        }
      }
    })
  }

  const directory = temporaryDirectory()
  it('the database of an install of schema 1: interrupted at any commit, it ends with the same content', async function () {
    this.timeout(120_000)
    const open = (name: string) => {
      unpackInstall(FIXTURE, join(directory.path, name))
      return LevelStore.open(join(directory.path, name, 'data', 'authority'))
    }
    const whole = await open('whole')
    const before = (await journalOf(whole)).map(line => line.replace(/^\d+ /, ''))
    const counted = new FaultyStore(whole)
    await migrate(counted, quiet, [numberedJournal(6)])
    const expected = await contentOf(whole)
    expect(await journalOf(whole)).to.deep.equal(before.map((entry, i) => `${i} ${entry}`))
    await whole.close()
    for (let commit = 0; commit < counted.commits; commit++) {
      const fault = commit % 2 === 0 ? 'refused' : 'stored-then-lost'
      const store = await open(String(commit))
      const faulty = new FaultyStore(store)
      faulty.dieAt(commit, fault)
      expect(await failureOf(migrate(faulty, quiet, [numberedJournal(6)]))).to.be.an('error')
      await migrate(store, quiet, [numberedJournal(6)])
      expect(await contentOf(store), `${fault} at commit ${commit}`).to.deep.equal(expected)
      await store.close()
    }
  })

  it('kill -9 at several steps: nothing is lost', async function () {
    this.timeout(120_000)
    const [path, aside] = [join(directory.path, 'db'), join(directory.path, 'aside')]
    const ops = oldJournal(3000, number => number % 7 === 3 || (number > 500 && number < 700))
    const [killed, whole] = [await LevelStore.open(path), await LevelStore.open(aside)]
    await Promise.all([killed.commit(ops), whole.commit(ops)])
    await migrate(whole, quiet, [numberedJournal(5)])
    const expected = await contentOf(whole)
    await Promise.all([killed.close(), whole.close()])

    let [kills, done] = [0, false]
    while (!done) {
      const child = spawn(process.execPath, ['--import', 'tsx', migrator, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const closed = once(child, 'close')
      let steps = 0
      for await (const line of createInterface(child.stdout)) {
        if (line === 'migrated') done = true
        // At another step in each round, in the middle of the step after it.
        else if (++steps === 60 + kills * 7) child.kill('SIGKILL')
      }
      const [exit, signal] = await closed
      if (signal === 'SIGKILL') kills++
      else expect(exit).to.equal(0)
    }
    expect(kills).to.be.greaterThan(3)
    const store = await LevelStore.open(path)
    expect(await contentOf(store)).to.deep.equal(expected)
    await store.close()
  })
})
