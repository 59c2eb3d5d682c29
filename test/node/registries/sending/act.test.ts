import { expect } from 'chai'
import { keccak256, Transaction, Wallet } from 'ethers'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { sendAct } from '../../../../node/registries/sending/act.ts'
import { failureOf } from '../../../support/failure.ts'
import { HastyTimer } from '../../../support/timer.ts'

const ACCOUNT = new Wallet(`0x${'11'.repeat(32)}`)
const TO: Hex = `0x${'22'.repeat(20)}`

const refusal = (rpcMessage: string, data?: string) =>
  new LedgerError(
    { code: 'LEDGER_RPC', method: '', rpcCode: -32000, rpcMessage, ...(data !== undefined && { data }) },
    rpcMessage,
  )
const away = () => new LedgerError({ code: 'LEDGER_UNREACHABLE', method: '' }, 'no node of the ledger answers')

/**
 * Answers to `eth_sendRawTransaction`, in order; afterwards it accepts everything. `kept`: a block includes the
 * transaction in spite of the answer.
 */
type Answer = { readonly error: LedgerError; readonly kept?: true }

class OneAccount implements Ledger {
  readonly sent: Hex[] = []
  readonly included = new Set<Hex>()
  /** Requests a receipt before it exists. */
  late = 0

  constructor(
    readonly answers: Answer[],
    readonly called: LedgerError | undefined = undefined,
    private readonly status = '0x1',
  ) {}

  async request(method: string, [param]: readonly unknown[] = []): Promise<unknown> {
    switch (method) {
      case 'eth_call':
        if (this.called) throw this.called
        return '0x'
      case 'eth_getTransactionCount':
        return '0x3'
      case 'eth_sendRawTransaction': {
        const raw = param as Hex
        this.sent.push(raw)
        const answer = this.answers.shift()
        if (!answer || answer.kept) this.included.add(keccak256(raw) as Hex)
        if (answer) throw answer.error
        return keccak256(raw)
      }
      case 'eth_getTransactionReceipt':
        if (!this.included.has(param as Hex) || this.late-- > 0) return null
        return { status: this.status, blockHash: '0x7', blockNumber: '0x7', transactionIndex: '0x0' }
      case 'eth_getLogs':
        return []
      case 'eth_getBlockByHash':
        return { timestamp: '0x3e8' }
      default:
        throw new TypeError(method)
    }
  }

  onHead = () => () => {}
  async close(): Promise<void> {}
}

const send = (ledger: Ledger) =>
  sendAct({ ledger, account: ACCOUNT, chainId: 7, timer: new HastyTimer() }, TO, '0xabcd')

describe('an act of an officer', () => {
  it('is one legacy transaction at price 0, with the next nonce', async () => {
    const ledger = new OneAccount([])
    expect((await send(ledger)).block).to.equal(7)
    const { type, gasPrice, nonce, chainId } = Transaction.from(ledger.sent[0] as Hex)
    expect({ type, gasPrice, nonce, chainId }).to.deep.equal({ type: 0, gasPrice: 0n, nonce: 3, chainId: 7n })
  })

  // The first node accepted it and stopped answering; the next one knows it.
  for (const words of [
    'already known',
    'Known transaction',
    'Known transaction: 0xabc',
    'AlreadyKnown',
    'transaction already imported',
    'INTERNAL_ERROR: existing tx with same hash',
  ]) {
    it(`succeeds when the ledger has it already: ${words}`, async () => {
      const ledger = new OneAccount([{ error: refusal(words), kept: true }])
      ledger.late = 2
      expect((await send(ledger)).block).to.equal(7)
      expect(ledger.sent).to.have.length(1)
    })
  }

  for (const words of ['nonce too low', 'Nonce too low', 'nonce too low: next nonce 4, tx nonce 3']) {
    it(`succeeds when it used its nonce itself, however late the receipt: ${words}`, async () => {
      const ledger = new OneAccount([{ error: refusal(words), kept: true }, { error: refusal(words) }])
      ledger.late = 1
      expect((await send(ledger)).block).to.equal(7)
      expect(new Set(ledger.sent).size, 'signed once').to.equal(1)
    })
  }

  it('fails when another transaction has its nonce', async () => {
    const used = refusal('Nonce too low')
    const ledger = new OneAccount(Array.from({ length: 100 }, () => ({ error: used })))
    const failure = await failureOf(send(ledger))
    expect(failure).to.equal(used)
    expect(new Set(ledger.sent).size, 'signed once').to.equal(1)
  })

  for (const kept of [true, undefined]) {
    it(`survives an answer that was lost, the bytes ${kept ? '' : 'not '}taken, and happens once`, async () => {
      const lost: Answer = { error: away(), ...(kept && { kept }) }
      const ledger = new OneAccount([lost, lost])
      expect((await send(ledger)).block).to.equal(7)
      expect(new Set(ledger.sent).size, 'signed once').to.equal(1)
    })
  }

  for (const words of [
    'Gas price below configured minimum gas price',
    'Sender account not authorized to send transactions',
    'Replacement transaction underpriced',
    'unknown transaction type',
    'txpool is full',
  ]) {
    it(`ends at once with the engine's refusal: ${words}`, async () => {
      const refused = refusal(words)
      const ledger = new OneAccount([{ error: refused }])
      expect(await failureOf(send(ledger))).to.equal(refused)
      expect(ledger.sent).to.have.length(1)
    })
  }

  it('is not sent if the contract would refuse it; an error of the engine is not a refusal of the contract', async () => {
    const reverting = new OneAccount([], refusal('Execution reverted', '0x'))
    expect((await failureOf(send(reverting))).code).to.equal('LEDGER_ACT_REFUSED')
    const broken = new OneAccount([], refusal('World state unavailable'))
    expect((await failureOf(send(broken))).code).to.equal('LEDGER_RPC')
    expect([...reverting.sent, ...broken.sent]).to.deep.equal([])
  })

  it('names the reason for which it reverted', async () => {
    const ledger = new OneAccount([], undefined, '0x0')
    const request = ledger.request.bind(ledger)
    let calls = 0
    ledger.request = async (method, params) => {
      // It was possible when it was checked.
      if (method === 'eth_call' && calls++ > 0) throw refusal('Execution reverted', '0x')
      return request(method, params)
    }
    expect((await failureOf(send(ledger))).detail).to.include({
      code: 'LEDGER_REVERTED',
      error: 'reverted without a reason',
    })
  })

  it('reports that it reverted', async () => {
    expect((await failureOf(send(new OneAccount([], undefined, '0x0')))).code).to.equal('LEDGER_REVERTED')
  })
})
