import { expect } from 'chai'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { statusRegistry } from '../../../node/registries/contracts.ts'
import { deploymentAddresses } from '../../../node/registries/deployment/deploy.ts'
import { readAnchorHead, readStatusWord, readStatusWords } from '../../../node/registries/reads.ts'
import { failureOf } from '../../support/failure.ts'

/** deploy.test.ts tests the records. These are tests with an engine that has no answer. */
describe('reads of a registry', () => {
  it('report a block that the engine does not have, for which Besu answers null', async () => {
    const ledger: Ledger = { request: async () => null, onHead: () => () => {}, close: async () => {} }
    const registries = { ledger, addresses: deploymentAddresses(`0x${'11'.repeat(20)}`) }
    for (const read of [readAnchorHead(registries, 1, 99), readStatusWords(registries, 1n, 0, 1, 99)]) {
      const { detail, message } = await failureOf(read)
      expect(detail).to.include({ code: 'LEDGER_RPC', method: 'eth_call' })
      expect(message).to.include('block 99')
    }
  })

  it('refuse an answer with another number of words, since missing words would count as unchanged', async () => {
    for (const words of [0, 1, 3]) {
      const answer = statusRegistry.encodeFunctionResult('wordsOf', [new Uint8Array(32 * words)])
      const ledger: Ledger = { request: async () => answer, onHead: () => () => {}, close: async () => {} }
      const registries = { ledger, addresses: deploymentAddresses(`0x${'11'.repeat(20)}`) }
      const { detail } = await failureOf(readStatusWords(registries, 1n, 0, 2))
      expect(detail).to.include({ code: 'PARSE_LENGTH', actual: 32 * words })
    }
    const short: Ledger = { request: async () => '0x01', onHead: () => () => {}, close: async () => {} }
    const registries = { ledger: short, addresses: deploymentAddresses(`0x${'11'.repeat(20)}`) }
    expect((await failureOf(readStatusWord(registries, 1n, 0))).detail).to.include({ code: 'PARSE_LENGTH', actual: 1 })
  })
})
