import { expect } from 'chai'
import fc from 'fast-check'
import { DayTree, entriesOf, manifestOf } from '../../../../node/issuer/journal/day.ts'
import { concat, type Hex, toHex, utf8 } from '../../../../node/lib/bytes.ts'
import { sha256 } from '../../../../node/lib/crypto.node.ts'

/** MTH of RFC 9162 §2.1.1, as it is written there. */
function mth(entries: readonly Uint8Array[]): Uint8Array {
  const [only] = entries
  if (entries.length === 1) return sha256(concat(new Uint8Array([0]), only as Uint8Array))
  let k = 1
  while (2 * k < entries.length) k *= 2
  return sha256(concat(new Uint8Array([1]), mth(entries.slice(0, k)), mth(entries.slice(k))))
}

describe('a day of the journal', () => {
  it('has the root of RFC 9162 for any number of entries', () => {
    const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 70 })
    fc.assert(
      fc.property(hashes, entries => {
        const tree = new DayTree()
        for (const entry of entries) tree.add(entry)
        expect(tree.root).to.equal(toHex(mth(entries)))
      }),
    )
  })

  it('has no root without an entry', () => {
    expect(() => new DayTree().root).to.throw(TypeError)
  })

  it('has a manifest of its date, its range and its last hash', () => {
    const day = { day: '2026-03-01', first: 3, last: 7, head: `0x${'ab'.repeat(32)}` as Hex }
    const text = `{"day":"2026-03-01","first":3,"last":7,"head":"0x${'ab'.repeat(32)}"}`
    expect(manifestOf({ ...day, root: '0x00' } as typeof day)).to.equal(toHex(sha256(utf8(text))))
    expect(entriesOf(day)).to.equal(5)
    const others = [{ day: '2026-03-02' }, { first: 4 }, { last: 8 }, { head: `0x${'ac'.repeat(32)}` as Hex }]
    for (const other of others) expect(manifestOf({ ...day, ...other })).to.not.equal(manifestOf(day))
  })
})
