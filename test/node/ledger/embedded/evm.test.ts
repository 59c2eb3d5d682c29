import { createTx } from '@ethereumjs/tx'
import { expect } from 'chai'
import { chainRules, createMachine } from '../../../../node/ledger/embedded/evm.ts'
import { TrieNodeStore } from '../../../../node/ledger/embedded/trie-node-store.ts'
import { EMPTY_TRIE_ROOT } from '../../../../node/proof/trie.ts'
import { CHAIN_ID } from './fixture.ts'
import { MemoryStore } from './memory.ts'

const machine = (rules: ReturnType<typeof chainRules>) =>
  createMachine({
    rules,
    nodes: new TrieNodeStore(new MemoryStore()),
    root: EMPTY_TRIE_ROOT,
    hashOf: () => new Uint8Array(32),
  })

describe('embedded ledger: machines and rules', () => {
  it('keeps no machine in the rules, which outlive it', async () => {
    const rules = chainRules(CHAIN_ID)
    for (let i = 0; i < 3; i++) await machine(rules)
    const listeners = rules.events.eventNames().map(each => rules.events.listenerCount(each))
    expect(listeners).to.deep.equal([])
  })

  it('copies no rules for a transaction, and keeps the prices of all parts of the library', async () => {
    const rules = chainRules(CHAIN_ID)
    await machine(rules)
    const tx = createTx({ gasLimit: 100_000n, data: '0x0102' }, { common: rules })
    expect(tx.common).to.equal(rules)
    expect(tx.getIntrinsicGas()).to.equal(21_000n + 32_000n + 2n * 16n)
    expect(rules.param('jumpdestGas')).to.equal(1n)
    expect(rules.chainId()).to.equal(BigInt(CHAIN_ID))
  })
})
