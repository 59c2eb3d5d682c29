import { expect } from 'chai'
import { keccak256, Transaction, Wallet } from 'ethers'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { sendSteps } from '../../../../node/registries/sending/steps.ts'
import { failureOf } from '../../../support/failure.ts'
import { HastyTimer } from '../../../support/timer.ts'

const ACCOUNT = new Wallet(`0x${'11'.repeat(32)}`)
const steps = ['one', 'two', 'three'].map((name, i) => ({
  name,
  to: `0x${'22'.repeat(20)}` as Hex,
  data: `0x0${i}` as Hex,
  gasLimit: 50_000n,
}))

const refuse = (rpcMessage: string) =>
  new LedgerError({ code: 'LEDGER_RPC', method: '', rpcCode: -32000, rpcMessage }, rpcMessage)

const send = (ledger: Ledger) => sendSteps({ ledger, account: ACCOUNT, chainId: 7, timer: new HastyTimer() }, steps)

/** Includes transactions at once if they come in the order of their nonces, and refuses all others. */
class Strict implements Ledger {
  readonly included: Hex[] = []
  /** How often each nonce was sent. */
  readonly sent = new Map<number, number>()

  constructor(
    private readonly early: string,
    private readonly also: (nonce: number, times: number) => string | undefined = () => undefined,
  ) {}

  async request(method: string, [param]: readonly unknown[] = []): Promise<unknown> {
    if (method === 'eth_getTransactionCount') return `0x${this.included.length.toString(16)}`
    if (method === 'eth_getTransactionReceipt') {
      return this.included.includes(param as Hex) ? { status: '0x1', blockHash: '0x1', blockNumber: '0x1' } : null
    }
    if (method === 'eth_getBlockByHash') return { timestamp: '0x3e8' }
    const { nonce } = Transaction.from(param as string)
    const times = (this.sent.get(nonce) ?? 0) + 1
    this.sent.set(nonce, times)
    const other = this.also(nonce, times)
    if (other !== undefined) throw refuse(other)
    if (nonce > this.included.length) throw refuse(this.early)
    if (nonce === this.included.length) this.included.push(keccak256(param as string) as Hex)
    return keccak256(param as string)
  }

  onHead = () => () => {}
  async close(): Promise<void> {}
}

describe('transactions of one account, one after another', () => {
  for (const words of [
    'Nonce too high',
    'nonce too high',
    'Nonce too high. Expected nonce to be 0 but got 1.',
    'Transaction nonce is too distant from current sender nonce',
  ]) {
    it(`are sent again while those before them are missing: ${words}`, async () => {
      // The first one is refused at first, so the others come too early.
      const ledger = new Strict(words, (nonce, times) => (nonce === 0 && times === 1 ? words : undefined))
      const receipts = await send(ledger)
      expect(receipts).to.have.length(3)
      expect(ledger.included).to.have.length(3)
    })
  }

  for (const words of ['already known', 'Known transaction', 'Nonce too low']) {
    it(`count as sent when the ledger has them: ${words}`, async () => {
      const ledger: Strict = new Strict('nonce too high', (nonce, times) => {
        if (nonce !== 0 || times > 1) return undefined
        ledger.included.push(first)
        return words
      })
      const [step] = steps
      const first = keccak256(
        await ACCOUNT.signTransaction({ type: 0, gasPrice: 0, chainId: 7, nonce: 0, ...(step as (typeof steps)[0]) }),
      ) as Hex
      expect(await send(ledger)).to.have.length(3)
    })
  }

  for (const words of [
    'unknown transaction type',
    'Sender account not authorized to send transactions',
    'Wrong chainId',
  ]) {
    it(`end at once when the engine refuses one: ${words}`, async () => {
      const ledger = new Strict('nonce too high', nonce => (nonce === 2 ? words : undefined))
      expect((await failureOf(send(ledger))).message).to.equal(words)
    })
  }
})
