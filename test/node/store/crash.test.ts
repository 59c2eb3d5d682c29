import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { readU32be, u32be } from '../../../node/lib/bytes.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { collect, temporaryDirectory } from './support.ts'

const writer = fileURLToPath(new URL('writer.ts', import.meta.url))
const ROUNDS = process.env.DOJANG_TEST_LONG ? 50 : 4

describe('LevelStore under kill -9', () => {
  const directory = temporaryDirectory()

  it('has every acknowledged commit, and all or nothing of each commit', async function () {
    this.timeout(ROUNDS * 10_000)
    const path = join(directory.path, 'db')
    const acknowledged: number[] = []
    let from = 0
    for (let round = 0; round < ROUNDS; round++) {
      const args = ['--import', 'tsx', writer, path, String(from)]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const closed = once(child, 'close')
      let seen = 0
      for await (const line of createInterface(child.stdout)) {
        acknowledged.push(Number(line))
        // At another time in each round, in the middle of a write.
        if (++seen === 40 + round * 37) child.kill('SIGKILL')
      }
      expect((await closed)[1]).to.equal('SIGKILL')

      const store = await LevelStore.open(path)
      const numbers = async (half: number) =>
        (await collect(store.range(new Uint8Array([half]), new Uint8Array([half + 1])))).map(([key]) =>
          readU32be(key, 1),
        )
      const [first, second] = [await numbers(1), await numbers(2)]
      expect(first).to.deep.equal(second)
      const present = new Set(first)
      for (const n of acknowledged) expect(present.has(n), `acknowledged ${n}`).to.equal(true)
      from = Math.max(...first) + 1
      expect(store.get(new Uint8Array([1, ...u32be(from - 1)]))).to.have.length(2000)
      await store.close()
    }
    expect(acknowledged.length).to.be.at.least(40 * ROUNDS)
  })
})
