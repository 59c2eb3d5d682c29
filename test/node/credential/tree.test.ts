import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { nodeHash, rootFromPath } from '../../../node/credential/leaf.ts'
import { decodeLeaves, encodeLeaves, manifestHash } from '../../../node/credential/manifest.ts'
import { buildTree } from '../../../node/credential/tree.ts'
import { toHex, utf8 } from '../../../node/lib/bytes.ts'
import { random, refusal } from './support.ts'

const leafOf = (n: number) => new Uint8Array(createHash('sha256').update(String(n)).digest())
const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => leafOf(i))

/** The root, computed recursively from all leaves. */
function naiveRoot(level: readonly Uint8Array[]): Uint8Array {
  if (level.length === 1) return level[0] as Uint8Array
  const half = level.length / 2
  return new Uint8Array(
    createHash('sha256')
      .update(new Uint8Array([1]))
      .update(naiveRoot(level.slice(0, half)))
      .update(naiveRoot(level.slice(half)))
      .digest(),
  )
}

describe('buildTree', () => {
  it('leads from every leaf to the root, and from no other hash', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (count, pick) => {
        const leaves = leavesOf(count)
        const tree = buildTree(leaves, random)
        expect(tree.size).to.equal(Math.max(16, 2 ** Math.ceil(Math.log2(count))))
        expect(tree.leaves).to.have.length(tree.size)
        expect(toHex(tree.root)).to.equal(toHex(naiveRoot(tree.leaves)))
        expect(new Set(tree.leafIndexes).size).to.equal(count)
        leaves.forEach((leaf, i) => {
          const index = tree.leafIndexes[i] as number
          expect(tree.leaves[index]).to.equal(leaf)
          const path = tree.path(index)
          expect(path).to.have.length(Math.log2(tree.size))
          expect(toHex(rootFromPath(leaf, index, path))).to.equal(toHex(tree.root))
        })
        const index = tree.leafIndexes[pick % count] as number
        const other = (index + 1 + (pick % (tree.size - 1))) % tree.size
        const leaf = leaves[pick % count] as Uint8Array
        expect(toHex(rootFromPath(leaf, other, tree.path(index)))).not.to.equal(toHex(tree.root))
        expect(toHex(rootFromPath(leaf, index, tree.path(other)))).not.to.equal(toHex(tree.root))
        expect(toHex(rootFromPath(leafOf(-1), index, tree.path(index)))).not.to.equal(toHex(tree.root))
      }),
      { numRuns: 60 },
    )
  })

  it('puts leaves at random indexes, so that an index does not reveal the order', () => {
    const seen = Array.from({ length: 16 }, () => 0)
    for (let round = 0; round < 2000; round++) {
      const index = buildTree(leavesOf(3), random).leafIndexes[0] as number
      seen[index] = (seen[index] as number) + 1
    }
    // 125 each; seven standard deviations is 76.
    for (const times of seen) expect(times).to.be.within(125 - 76, 125 + 76)
  })

  it('uses new random padding each time', () => {
    const [one, two] = [buildTree(leavesOf(1), random), buildTree(leavesOf(1), random)]
    const all = [...one.leaves, ...two.leaves].map(toHex)
    expect(new Set(all).size).to.equal(31)
  })

  it('separates leaves from nodes', () => {
    const tree = buildTree(leavesOf(16), random)
    const inner = nodeHash(tree.leaves[0] as Uint8Array, tree.leaves[1] as Uint8Array)
    const shortened = tree.path(0).slice(1)
    // An inner node with a shorter path does lead to the root: that is why the path's length is fixed by the size.
    expect(toHex(rootFromPath(inner, 0, shortened))).to.equal(toHex(tree.root))
    expect(toHex(rootFromPath(inner, 0, tree.path(0)))).not.to.equal(toHex(tree.root))
  })

  it('refuses an empty batch, and a leaf that is not a hash', () => {
    expect(() => buildTree([], random)).to.throw(TypeError)
    expect(() => buildTree([new Uint8Array(31)], random)).to.throw(TypeError)
    const tree = buildTree(leavesOf(1), random)
    for (const index of [-1, 16, 1.5]) expect(() => tree.path(index)).to.throw(TypeError)
  })
})

describe('manifest', () => {
  it('is the hash of two hashes', () => {
    const hash = (data: Uint8Array) => createHash('sha256').update(data).digest()
    const [leaves, entries] = [encodeLeaves(leavesOf(16)), utf8('a JWE')]
    const expected = createHash('sha256').update(hash(leaves)).update(hash(entries)).digest()
    expect(toHex(manifestHash(leaves, entries))).to.equal(toHex(new Uint8Array(expected)))
  })

  it('decodes the leaves, and refuses a file of another length', () => {
    const leaves = leavesOf(16)
    expect(decodeLeaves(encodeLeaves(leaves))).to.deep.equal(leaves)
    refusal('CREDENTIAL_MALFORMED', () => decodeLeaves(new Uint8Array(33)))
    expect(() => encodeLeaves([new Uint8Array(31)])).to.throw(TypeError)
  })
})
