import { expect } from 'chai'
import { AbiCoder, id, keccak256 } from 'ethers'
import fc from 'fast-check'
import { setStatus, statusAt } from '../../node/credential/status-list.ts'
import { toHex } from '../../node/lib/bytes.ts'
import { CredentialStatus } from '../../node/proof/registries/status.ts'
import { encodeStatusOps, type StatusOp } from '../../node/proof/registries/status-ops.ts'
import { bytes32, CAPACITY, LIST_A, listed, networkHelpers, time } from './support/world.ts'

const SET = ['bytes32', 'bytes32', 'uint64', 'uint32', 'bytes32', 'bytes32', 'uint256']
const hash = (values: unknown[]): string => keccak256(AbiCoder.defaultAbiCoder().encode(SET, values))

/** Several calls, each for distinct indexes crowded into a few words. */
const calls = fc.array(
  fc.uniqueArray(fc.record({ idx: fc.nat(300), to: fc.constantFrom(...Object.values(CredentialStatus)) }), {
    selector: ({ idx }) => idx,
    minLength: 1,
    maxLength: 40,
  }),
  { minLength: 1, maxLength: 6 },
)

describe('StatusRegistry and the node give the same results', () => {
  it('for packed ops and words, final statuses and the running hash', async function () {
    this.timeout(30_000)
    await fc.assert(
      fc.asyncProperty(calls, async sequence => {
        const world = await networkHelpers.loadFixture(listed)
        await world.registry.connect(world.council).setDailyLimit(LIST_A, CAPACITY)
        const registry = world.registry.connect(world.statusA)
        const expected = new Uint8Array(CAPACITY / 4)
        let { chain } = await registry.lists(LIST_A)
        for (const wanted of sequence) {
          const ops: StatusOp[] = []
          for (const { idx, to } of wanted) {
            const from = statusAt(expected, 2, idx) as CredentialStatus
            if (from !== to && from !== CredentialStatus.INVALID) ops.push({ idx, from, to })
          }
          if (ops.length === 0) continue
          const encoded = toHex(encodeStatusOps(ops))
          const now = (await time.latest()) + 1
          await time.setNextBlockTimestamp(now)
          await registry.set(LIST_A, encoded, bytes32(ops.length))
          for (const { idx, to } of ops) setStatus(expected, idx, to)
          chain = hash([chain, id('set'), LIST_A, 1, bytes32(ops.length), keccak256(encoded), now])
        }
        expect(await registry.wordsOf(LIST_A, 0, CAPACITY / 128)).to.equal(toHex(expected))
        expect((await registry.lists(LIST_A)).chain).to.equal(chain)

        // What is INVALID here is INVALID in the contract too, and stays so.
        const gone = Array.from({ length: 300 }, (_, idx) => idx).find(idx => statusAt(expected, 2, idx) === 1)
        if (gone !== undefined) {
          const revival = toHex(encodeStatusOps([{ idx: gone, from: 1, to: 0 }]))
          await expect(registry.set(LIST_A, revival, bytes32(0))).to.be.revertedWithCustomError(
            registry,
            'RevokedIsFinal',
          )
        }
      }),
      { numRuns: 25 },
    )
  })
})
