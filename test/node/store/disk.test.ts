/** The disk of the authority's database is full for a time, or its log is damaged. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { u32be } from '../../../node/lib/bytes.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { failureOf } from '../../support/failure.ts'
import { mountSmallDisk } from '../../support/small-disk.ts'
import { temporaryDirectory } from './support.ts'

describe('LevelStore on a full disk', () => {
  const directory = temporaryDirectory()

  it('accepts no write after a partial one, and has all acknowledged records when it is opened again', async function () {
    const disk = join(directory.path, 'disk')
    if (!mountSmallDisk(disk, 1)) return this.skip()
    try {
      const path = join(disk, 'db')
      const acknowledged: number[] = []
      const write = async (store: LevelStore, n: number) => {
        await store.commit([{ put: u32be(n), value: new Uint8Array(3000).fill(n) }])
        acknowledged.push(n)
      }
      const store = await LevelStore.open(path)
      await write(store, 1)
      const ballast = join(disk, 'ballast')
      // Room for a part of the next record.
      const { bavail, bsize } = statfsSync(disk)
      writeFileSync(ballast, Buffer.alloc(bavail * bsize))
      expect(await failureOf(Promise.all([2, 3, 4].map(n => write(store, n))))).to.have.property('code', 'STORE_IO')

      rmSync(ballast)
      for (const n of [5, 6]) expect(await failureOf(write(store, n))).to.have.property('code', 'STORE_IO')
      expect((await store.stopped).code).to.equal('STORE_IO')
      expect(store.get(u32be(1)), 'earlier records can be read').to.have.length(3000)
      await store.close()

      const again = await LevelStore.open(path)
      await write(again, 7)
      await again.close()
      const last = await LevelStore.open(path)
      expect(acknowledged).to.deep.equal([1, 7])
      for (const n of acknowledged) expect(last.get(u32be(n)), `acknowledged ${n}`).to.have.length(3000)
      await last.close()
    } finally {
      spawnSync('umount', ['-l', disk])
    }
  })
})

describe('LevelStore with a damaged log', () => {
  const directory = temporaryDirectory()

  it('does not open a log with a changed record, and opens a log whose last record is incomplete', async function () {
    this.timeout(60_000)
    const path = join(directory.path, 'db')
    // Longer than a block of the log, so that the records are split into fragments.
    const value = (n: number) => new Uint8Array(50_000).fill(n)
    const store = await LevelStore.open(path)
    for (const n of [1, 2, 3]) await store.commit([{ put: u32be(n), value: value(n) }])
    await store.close()
    const log = join(path, readdirSync(path).find(name => name.endsWith('.log')) ?? 'none')
    const written = readFileSync(log)
    const files = () =>
      readdirSync(path)
        .filter(name => /log$|ldb$/.test(name))
        .sort()
    const before = files()

    // In the first and the second record, each followed by an acknowledged one.
    for (const at of [20, 40_000, 60_000, 90_000]) {
      const changed = Buffer.from(written)
      changed[at] = (changed[at] as number) ^ 1
      writeFileSync(log, changed)
      const refused = await failureOf(LevelStore.open(path))
      expect(refused, `byte ${at}`).to.have.property('code', 'STORE_DAMAGED')
      expect(files()).to.deep.equal(before)
      expect(readFileSync(log).equals(changed)).to.equal(true)
    }
    // In the last record, which a power failure may have interrupted: a page is missing, and the page after it is there.
    const torn = Buffer.from(written)
    torn.fill(0, 102_400, 106_496)
    writeFileSync(log, torn)
    const again = await LevelStore.open(path)
    for (const n of [1, 2]) expect(again.get(u32be(n))).to.deep.equal(Buffer.from(value(n)))
    expect(again.get(u32be(3))).to.equal(undefined)
    await again.close()
  })
})
