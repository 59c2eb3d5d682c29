/** A child process that commits pairs of records as fast as it can, and prints after each commit which pair is on disk. */
import { u32be } from '../../../node/lib/bytes.ts'
import { LevelStore } from '../../../node/store/level.ts'

const [path = '', from = '0'] = process.argv.slice(2)
const store = await LevelStore.open(path)
const value = new Uint8Array(2000).fill(7)
for (let i = Number(from); ; i += 4) {
  await Promise.all(
    [i, i + 1, i + 2, i + 3].map(async n => {
      await store.commit([
        { put: new Uint8Array([1, ...u32be(n)]), value },
        { put: new Uint8Array([2, ...u32be(n)]), value },
      ])
      process.stdout.write(`${n}\n`)
    }),
  )
}
