import { expect } from 'chai'
import { Wallet } from 'ethers'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import { type Patience, Sender, TWO_MINUTES, UNTIL_INCLUDED } from '../../../../node/registries/sending/sender.ts'
import { signTransaction } from '../../../../node/registries/sending/transaction.ts'
import { failureOf } from '../../../support/failure.ts'
import { FakeLedger, type Fault } from '../../../support/fake-ledger.ts'
import { HastyTimer, ManualTimer } from '../../../support/timer.ts'

const account = new Wallet(`0x${'11'.repeat(32)}`)
const call = { nonce: 0, to: `0x${'22'.repeat(20)}`, data: '0xaa', gasLimit: 50_000n } as const
const signed = signTransaction({ account, chainId: 7 }, call)
const refusal = (rpcMessage: string) =>
  new LedgerError({ code: 'LEDGER_RPC', method: '', rpcCode: -32000, rpcMessage }, rpcMessage)
const turn = () => new Promise(resolve => setImmediate(resolve))

describe('a sender', () => {
  const senders: Sender[] = []
  afterEach(() => {
    for (const sender of senders.splice(0)) sender.close()
  })

  function open(ledger: FakeLedger, patience: Patience, timer: HastyTimer | ManualTimer = new HastyTimer()) {
    const warnings: string[] = []
    const warn = (_: unknown, message: string) => void warnings.push(message)
    const sender = new Sender({ ledger, timer, patience, warn })
    senders.push(sender)
    return { sender, warnings }
  }

  /** Refuses the bytes with this text the given number of times, and then accepts them. */
  function refusing(words: string, times = Number.POSITIVE_INFINITY): FakeLedger {
    const ledger = new FakeLedger()
    const request = ledger.request.bind(ledger)
    ledger.request = async (method, params) => {
      if (method !== 'eth_sendRawTransaction' || times-- <= 0) return request(method, params)
      throw refusal(words)
    }
    return ledger
  }

  it('requests the receipt at each new block, also for a block that arrives during a request', async () => {
    const ledger = new FakeLedger()
    ledger.automine = false
    const timer = new ManualTimer()
    const request = ledger.request.bind(ledger)
    let asked = 0
    ledger.request = async (method, params) => {
      const answer = await request(method, params)
      // The block is sealed when this answer, which does not know it, is on its way.
      if (method === 'eth_getTransactionReceipt' && ++asked === 1) ledger.seal()
      return answer
    }
    const { sender } = open(ledger, UNTIL_INCLUDED, timer)
    expect((await sender.send(signed)).block).to.equal(2)
    expect(asked).to.equal(2)
    expect(timer.waiting).to.equal(0)
  })

  it('sends accepted bytes again only at every eighth attempt', async () => {
    const ledger = new FakeLedger()
    ledger.automine = false
    const { sender } = open(ledger, UNTIL_INCLUDED, new ManualTimer())
    const outcome = sender.send(signed)
    for (let i = 0; i < 15; i++) {
      await turn()
      ledger.tick()
    }
    await turn()
    expect(ledger.sent).to.deep.equal([signed.raw, signed.raw])
    ledger.seal()
    await outcome
  })

  for (const words of ['Nonce too low', 'nonce too high', 'txpool is full']) {
    it(`without limits continues after every answer of the engine: ${words}`, async () => {
      const { sender, warnings } = open(refusing(words, 200), UNTIL_INCLUDED)
      expect((await sender.send(signed)).revert).to.equal(undefined)
      expect(warnings).to.deep.equal([
        'the ledger does not accept a transaction yet',
        'no block contains the transaction yet',
      ])
    })
  }

  for (const [words, seconds] of [
    ['txpool is full', 0],
    ['Nonce too low', 3],
    ['nonce too high', 120],
  ] as const) {
    it(`within limits throws the engine's refusal after ${seconds} s: ${words}`, async () => {
      const timer = new HastyTimer()
      const { sender } = open(refusing(words), TWO_MINUTES, timer)
      expect((await failureOf(sender.send(signed))).message).to.equal(words)
      expect(timer.now()).to.be.within(1000 * seconds, 1000 * seconds + 250)
    })
  }

  it('within limits reports after two minutes that no block contains the transaction', async () => {
    const ledger = new FakeLedger()
    ledger.automine = false
    const { sender } = open(ledger, TWO_MINUTES)
    const failure = await failureOf(sender.send(signed))
    expect(failure.detail).to.deep.equal({ code: 'LEDGER_UNREACHABLE', method: 'eth_getTransactionReceipt' })
    expect(failure.message).to.include(signed.transaction)
  })

  it('within limits continues after the refusal of bytes that were accepted before', async () => {
    const ledger = new FakeLedger()
    ledger.automine = false
    const request = ledger.request.bind(ledger)
    const answers = ['txpool is full', 'Nonce too low', 'nonce too high']
    let sent = 0
    ledger.request = async (method, params) => {
      if (method !== 'eth_sendRawTransaction' || sent++ === 0) return request(method, params)
      const words = answers.shift()
      if (words !== undefined) throw refusal(words)
      ledger.seal()
      return request(method, params)
    }
    const { sender } = open(ledger, TWO_MINUTES)
    expect((await sender.send(signed)).revert).to.equal(undefined)
    expect(answers).to.deep.equal([])
  })

  it('within limits counts the time of a used nonce from the first such answer on', async () => {
    const ledger = refusing('Nonce too low')
    ledger.faults.set('eth_getTransactionReceipt', Array<Fault>(100).fill('refused'))
    const timer = new HastyTimer()
    const { sender } = open(ledger, TWO_MINUTES, timer)
    expect((await failureOf(sender.send(signed))).message).to.equal('Nonce too low')
    expect(timer.now()).to.be.within(28_000, 29_000)
  })

  it('within limits waits for an unreachable ledger, at most two minutes', async () => {
    const ledger = new FakeLedger()
    ledger.faults.set('eth_getTransactionReceipt', Array<Fault>(100).fill('refused'))
    const { sender } = open(ledger, TWO_MINUTES)
    expect((await sender.send(signed)).block).to.equal(2)
    ledger.faults.set('eth_getTransactionReceipt', Array<Fault>(1000).fill('refused'))
    expect((await failureOf(sender.send(signed))).message).to.include(signed.transaction)
  })

  it('rejects pending deliveries when it is closed', async () => {
    const ledger = new FakeLedger()
    ledger.automine = false
    const { sender } = open(ledger, UNTIL_INCLUDED, new ManualTimer())
    const outcome = failureOf(sender.send(signed))
    await turn()
    sender.close()
    expect((await outcome).code).to.equal('LEDGER_UNREACHABLE')
    expect((await failureOf(sender.send(signed))).code).to.equal('LEDGER_UNREACHABLE')
    expect(ledger.sent).to.have.length(1)
  })
})
