import { expect } from 'chai'
import { Wallet } from 'ethers'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { type Hex, toHex, toQuantity } from '../../../../node/lib/bytes.ts'
import { CredentialStatus } from '../../../../node/proof/registries/status.ts'
import { encodeStatusOps, type StatusOp } from '../../../../node/proof/registries/status-ops.ts'
import { encodeSet } from '../../../../node/registries/calls.ts'
import { statusRegistry } from '../../../../node/registries/contracts.ts'
import { signTransaction } from '../../../../node/registries/sending/transaction.ts'
import { readTransactionReceipt } from '../../../../node/registries/sending/transaction-receipt.ts'

const account = new Wallet(`0x${'11'.repeat(32)}`)
const to: Hex = `0x${'22'.repeat(20)}`
const signed = signTransaction({ account, chainId: 7 }, { nonce: 0, to, data: '0xaa', gasLimit: 50_000n })

/** `Error(string)` with this text. */
const errorData = (text: string): Hex => {
  const word = (value: number) => value.toString(16).padStart(64, '0')
  return `0x08c379a0${word(32)}${word(text.length)}${Buffer.from(text).toString('hex').padEnd(64, '0')}`
}

/** @param reasons by block, why the call fails there; it succeeds elsewhere */
function ledgerWith(
  reasons: Readonly<Record<string, string>>,
  calls: unknown[] = [],
  logs: readonly unknown[] = [],
): Ledger {
  return {
    async request(method, [param, block]: readonly unknown[] = []) {
      if (method === 'eth_getTransactionReceipt') {
        return { status: '0x0', blockHash: '0x7', blockNumber: '0x7', transactionIndex: '0x3' }
      }
      if (method === 'eth_getLogs') return logs
      if (method === 'eth_getBlockByHash') return { timestamp: '0x3e8' }
      calls.push(param)
      const reason = reasons[block as string]
      if (reason === undefined) return '0x'
      const detail = {
        code: 'LEDGER_RPC',
        method,
        rpcCode: 3,
        rpcMessage: 'reverted',
        data: reason.startsWith('0x') ? reason : errorData(reason),
      } as const
      throw new LedgerError(detail, 'reverted')
    },
    onHead: () => () => {},
    close: async () => {},
  }
}

describe('the receipt of a transaction', () => {
  it('has the block, its time and the reason of a revert', async () => {
    const calls: unknown[] = []
    expect(await readTransactionReceipt(ledgerWith({ '0x7': 'here' }, calls), signed)).to.deep.equal({
      transaction: signed.transaction,
      block: 7,
      time: 1000,
      revert: 'Error(reason here)',
    })
    expect(calls).to.deep.equal([{ from: account.address, to, data: '0xaa' }])
  })

  it('reads the reason on the state after its block, where an earlier change of that block is visible', async () => {
    const receipt = await readTransactionReceipt(
      ledgerWith({ '0x7': 'its own block', '0x6': 'the block before' }),
      signed,
    )
    expect(receipt?.revert).to.equal('Error(reason its own block)')
  })

  it('reads the reason on the state before its block if the call succeeds after it', async () => {
    const receipt = await readTransactionReceipt(ledgerWith({ '0x6': 'the block before' }), signed)
    expect(receipt?.revert).to.equal('Error(reason the block before)')
  })

  it('reports that the reason cannot be read', async () => {
    expect((await readTransactionReceipt(ledgerWith({}), signed))?.revert).to.equal(
      'reverted without a reason that can be read again',
    )
  })

  describe('in a block with other changes', () => {
    const list = (1n << 32n) | 1n
    const other = (1n << 32n) | 2n
    const op = (idx: number, from: CredentialStatus, next: CredentialStatus) => ({ idx, from, to: next })
    /** The event of a change by the transaction at that place in the block. */
    const changed = (place: number, ops: readonly StatusOp[], which = list) => {
      const fragment = statusRegistry.getEvent('StatusesSet')
      const word = `0x${'00'.repeat(32)}`
      const { topics, data } = statusRegistry.encodeEventLog(fragment, [
        which,
        1,
        word,
        toHex(encodeStatusOps(ops)),
        word,
      ])
      return { address: to, topics, data, transactionIndex: toQuantity(place) }
    }
    const set = (...ops: StatusOp[]) =>
      signTransaction(
        { account, chainId: 7 },
        { nonce: 0, to, data: encodeSet(list, encodeStatusOps(ops), `0x${'00'.repeat(32)}`), gasLimit: 50_000n },
      )
    const differs = (idx: number, actual: number, expected: number) =>
      statusRegistry.encodeErrorResult('StatusDiffers', [list, idx, actual, expected]) as Hex
    const reasonOf = async (
      transaction: ReturnType<typeof set>,
      reasons: Readonly<Record<string, string>>,
      logs: readonly unknown[],
    ) => (await readTransactionReceipt(ledgerWith(reasons, [], logs), transaction))?.revert
    const { VALID, SUSPENDED, INVALID } = CredentialStatus
    const suspend = set(op(5, VALID, SUSPENDED))

    it('is that of the parent if the others came later', async () => {
      const reasons = { '0x6': 'then', '0x7': 'later' }
      expect(await reasonOf(suspend, reasons, [changed(4, [op(5, VALID, INVALID)])])).to.equal('Error(reason then)')
    })

    it('is that of the block if the others came before', async () => {
      const reasons = { '0x6': 'too early', '0x7': 'then' }
      expect(await reasonOf(suspend, reasons, [changed(2, [op(5, VALID, SUSPENDED)])])).to.equal('Error(reason then)')
    })

    it('follows from the changes before it, if a later one undid them', async () => {
      const logs = [changed(0, [op(5, VALID, SUSPENDED)]), changed(4, [op(5, SUSPENDED, VALID)])]
      const reason = 'StatusDiffers(list 4294967297, index 5, actual 2, expected 0)'
      expect(await reasonOf(suspend, {}, logs)).to.equal(reason)
      // Both states would name another status than the one on which it failed.
      expect(await reasonOf(suspend, { '0x6': differs(5, 1, 0), '0x7': differs(5, 1, 0) }, logs)).to.equal(reason)
    })

    it('is about the first change that the contract refused', async () => {
      const both = set(op(3, VALID, SUSPENDED), op(5, VALID, SUSPENDED))
      const logs = [changed(0, [op(5, VALID, SUSPENDED)]), changed(4, [op(5, SUSPENDED, VALID)])]
      expect(await reasonOf(both, { '0x6': differs(3, 1, 0) }, logs)).to.match(/index 3, actual 1/)
      expect(await reasonOf(both, {}, logs)).to.match(/index 5, actual 2/)
      const elsewhere = [changed(0, [op(5, VALID, SUSPENDED)], other), changed(4, [op(9, VALID, INVALID)])]
      expect(await reasonOf(both, { '0x6': differs(5, 1, 0) }, elsewhere)).to.match(/index 5, actual 1/)
    })

    it('is what the contract looks at first, such as the account', async () => {
      const logs = [changed(0, [op(5, VALID, SUSPENDED)]), changed(4, [op(5, SUSPENDED, VALID)])]
      expect(await reasonOf(suspend, { '0x6': 'the account' }, logs)).to.equal('Error(reason the account)')
    })
  })
})
