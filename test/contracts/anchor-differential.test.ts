import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { AbiCoder, id, keccak256 } from 'ethers'
import fc from 'fast-check'
import { leafHash } from '../../node/credential/leaf.ts'
import { encodeLeaves } from '../../node/credential/manifest.ts'
import { decodeReceipt, encodeReceipt, receiptFor } from '../../node/credential/receipt.ts'
import { buildTree } from '../../node/credential/tree.ts'
import { type Hex, toHex } from '../../node/lib/bytes.ts'
import type { Random } from '../../node/lib/random.ts'
import { bytes32, ethers, networkHelpers, PURPOSE_ID, settled, time } from './support/world.ts'

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const hash = (types: string[], values: unknown[]): string => keccak256(AbiCoder.defaultAbiCoder().encode(types, values))

/** The same bytes for the same seed. */
function seeded(seed: number): Random {
  let count = 0
  return length => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () => sha256(Buffer.from(`${seed} ${count++}`)))
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length))
  }
}

const part = fc.uint8Array({ maxLength: 80 })
const credential = fc.record({
  header: part,
  payload: part,
  entryHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
})
const batch = fc.record({ credentials: fc.array(credential, { minLength: 1, maxLength: 40 }), seed: fc.nat() })

async function world() {
  const settledWorld = await settled()
  const reference = await ethers.deployContract('ReceiptReference')
  return { ...settledWorld, reference }
}

describe('AnchorLog, the node and a second implementation give the same results', () => {
  it('for trees, leaves and packed receipts', async function () {
    this.timeout(30_000)
    await fc.assert(
      fc.asyncProperty(batch, fc.nat(), async ({ credentials, seed }, chosen) => {
        const { log, reference, anchorA } = await networkHelpers.loadFixture(world)
        const { chainId } = await ethers.provider.getNetwork()
        const leaves = credentials.map(({ header, payload, entryHash }) =>
          leafHash(sha256(header), sha256(payload), entryHash),
        )
        const tree = buildTree(leaves, seeded(seed))
        expect(await reference.getFunction('rootOf')(encodeLeaves(tree.leaves))).to.equal(toHex(tree.root))
        await log.connect(anchorA).anchor(PURPOSE_ID, tree.root, tree.size, bytes32(1))

        const at = (await log.getAddress()).toLowerCase() as Hex
        const place = { chainId: Number(chainId), log: at, org: 1, purpose: PURPOSE_ID as Hex }
        const which = chosen % credentials.length
        const { header, payload, entryHash } = credentials[which] as (typeof credentials)[number]
        const receipt = receiptFor(tree, tree.leafIndexes[which] as number, place, entryHash)
        const packed = encodeReceipt(receipt)
        const isAnchored = reference.getFunction('isAnchored')
        expect(await isAnchored(packed, header, payload)).to.equal(true)

        const read = (await reference.getFunction('read')(packed)).toObject()
        const { path, ...fields } = decodeReceipt(packed)
        expect(path).to.deep.equal([...receipt.path])
        const plain = Object.entries(read).map(([name, value]) => {
          return [
            name,
            typeof value === 'bigint' ? Number(value) : name === 'log' ? String(value).toLowerCase() : value,
          ]
        })
        expect(Object.fromEntries(plain)).to.deep.equal({
          version: 1,
          ...fields,
          entryHash: toHex(fields.entryHash),
        })

        // One bit of anything that is hashed, and it is another credential's.
        expect(await isAnchored(packed, header, Uint8Array.of(...payload, 0))).to.equal(false)
        const bit = 97 * 8 + (seed % ((packed.length - 97) * 8))
        const flipped = packed.slice()
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(await isAnchored(flipped, header, payload)).to.equal(false)
      }),
      { numRuns: 40 },
    )
  })

  it('for the running hash of an organisation after random anchors and disowns', async function () {
    this.timeout(30_000)
    const anchored = fc.record({
      root: fc.nat(20),
      count: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      manifest: fc.nat(),
    })
    const acts = fc.array(fc.oneof(anchored, fc.record({ disown: fc.nat(20) })), { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(acts, async sequence => {
        const { log, anchorA, adminA } = await networkHelpers.loadFixture(world)
        const { chainId } = await ethers.provider.getNetwork()
        const types = ['bytes32', 'bytes32', 'uint32', 'bytes32', 'bytes32']
        let chain = hash(
          ['string', 'uint256', 'address', 'uint32'],
          ['dojang/AnchorLog/1', chainId, await log.getAddress(), 1],
        )
        const known = new Map<number, 'anchored' | 'disowned'>()
        let batches = 0
        let credentials = 0n
        for (const act of sequence) {
          const now = (await time.latest()) + 1
          await time.setNextBlockTimestamp(now)
          if ('disown' in act) {
            const sent = log.connect(adminA).disown(1, PURPOSE_ID, bytes32(act.disown + 1))
            if (known.get(act.disown) !== 'anchored') {
              await expect(sent).to.be.revertedWithCustomError(
                log,
                known.has(act.disown) ? 'AlreadyDisowned' : 'NotAnchored',
              )
              continue
            }
            await sent
            known.set(act.disown, 'disowned')
            chain = hash([...types, 'uint256'], [chain, id('disowned'), 1, PURPOSE_ID, bytes32(act.disown + 1), now])
          } else {
            const root = bytes32(act.root + 1)
            const sent = log.connect(anchorA).anchor(PURPOSE_ID, root, act.count, bytes32(act.manifest))
            if (known.has(act.root)) {
              await expect(sent).to.be.revertedWithCustomError(log, 'AlreadyAnchored')
              continue
            }
            await sent
            known.set(act.root, 'anchored')
            batches += 1
            credentials += BigInt(act.count)
            chain = hash(
              [...types, 'uint64', 'uint32', 'bytes32', 'uint256'],
              [chain, id('anchored'), 1, PURPOSE_ID, root, batches, act.count, bytes32(act.manifest), now],
            )
          }
        }
        expect(await log.heads(1)).to.deep.equal([BigInt(batches), credentials, chain])
      }),
      { numRuns: 15 },
    )
  })
})
