/**
 * The ledger as a transparency log with two witnesses: one that nobody here wrote, and a follower. What a verifier refuses is in
 * test/node/proof/tlog/block-proof.test.ts.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { openVerifier } from '../../node/verifier/public.ts'
import { freePort } from '../support/free-port.ts'
import { hasLitewitness, Litewitness } from '../support/litewitness.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { Child } from './support/process.ts'
import { issue } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

describe('e2e: the transparency log of the ledger', function () {
  this.timeout(120_000)
  const residents = people(2)
  const aside = scratchDirectory('e2e-tlog')
  let node: TestNode
  let independent: Litewitness
  let follower: Child
  let keys: string[]
  before(async function () {
    if (!hasLitewitness() && !process.env.DOJANG_TEST_ALL) {
      console.log('    skipped without litewitness: npm run setup:witness (needs Go)')
      return this.skip()
    }
    node = await TestNode.start()
    await node.import(csvOf(residents))
    const log = await logOf()
    independent = await Litewitness.start('witness.example.kr')
    independent.admit(log.key)
    const port = await freePort()
    const profile = join(node.data, 'ledger.json')
    const args = ['--profile', profile, '--from', node.rpcUrl, '--rpc-port', String(port), '--witness']
    const data = join(aside, 'follower')
    follower = Child.start('node/main/main.ts', [
      'follow',
      '--data',
      data,
      ...args,
      '--witness-name',
      'second.example.kr',
    ])
    await until('the follower has caught up', () => /log: \S+/.test(follower.said), { withinMs: 60_000 })
    const [, own = ''] = /log: (\S+)/.exec(follower.said) ?? []
    keys = [independent.key, own]
    const urls = [independent.url, `http://127.0.0.1:${port}`]
    for (const [i, url] of urls.entries()) {
      const added = await node.cli([
        'ledger',
        'log-witness',
        'add',
        url,
        '--key',
        String(keys[i]),
        '--quorum',
        String(i + 1),
      ])
      expect(added.exit, added.err).to.equal(0)
    }
    await node.stop()
    await node.start()
  })
  after(async () => {
    await follower?.end('SIGKILL')
    independent?.close()
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const profileOf = async () => {
    const jws = await (await fetch(`${node.url}/.well-known/dojang-ledger`)).text()
    return JSON.parse(Buffer.from(String(jws.split('.')[1]), 'base64url').toString())
  }
  const logOf = async () => (await profileOf()).log
  const pinned = () => String(/Profile key +(\S+)/.exec(node.output)?.[1])
  const newest = async (): Promise<number> => {
    const response = await fetch(`${node.url}/heads/latest`)
    return response.ok ? Number(((await response.json()) as { height: number }).height) : -1
  }
  const sealed = async (): Promise<number> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] })
    const headers = { 'content-type': 'application/json' }
    const { result } = (await (await fetch(node.rpcUrl, { method: 'POST', headers, body })).json()) as {
      result: string
    }
    return Number(result)
  }

  it('is named in the profile, and its checkpoint is cosigned by both', async () => {
    expect(await logOf()).to.deep.include({ witnesses: keys, quorum: 2, maxAge: 300 })
    await until('a checkpoint is published', async () => (await fetch(`${node.url}/tlog/checkpoint`)).ok, {
      withinMs: 30_000,
    })
    const response = await fetch(`${node.url}/tlog/checkpoint`)
    expect(response.headers.get('content-type')).to.equal('text/plain; charset=utf-8')
    const note = await response.text()
    expect(note).to.include('— witness.example.kr ').and.include('— second.example.kr ')
  })

  it('a verifier that demands two witnesses follows the ledger with both', async () => {
    const { updater, close } = await openVerifier(node.url, pinned())
    try {
      await issue(node, new Wallet(join(aside, 'wallet')), 'resident', String(residents[0]?.personalNumber))
      const height = await sealed()
      await until('the verifier has the newest block', async () => (updater.replica?.head.height ?? 0) >= height, {
        withinMs: 20_000,
      })
    } finally {
      await close()
    }
  })

  it('issuing does not stop while a witness hangs, and heads continue when it is back', async () => {
    independent.freeze()
    try {
      const before = await newest()
      for (let i = 0; i < 3; i++) {
        await issue(node, new Wallet(join(aside, `wallet-${i}`)), 'resident', String(residents[1]?.personalNumber))
      }
      expect(await sealed()).to.be.greaterThan(before)
    } finally {
      independent.thaw()
    }
    const height = await sealed()
    await until('the newest head is published', async () => (await newest()) >= height, { withinMs: 30_000 })
  })
})
