import { expect } from 'chai'
import fc from 'fast-check'
import { LruCache } from '../../../node/lib/lru-cache.ts'

describe('LruCache', () => {
  it('drops the entry used least recently', () => {
    const cache = new LruCache<string, number>(2)
    cache.set('a', 1)
    cache.set('b', 2)
    cache.get('a')
    cache.set('c', 3)
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).to.deep.equal([1, undefined, 3])
  })

  it('replaces a value without dropping another, and counts that as a use', () => {
    const cache = new LruCache<string, number>(2)
    cache.set('a', 1)
    cache.set('b', 2)
    cache.set('a', 3)
    expect([cache.get('b'), cache.get('a')]).to.deep.equal([2, 3])
    cache.set('b', 4)
    cache.set('c', 5)
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).to.deep.equal([undefined, 4, 5])
  })

  it('contains the same entries as a list ordered by use', () => {
    const step = fc.record({ act: fc.constantFrom('get', 'set', 'delete'), key: fc.nat(6), value: fc.nat() })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const cache = new LruCache<number, number>(capacity)
        let model: [number, number][] = []
        for (const { act, key, value } of steps) {
          const found = model.find(([each]) => each === key)
          if (act === 'get') expect(cache.get(key)).to.equal(found?.[1])
          if (act === 'set') cache.set(key, value)
          if (act === 'delete') cache.delete(key)
          if (act === 'get' && !found) continue
          model = model.filter(each => each !== found)
          if (act === 'get' && found) model.push(found)
          if (act === 'set') model.push([key, value])
          model = model.slice(-capacity)
        }
        for (const [key, value] of model) expect(cache.get(key)).to.equal(value)
        expect([0, 1, 2, 3, 4, 5, 6].filter(key => cache.get(key) !== undefined)).to.have.length(model.length)
      }),
    )
  })
})
