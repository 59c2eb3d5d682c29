import { expect } from 'chai'
import { KeyedLock } from '../../../node/lib/lock.ts'

describe('a lock with keys', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => `key ${i}`)
  const turn = () => new Promise(resolve => setImmediate(resolve))

  it('runs a body that has ten thousand keys, alone on each of them', async () => {
    const lock = new KeyedLock()
    const order: string[] = []
    const held = Promise.withResolvers<void>()
    const first = lock.run('key 5000', async () => {
      await held.promise
      order.push('one')
    })
    const all = lock.runAll(many, async () => {
      await turn()
      order.push('all')
    })
    await turn()
    const later = lock.run('key 0', async () => void order.push('later'))
    const other = lock.run('another', async () => void order.push('other'))
    await other
    held.resolve()
    await Promise.all([first, all, later])
    expect(order).to.deep.equal(['other', 'one', 'all', 'later'])
    expect(many.some(key => lock.busy(key))).to.equal(false)
  })

  it('is free again after a body that throws, and two callers with the same keys do not wait for each other', async () => {
    const lock = new KeyedLock()
    const failed = await lock
      .runAll(many, async () => {
        throw new Error('failed')
      })
      .catch(error => error.message)
    expect(failed).to.equal('failed')
    const ran = await Promise.all([
      lock.runAll(['a', 'b', 'a'], async () => 1),
      lock.runAll(['b', 'a'], async () => 2),
      lock.runAll([], async () => 3),
    ])
    expect(ran).to.deep.equal([1, 2, 3])
  })
})
