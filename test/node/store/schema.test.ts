import { expect } from 'chai'
import { fromUtf8, utf8 } from '../../../node/lib/bytes.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import type { Migration } from '../../../node/store/migrations/migration.ts'
import { migrate, SCHEMA_VERSION } from '../../../node/store/schema.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../../node/store/store.ts'
import { failureOf } from '../../support/failure.ts'
import { FaultyStore } from '../../support/faulty-store.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import { contentOf } from './support.ts'

const quiet = () => undefined
const metaOf = (store: Store) => new Table<string, number>(store, Bucket.meta, textCodec, jsonCodec())
const keyOf = (name: string) => new Uint8Array([Bucket.presentation, ...utf8(name)])

/** Appends a letter to every value, two values in a step. */
function adding(letter: string, to: number): Migration {
  return {
    to,
    name: `adding ${letter}`,
    async *run(store, resume) {
      const names = ['1', '2', '3', '4', '5']
      for (let at = Number(resume?.at ?? 0); at < names.length; at += 2) {
        const ops = names.slice(at, at + 2).map(name => {
          const old = fromUtf8(store.get(keyOf(name)) ?? new Uint8Array())
          return { put: keyOf(name), value: utf8(`${old}${letter}`) }
        })
        yield { ops, next: { at: at + 2 }, done: Math.min(names.length, at + 2), of: names.length }
      }
    },
  }
}
const chain = [adding('b', 2), adding('c', 3), adding('d', 4)]

async function atSchema(version: number): Promise<MemoryStore> {
  const store = new MemoryStore()
  const values = ['1', '2', '3', '4', '5'].map(name => ({ put: keyOf(name), value: utf8('a') }))
  await store.commit([metaOf(store).put('schema', version), ...values])
  return store
}
const valuesOf = (store: Store) =>
  ['1', '2', '3', '4', '5'].map(name => fromUtf8(store.get(keyOf(name)) ?? new Uint8Array()))

describe('the schema', () => {
  it('is written into a new database, and accepted at the next start', async () => {
    const store = new MemoryStore()
    await migrate(store, quiet)
    await migrate(store, quiet)
    expect(metaOf(store).get('schema')).to.equal(SCHEMA_VERSION)
    expect(await store.commit([]), 'one commit').to.equal(1)
  })

  it('of a newer version is refused, and nothing is written', async () => {
    const store = new MemoryStore()
    await store.commit([metaOf(store).put('schema', SCHEMA_VERSION + 1)])
    const before = await contentOf(store)
    const error = await failureOf(migrate(store, quiet))
    expect(error).to.have.property('detail')
    expect(error).to.deep.include({
      detail: { code: 'STORE_SCHEMA', found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION },
    })
    expect(await contentOf(store)).to.deep.equal(before)
  })

  it('migrates from every earlier schema, each step once and in order, with progress', async () => {
    for (const [from, expected] of [
      [1, 'abcd'],
      [2, 'acd'],
      [3, 'ad'],
      [4, 'a'],
    ] as const) {
      const store = await atSchema(from)
      const seen: string[] = []
      await migrate(store, (done, of, name) => seen.push(`${name} ${done}/${of}`), chain)
      expect(valuesOf(store)).to.deep.equal(Array(5).fill(expected))
      expect(metaOf(store).get('schema')).to.equal(4)
      expect(metaOf(store).has('migration')).to.equal(false)
      expect(seen).to.deep.equal(
        ['b', 'c', 'd']
          .slice(from - 1)
          .flatMap(letter => ['2/5', '4/5', '5/5'].map(share => `adding ${letter} ${share}`)),
      )
    }
  })

  it('continues a migration that was interrupted at any commit', async () => {
    const whole = await atSchema(1)
    const counted = new FaultyStore(whole)
    await migrate(counted, quiet, chain)
    const expected = await contentOf(whole)
    expect(counted.commits).to.equal(12)
    for (const fault of ['refused', 'stored-then-lost'] as const) {
      for (let commit = 0; commit < counted.commits; commit++) {
        const store = await atSchema(1)
        const faulty = new FaultyStore(store)
        faulty.dieAt(commit, fault)
        expect(await failureOf(migrate(faulty, quiet, chain))).to.have.property('message', `the disk: ${fault}`)
        await migrate(store, quiet, chain)
        expect(await contentOf(store), `${fault} at commit ${commit}`).to.deep.equal(expected)
      }
    }
  })

  it('has a migration to each version after the first', async () => {
    const { migrations } = await import('../../../node/store/migrations/all.ts')
    expect(migrations.map(({ to }) => to)).to.deep.equal(migrations.map((_, i) => i + 2))
    expect(SCHEMA_VERSION).to.equal(migrations.length + 1)
  })
})
