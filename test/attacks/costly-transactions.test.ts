/**
 * Somebody has the key of an account of the ledger and sends transactions that take long: precompiles, loops, recursion and
 * a flood. Cards, suspensions and a follower must hardly notice.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { openFollower } from '../../node/ledger/follower/follower.ts'
import { connectLedger } from '../../node/ledger/remote/remote.ts'
import { TestNode } from '../e2e/support/node.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { blake2f, type Costly, loop, MOST_GAS, modexp, pairing } from './support/costly.ts'

/** Each of them would take between 2 and 15 s. */
const COSTLY = { pairing: pairing(400), blake2f: blake2f(16_000_000), modexp: modexp(1_500_000), loop }

describe('attack: transactions that take long', function () {
  this.timeout(120_000)
  let node: TestNode

  before(async () => {
    node = await TestNode.start()
  })
  after(() => node.dispose())

  const wallet = (name: string) => new Wallet(readFileSync(join(node.data, 'keys', `${name}.key`), 'utf8').trim())

  async function ask(
    method: string,
    ...params: unknown[]
  ): Promise<{ result?: unknown; error?: { code: number; message: string } }> {
    const response = await fetch(node.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    return (await response.json()) as { result?: unknown }
  }

  const sign = (account: Wallet, nonce: number, { to, data }: Costly, gasLimit = MOST_GAS) =>
    account.signTransaction({ type: 0, chainId: node.config.chainId, nonce, to, data, gasLimit, gasPrice: 0 })

  const nonceOf = async (account: Wallet) =>
    Number((await ask('eth_getTransactionCount', account.address, 'latest')).result)

  it('the account that deployed the contracts may not send any more, and neither may the validator', async () => {
    for (const name of ['deployer', 'validator']) {
      const account = wallet(name)
      const { error } = await ask('eth_sendRawTransaction', await sign(account, await nonceOf(account), COSTLY.pairing))
      expect(error?.code, name).to.equal(-32007)
    }
  })

  it('are ended after half a second each, while others are served and a follower keeps up', async () => {
    const source = await connectLedger(node.rpcUrl, {})
    const genesis = (await ask('eth_getBlockByNumber', '0x0', false)).result as { hash: `0x${string}` }
    const follower = await openFollower({
      path: join(scratchDirectory('costly'), 'copy'),
      profile: {
        chainId: node.config.chainId,
        genesis: genesis.hash,
        checkpoint: { height: 0, hash: genesis.hash, time: 0 },
      },
      source,
      pollMs: 200,
      now: Date.now,
    })
    const attacker = wallet('guardian')
    const other = wallet('admin')
    const nonce = await nonceOf(attacker)
    let otherNonce = await nonceOf(other)
    const refused = new Map<string, string>()
    const attack = async () => {
      for (const [name, costly] of Object.entries(COSTLY)) {
        const { error } = await ask('eth_sendRawTransaction', await sign(attacker, nonce, costly))
        refused.set(name, error?.message ?? 'taken')
      }
    }
    const attacking = attack()
    const waits: number[] = []
    while (refused.size < Object.keys(COSTLY).length) {
      const began = performance.now()
      const raw = await sign(other, otherNonce++, { to: other.address, data: '0x' }, 21_000n)
      expect(await ask('eth_sendRawTransaction', raw)).to.have.property('result')
      waits.push(performance.now() - began)
    }
    await attacking
    for (const name of Object.keys(COSTLY)) {
      expect(refused.get(name), name).to.equal('execution aborted: a transaction may take 0.5 s of processor time here')
    }
    // A block a second, half a second of the attacker's, and what else this machine has to do.
    waits.sort((a, b) => a - b)
    expect(waits[Math.floor(waits.length / 2)]).to.be.below(4_000)
    expect(waits.length).to.be.greaterThan(4)
    // Nothing of the attack is in a block, so the account's next transaction is as good as before.
    const raw = await sign(attacker, nonce, { to: other.address, data: '0x' }, 21_000n)
    const { result: hash } = await ask('eth_sendRawTransaction', raw)
    const { blockNumber } = (await ask('eth_getTransactionReceipt', hash)).result as { blockNumber: string }
    const until = performance.now() + 10_000
    while (follower.head.number < Number(blockNumber) && performance.now() < until) await sleep(50)
    expect(follower.head.number).to.be.at.least(Number(blockNumber))
    await follower.close()
    await source.close()
  })
})
