/** Evidence, views and logs from the recorded answers of a Besu network. */
import { expect } from 'chai'
import { parseBody } from '../../../../node/ledger/follower/body.ts'
import { fromHex, type Hex, toHex } from '../../../../node/lib/bytes.ts'
import { logsInRange } from '../../../../node/lib/logs.ts'
import { verifyStorageProof } from '../../../../node/proof/account.ts'
import { parseProofAnswer, verifyContract } from '../../../../node/proof/contract.ts'
import { blockHash, parseHeader } from '../../../../node/proof/header.ts'
import { checkpointOf, followHeader } from '../../../../node/proof/light-client.ts'
import { openProfile } from '../../../../node/proof/profile.ts'
import { REGISTRIES } from '../../../../node/proof/registries/log.ts'
import { checkEvidence } from '../../../../node/verifier/evidence/check.ts'
import { makeEvidence } from '../../../../node/verifier/evidence/make.ts'
import {
  recordedBlocks,
  recordedCard,
  recordedLedger,
  recordedProfile,
  recordedProofs,
} from '../../../support/besu-recording.ts'
import { codeOf } from '../../proof/refused.ts'
import { keyOf } from '../support.ts'

const { profile } = openProfile(recordedProfile)
const timeOf = (height: number) => Number(recordedBlocks[height]?.block.timestamp)
const clock = () => timeOf(recordedBlocks.length - 1) + 1

describe('recorded answers of Besu', () => {
  for (const [height, verdict] of [
    [0x1d, 'suspended'],
    [0x3f, 'revoked'],
  ] as const) {
    it(`make the evidence of a card at block ${height}, in whatever order proofs and logs come`, async () => {
      for (const ledger of [recordedLedger(), recordedLedger(logs => logs.toReversed())]) {
        const request = { credential: recordedCard, at: timeOf(height) }
        const { text, checked } = await makeEvidence(ledger, profile, request, clock)
        expect(keyOf(checked.verdict)).to.equal(verdict)
        expect(await checkEvidence(text, profile, clock())).to.deep.equal(checked)
      }
    })
  }

  it('prove each requested slot, in any order, repetition and length of the keys', () => {
    const contracts = Object.values(profile.contracts)
    for (const { params, result } of recordedProofs) {
      const [address, keys, block] = params
      const contract = contracts.find(each => each.address === address)
      if (!contract) continue
      const slots = keys.map(key => fromHex(`0x${key.slice(2).padStart(64, '0')}` as Hex))
      const { accountProof, storageProofs } = parseProofAnswer(result, slots)
      const { stateRoot } = parseHeader(recordedBlocks[Number(block)]?.block)
      const root = verifyContract(stateRoot, contract, accountProof)
      const words = new Map(
        result.storageProof.map(each => [BigInt(each.key), BigInt((each as unknown as { value: Hex }).value)]),
      )
      for (const [i, slot] of slots.entries()) {
        const word = verifyStorageProof(root, slot, storageProofs[i] as readonly Uint8Array[])
        expect(word).to.equal(words.get(BigInt(toHex(slot))))
      }
    }
  })

  it('are refused if a slot has no proof, a key is invalid, or there are more proofs than slots', () => {
    const { params, result } = recordedProofs.find(({ params: [, keys] }) => keys.length === 2) ?? expect.fail()
    const slots = params[1].map(fromHex)
    const parse = (storageProof: unknown) => codeOf(() => parseProofAnswer({ ...result, storageProof }, slots))
    const [first, second] = result.storageProof
    expect(parse([second, first])).to.equal('passed')
    for (const wrong of [
      [first],
      [],
      null,
      [first, first],
      [first, second, first],
      [first, null],
      [first, { ...second, key: undefined }],
      [first, { ...second, key: 5 }],
      [first, { ...second, key: '0x' }],
      [first, { ...second, key: `0x1${'0'.repeat(64)}` }],
    ]) {
      expect(parse(wrong), JSON.stringify(wrong)?.slice(0, 80)).to.equal('PROOF_MALFORMED')
    }
  })

  it('lead a light client from the checkpoint to the head, through votes and later rounds', () => {
    let head = checkpointOf(profile)
    for (const { block, validators } of recordedBlocks.slice(head.height + 1)) {
      const header = parseHeader(block)
      expect(toHex(blockHash(header))).to.equal(block.hash)
      head = followHeader(head, header, clock())
      expect(head.validators).to.deep.equal(validators)
    }
    expect(head.height).to.equal(recordedBlocks.length - 1)
  })

  it('hold every transaction as it was signed', () => {
    const counts = recordedBlocks.map(({ block }) => parseBody(block).transactions.length)
    expect(counts.reduce((sum, count) => sum + count)).to.equal(21)
  })

  it('give logs in the order of the ledger, however they are ordered in the answer', async () => {
    const filter = { address: REGISTRIES.map(name => profile.contracts[name].address) }
    const to = recordedBlocks.length - 1
    const logs = await logsInRange(recordedLedger(), filter, 0, to)
    expect(logs).to.have.lengthOf(19)
    expect(
      await logsInRange(
        recordedLedger(all => all.toReversed()),
        filter,
        0,
        to,
      ),
    ).to.deep.equal(logs)
  })
})
