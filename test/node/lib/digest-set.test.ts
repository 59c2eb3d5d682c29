import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { DigestSet } from '../../../node/lib/digest-set.ts'

describe('a set of digests', () => {
  it('does as a Set of the texts does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3 }), { maxLength: 200 }), texts => {
        const [digests, reference] = [new DigestSet(randomBytes), new Set<string>()]
        for (const text of texts) {
          expect(digests.has(text)).to.equal(reference.has(text))
          expect(digests.add(text)).to.equal(!reference.has(text))
          reference.add(text)
          expect(digests.has(text)).to.equal(true)
          expect(digests.size).to.equal(reference.size)
        }
      }),
    )
  })

  it('keeps all while it grows, in 25 bytes or so for each', () => {
    const digests = new DigestSet(randomBytes)
    const before = process.memoryUsage().arrayBuffers
    const count = 190_000
    for (let i = 0; i < count; i++) digests.add(`text ${i}`)
    // What the garbage collector has not freed yet counts too: the tables before the last one.
    expect((process.memoryUsage().arrayBuffers - before) / count).to.be.below(70)
    for (let i = 0; i < count; i++) if (!digests.has(`text ${i}`)) expect.fail(`text ${i} was lost`)
    for (let i = 0; i < 1000; i++) expect(digests.has(`another ${i}`)).to.equal(false)
    expect(digests.size).to.equal(count)
  })
})
