/** Transaction receipts of a real block, proved under its receipts root. */
import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { expect } from 'chai'
import { concat, fromHex, type Hex, toHex } from '../../../node/lib/bytes.ts'
import { parseHeader } from '../../../node/proof/header.ts'
import { anchorLogEvents } from '../../../node/proof/registries/events/anchor-log.ts'
import { encodeRlp, rlpScalar } from '../../../node/proof/rlp.ts'
import { verifyTransactionReceiptProof } from '../../../node/proof/transaction-receipts.ts'
import { bytes32, LedgerWorld } from '../verifier/replica/ledger-world.ts'
import { codeOf } from './refused.ts'

interface JsonReceipt {
  readonly status: Hex
  readonly type: Hex
  readonly cumulativeGasUsed: Hex
  readonly logsBloom: Hex
  readonly logs: { address: Hex; topics: Hex[]; data: Hex }[]
}

function encoded({ status, type, cumulativeGasUsed, logsBloom, logs }: JsonReceipt): Uint8Array {
  const body = encodeRlp([
    rlpScalar(BigInt(status)),
    rlpScalar(BigInt(cumulativeGasUsed)),
    fromHex(logsBloom),
    logs.map(log => [fromHex(log.address), log.topics.map(fromHex), fromHex(log.data)]),
  ])
  return type === '0x0' ? body : concat(Uint8Array.of(Number(type)), body)
}

describe('proof: transaction receipts', () => {
  it('prove that a batch was anchored, and that a block has no further transactions', async function () {
    this.timeout(20_000)
    const world = await LedgerWorld.open()
    try {
      await world.anchor(bytes32(77))
      const block = await world.ledger.request('eth_getBlockByNumber', ['latest', false])
      const header = parseHeader(block)
      const receipts = (await world.ledger.request('eth_getBlockReceipts', ['latest'])) as JsonReceipt[]
      const trie = await createMPT()
      for (const [i, receipt] of receipts.entries()) await trie.put(encodeRlp(rlpScalar(i)), encoded(receipt))
      expect(trie.root()).to.deep.equal(header.receiptsRoot)
      const proofOf = async (index: number) =>
        (await createMerkleProof(trie, encodeRlp(rlpScalar(index)))).map(node => Uint8Array.from(node))

      const { succeeded, logs } = verifyTransactionReceiptProof(header.receiptsRoot, 0, await proofOf(0))
      expect(succeeded).to.equal(true)
      const [log] = logs
      expect(log && toHex(log.address)).to.equal(world.profile.contracts.anchorLog.address)
      const event = log && anchorLogEvents.decode(log)
      expect(event).to.include({ type: 'Anchored', root: bytes32(77) })

      const proof = await proofOf(0)
      const flipped = proof.map(node => node.map((byte, i) => (i === 40 ? byte ^ 1 : byte)))
      expect(codeOf(() => verifyTransactionReceiptProof(header.receiptsRoot, 0, flipped))).to.equal(
        'PROOF_HASH_MISMATCH',
      )
      expect(codeOf(() => verifyTransactionReceiptProof(header.receiptsRoot, 1, proof))).to.equal('PROOF_MALFORMED')
    } finally {
      await world.close()
    }
  })
})
