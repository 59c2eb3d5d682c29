import { expect } from 'chai'
import { Wallet } from 'ethers'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
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
function ledgerWith(reasons: Readonly<Record<string, string>>, calls: unknown[] = []): Ledger {
  return {
    async request(method, [param, block]: readonly unknown[] = []) {
      if (method === 'eth_getTransactionReceipt') return { status: '0x0', blockHash: '0x7', blockNumber: '0x7' }
      if (method === 'eth_getBlockByHash') return { timestamp: '0x3e8' }
      calls.push(param)
      const reason = reasons[block as string]
      if (reason === undefined) return '0x'
      const detail = {
        code: 'LEDGER_RPC',
        method,
        rpcCode: 3,
        rpcMessage: 'reverted',
        data: errorData(reason),
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
})
