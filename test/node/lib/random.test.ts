import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { toHex } from '../../../node/lib/bytes.ts'
import { pooledRandom, type Random } from '../../../node/lib/random.ts'

describe('pooled random bytes', () => {
  /** Counts up, so that each byte shows where it came from. */
  function counting(): { random: Random; asked: number[] } {
    const asked: number[] = []
    let next = 0
    const random: Random = length => {
      asked.push(length)
      return new Uint8Array(length).map(() => next++ % 251)
    }
    return { random, asked }
  }

  it('hand out each byte once, and take thousands at a time', () => {
    const { random, asked } = counting()
    const pooled = pooledRandom(random)
    const drawn = Array.from({ length: 256 }, () => pooled(16)).flatMap(part => [...part])
    expect(drawn).to.deep.equal([...counting().random(4096)])
    expect(asked).to.deep.equal([4096])
    pooled(16)
    expect(asked).to.deep.equal([4096, 4096])
  })

  it('of a large amount are asked for directly', () => {
    const { random, asked } = counting()
    expect(pooledRandom(random)(1000).length).to.equal(1000)
    expect(asked).to.deep.equal([1000])
  })

  it('do not change when the next part is drawn, and leave the pool', () => {
    let pool = new Uint8Array()
    const pooled = pooledRandom(length => {
      pool = new Uint8Array(randomBytes(length))
      return pool
    })
    const first = pooled(32)
    const before = toHex(first)
    pooled(32)
    expect(toHex(first)).to.equal(before)
    expect(toHex(pool.subarray(0, 64))).to.equal(`0x${'00'.repeat(64)}`)
  })
})
