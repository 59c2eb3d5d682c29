import { expect } from 'chai'
import { Bucket } from '../../../node/store/buckets.ts'

describe('the buckets', () => {
  it('have a number each, and none the last one, after which no key follows', () => {
    const numbers = Object.values(Bucket)
    expect(new Set(numbers).size).to.equal(numbers.length)
    expect(numbers.every(number => number < 0xff)).to.equal(true)
  })
})
