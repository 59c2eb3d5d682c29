/** The tree against the published values of RFC 6962 implementations, against the definition, and against liars. */
import { expect } from 'chai'
import fc from 'fast-check'
import { fromHex, toHex, u32be } from '../../../../node/lib/bytes.ts'
import {
  consistencyProof,
  EMPTY_ROOT,
  inclusionProof,
  leafHash,
  type NodeReader,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../../node/proof/tlog/merkle.ts'
import { at } from './tree.ts'

/** The example of Certificate Transparency's reference implementation. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** MTH of RFC 6962 §2.1, word for word. */
function definition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_ROOT
  if (leaves.length === 1) return leafHash(at(leaves, 0))
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(definition(leaves.slice(0, split)), definition(leaves.slice(split)))
}

const readerOf =
  (leaves: readonly Uint8Array[]): NodeReader =>
  (level, index) => {
    const of = 2 ** level
    expect((index + 1) * of, 'only complete subtrees are read').to.be.at.most(leaves.length)
    return definition(leaves.slice(index * of, (index + 1) * of))
  }

const numbered = (size: number) => Array.from({ length: size }, (_, i) => u32be(i))
const changed = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte))

describe('the tree of a transparency log', () => {
  it('has the published roots', async () => {
    const leaves = LEAVES.map(hex => fromHex(`0x${hex}`))
    for (const [i, root] of ROOTS.entries()) {
      const part = leaves.slice(0, i + 1)
      expect(toHex(await rootOf(i + 1, readerOf(part)))).to.equal(`0x${root}`)
    }
    expect(toHex(await rootOf(0, readerOf([])))).to.equal(
      '0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  it('proves each leaf of each tree up to 40, and refuses it at another place, in another tree, or changed', async () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = numbered(size)
      const root = definition(leaves)
      for (const [index, leaf] of leaves.entries()) {
        const path = await inclusionProof(index, size, readerOf(leaves))
        const hash = leafHash(leaf)
        expect(verifyInclusion({ index, size }, hash, path, root), `${index} of ${size}`).to.equal(true)
        for (const [i, sibling] of path.entries()) {
          const wrong = path.with(i, changed(sibling))
          expect(verifyInclusion({ index, size }, hash, wrong, root)).to.equal(false)
        }
        expect(verifyInclusion({ index, size }, changed(hash), path, root)).to.equal(false)
        expect(verifyInclusion({ index, size }, hash, path, changed(root))).to.equal(false)
        expect(verifyInclusion({ index, size }, hash, [...path, hash], root)).to.equal(false)
        if (path.length > 0) expect(verifyInclusion({ index, size }, hash, path.slice(1), root)).to.equal(false)
        const elsewhere = (index + 1) % size
        if (size > 1) expect(verifyInclusion({ index: elsewhere, size }, hash, path, root)).to.equal(false)
      }
    }
  })

  it('proves that each tree up to 40 contains each earlier one, and no other', async () => {
    for (let size = 0; size <= 40; size++) {
      const leaves = numbered(size)
      const root = definition(leaves)
      for (let earlier = 0; earlier <= size; earlier++) {
        const old = { size: earlier, root: definition(leaves.slice(0, earlier)) }
        const path = await consistencyProof(earlier, size, readerOf(leaves))
        expect(verifyConsistency(old, { size, root }, path), `${earlier} in ${size}`).to.equal(true)
        const forked = { size: earlier, root: changed(old.root) }
        expect(verifyConsistency(forked, { size, root }, path)).to.equal(false)
        expect(verifyConsistency(old, { size, root }, [...path, root])).to.equal(false)
        if (earlier > 0) expect(verifyConsistency(old, { size, root: changed(root) }, path)).to.equal(false)
        for (const [i, sibling] of path.entries()) {
          expect(verifyConsistency(old, { size, root }, path.with(i, changed(sibling)))).to.equal(false)
          expect(verifyConsistency(old, { size, root }, path.toSpliced(i, 1))).to.equal(false)
        }
      }
    }
  })

  it('refuses a tree that is rolled back, whatever the proof', async () => {
    const leaves = numbered(9)
    const old = { size: 9, root: definition(leaves) }
    const young = { size: 8, root: definition(leaves.slice(0, 8)) }
    expect(verifyConsistency(old, young, await consistencyProof(8, 9, readerOf(leaves)))).to.equal(false)
  })

  it('never throws on sizes, places and proofs that make no sense', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(2 ** 53 - 1, 2 ** 52, Number.NaN))
    fc.assert(
      fc.property(number, number, bytes, fc.array(bytes, { maxLength: 70 }), (a, b, root, path) => {
        expect(verifyInclusion({ index: a, size: b }, root, path, EMPTY_ROOT)).to.equal(false)
        expect(verifyConsistency({ size: a, root }, { size: b, root: EMPTY_ROOT }, path)).to.equal(false)
      }),
    )
  })
})
