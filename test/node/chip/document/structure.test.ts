/**
 * Documents whose EF.SOD has an element added, removed or repeated. It is done at every place, and the lengths are made to fit. They
 * are refused, also where no signature covers the place. With DOJANG_TEST_LONG of every document that OpenSSL made, otherwise of one.
 */
import { expect } from 'chai'
import { verifyChip } from '../../../../node/chip/document/verify.ts'
import { ChipError } from '../../../../node/chip/errors.ts'
import { type Element, encode, parse } from './element-tree.ts'
import { acceptedFixtures, documentOf } from './fixtures.ts'

/** Every list of elements that differs from this one by one element at one place, at any depth. */
function* changed(elements: readonly Element[], path = ''): Generator<{ what: string; list: readonly Element[] }> {
  const EXTRA: readonly Element[] = [
    { tag: 0x05, value: new Uint8Array() },
    { tag: 0xa1, value: [] },
    { tag: 0x04, value: Uint8Array.of(1) },
  ]
  for (let i = 0; i <= elements.length; i++) {
    for (const extra of EXTRA) yield { what: `${path}/${i} +${extra.tag}`, list: elements.toSpliced(i, 0, extra) }
    const own = elements[i]
    if (!own) continue
    yield { what: `${path}/${i} twice`, list: elements.toSpliced(i, 0, own) }
    yield { what: `${path}/${i} left out`, list: elements.toSpliced(i, 1) }
    if (own.value instanceof Uint8Array) continue
    for (const { what, list } of changed(own.value, `${path}/${i}`)) {
      yield { what, list: elements.with(i, { tag: own.tag, value: list }) }
    }
  }
}

/**
 * NULL and no parameters mean the same algorithm (RFC 5754 §2). These are the places that no signature covers: the list of
 * hashes, the hash and the signature of the SignerInfo, and the two hashes in the parameters of RSA-PSS.
 */
const SAME_ALGORITHM = /^\/0\/0\/1\/0\/(1\/0|4\/0\/2|4\/0\/4(\/1\/0\/0|\/1\/1\/0\/1)?)\/1 (\+5|left out)$/

const LONG = process.env.DOJANG_TEST_LONG !== undefined

describe('an EF.SOD made by OpenSSL', () => {
  for (const fixture of LONG ? acceptedFixtures : acceptedFixtures.filter(({ name }) => name === 'p256-sha256')) {
    it(`is refused with an element more or less at any place: ${fixture.name}`, function () {
      this.timeout(LONG ? 3_600_000 : 180_000)
      const { reading, check } = documentOf(fixture)
      const elements = parse(reading.securityObject)
      expect(encode(elements)).to.deep.equal(Buffer.from(reading.securityObject))
      const passed: string[] = []
      for (const { what, list } of changed(elements)) {
        try {
          verifyChip({ ...reading, securityObject: Uint8Array.from(encode(list)) }, check)
          passed.push(what)
        } catch (error) {
          if (!(error instanceof ChipError)) throw error
        }
      }
      expect(passed.filter(what => !SAME_ALGORITHM.test(what))).to.deep.equal([])
    })
  }
})
