import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { concat } from '../../../node/lib/bytes.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { bucketRange, keyRange } from '../../../node/store/purge.ts'
import { bytesCodec, Table } from '../../../node/store/store.ts'
import { temporaryDirectory } from './support.ts'

describe('purge', function () {
  this.timeout(60_000)
  const directory = temporaryDirectory()
  let number = 0
  let path: string
  let store: LevelStore
  let records: Table<Uint8Array, Uint8Array>

  beforeEach(async () => {
    path = join(directory.path, `db-${number++}`)
    await open()
  })
  afterEach(() => store.close())

  async function open(): Promise<void> {
    store = await LevelStore.open(path)
    records = new Table(store, Bucket.personKey, bytesCodec, bytesCodec)
  }
  async function reopen(): Promise<void> {
    await store.close()
    await open()
  }
  async function fill(commits: number): Promise<void> {
    for (let i = 0; i < commits; i++) {
      const puts = Array.from({ length: 40 }, (_, n) => ({
        put: concat(new Uint8Array([1 + (n % 4)]), randomBytes(16)),
        value: randomBytes(900),
      }))
      await store.commit(puts)
    }
  }

  /** Any 16 of its bytes: tables are compressed, and a value may be in two blocks of the log. */
  function filesWith(secret: Uint8Array): string[] {
    const windows = Array.from({ length: secret.length - 15 }, (_, i) => secret.subarray(i, i + 16))
    return readdirSync(path).filter(name => {
      const bytes = readFileSync(join(path, name))
      return windows.some(window => bytes.includes(Buffer.from(window)))
    })
  }

  const person = randomBytes(16)
  const range = [keyRange(Bucket.personKey, person)]
  const scenarios: Record<string, (secret: Uint8Array) => Promise<void>> = {
    'in memory together with its deletion': async secret => {
      await store.commit([records.put(person, secret)])
    },
    'in the log of an earlier process': async secret => {
      await store.commit([records.put(person, secret)])
      await reopen()
    },
    'in a table under newer ones': async secret => {
      await fill(60)
      await store.commit([records.put(person, secret)])
      await fill(200)
      await reopen()
      await fill(30)
    },
    'overwritten, in several tables': async secret => {
      await store.commit([records.put(person, secret)])
      await reopen()
      await store.commit([records.put(person, randomBytes(60))])
      await reopen()
      await fill(100)
      await store.commit([records.put(person, secret)])
    },
  }
  for (const [name, write] of Object.entries(scenarios)) {
    it(`leaves no deleted value in the files: ${name}`, async () => {
      const secret = randomBytes(60)
      await write(secret)
      await store.commit([records.del(person)])
      expect(filesWith(secret), 'without it, the value is there').not.to.deep.equal([])
      await store.purge(range)
      expect(filesWith(secret)).to.deep.equal([])
    })
  }

  it('removes the deleted values of a whole bucket, and no other', async () => {
    const secrets = Array.from({ length: 20 }, () => randomBytes(60))
    await fill(50)
    const ids = secrets.map(() => randomBytes(16))
    await store.commit(secrets.map((secret, i) => records.put(ids[i] as Uint8Array, secret)))
    await fill(50)
    await store.commit(ids.slice(1).map(id => records.del(id)))
    await store.purge([bucketRange(Bucket.personKey)])
    expect(secrets.slice(1).flatMap(filesWith)).to.deep.equal([])
    expect(records.get(ids[0] as Uint8Array)).to.deep.equal(new Uint8Array(secrets[0] as Uint8Array))
    await reopen()
    let count = 0
    for await (const _ of records.entries()) count += 1
    expect(count, 'a quarter of what was filled, and the one that was not deleted').to.equal(100 * 10 + 1)
  })

  it('waits for iterators that were open, also for nested ones, and later ones wait for it', async () => {
    const secret = randomBytes(60)
    await fill(40)
    await store.commit([records.put(person, secret)])
    const events: string[] = []
    const outer = records.entries()[Symbol.asyncIterator]()
    await outer.next()
    await store.commit([records.del(person)])
    const purged = store.purge(range).then(() => events.push('purged'))
    await setImmediate()
    for await (const _ of records.entries(new Uint8Array(), { limit: 1 })) events.push('nested')
    await outer.return?.()
    events.push('outer closed')
    await setImmediate()
    for await (const _ of records.entries(new Uint8Array(), { limit: 1 })) events.push('later')
    await purged
    expect(events).to.deep.equal(['nested', 'outer closed', 'purged', 'later'])
    expect(filesWith(secret)).to.deep.equal([])
  })
})
