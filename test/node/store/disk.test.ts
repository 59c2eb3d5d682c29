/** The disk under the authority's database is full for a while. */
import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { u32be } from '../../../node/lib/bytes.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { failureOf } from '../../support/failure.ts'
import { mountSmallDisk } from '../../support/small-disk.ts'
import { temporaryDirectory } from './support.ts'

describe('LevelStore on a full disk', () => {
  const directory = temporaryDirectory()

  it('takes nothing behind a torn write, and has all that it acknowledged when it is opened again', async function () {
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
      expect(store.get(u32be(1)), 'what was there is read').to.have.length(3000)
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
