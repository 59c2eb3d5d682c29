/** A follower with a real authority, started as an operator does; then the ledger is moved by export and import. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import { openProfile } from '../../node/proof/profile.ts'
import { verifyWitnessedHead } from '../../node/proof/witness.ts'
import { Replica } from '../../node/verifier/replica/replica.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { Child } from './support/process.ts'
import { issue } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

const STANDS_ELSEWHERE = process.env.DOJANG_TEST_LEDGER !== undefined

describe('e2e: a follower', function () {
  this.timeout(120_000)
  const aside = scratchDirectory('e2e-follow')
  const copy = join(aside, 'copy')
  let node: TestNode
  let follower: Child | undefined
  let url = ''

  before(async function () {
    if (STANDS_ELSEWHERE) return this.skip()
    node = await TestNode.start()
    const residents = people(2)
    await node.import(csvOf(residents))
    await issue(node, new Wallet(join(aside, 'wallet')), 'resident', residents[0]?.personalNumber ?? '')
  })
  after(async () => {
    await follower?.end('SIGKILL')
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const dojang = (...args: string[]) => Child.start('node/main/main.ts', args).finished()
  const profilePath = () => join(node.data, 'ledger.json')
  const profile = () => openProfile(readFileSync(profilePath(), 'utf8').trim()).profile
  const heightAt = async (at: string) =>
    Number(await createPublicClient({ transport: http(at) }).getBlockNumber({ cacheTime: 0 }))
  const start = async (port = '0') => {
    const args = [
      'follow',
      '--data',
      copy,
      '--profile',
      profilePath(),
      '--from',
      node.rpcUrl,
      '--rpc-port',
      port,
      '--witness',
    ]
    const child = Child.start('node/main/main.ts', args)
    follower = child
    await until(
      'the follower listens',
      () => {
        if (!child.running) throw new Error(child.said)
        return /JSON-RPC (http\S+)/.test(child.err)
      },
      { withinMs: 60_000 },
    )
    url = /JSON-RPC (http\S+)/.exec(child.err)?.[1] ?? ''
  }

  it('catches up, gives the same answers as the ledger, and accepts no transactions', async () => {
    await start()
    const [theirs, ours] = [node.rpcUrl, url].map(at => createPublicClient({ transport: http(at) }))
    const height = await heightAt(node.rpcUrl)
    const { anchorLog } = profile().contracts
    const ask = async (client: typeof ours) => [
      await client?.getBlock({ blockNumber: BigInt(height), includeTransactions: true }),
      await client?.getProof({ address: anchorLog.address, storageKeys: [], blockNumber: BigInt(height) }),
      await client?.getLogs({ address: anchorLog.address, fromBlock: 0n }),
    ]
    expect(await ask(ours)).to.deep.equal(await ask(theirs))
    const refused = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: ['0x00'] }),
    })
    expect(JSON.stringify(await refused.json())).to.include('takes no transactions')
  })

  it('signs the head as a witness, and reports its health', async () => {
    const ready = await fetch(`${url}/readyz`)
    expect(ready.status).to.equal(200)
    const text = await (await fetch(`${url}/witness`)).text()
    const key = /witness key, for the profile's witnesses: (\S+)/.exec(follower?.err ?? '')?.[1] ?? ''
    const said = verifyWitnessedHead(text, { ...profile(), witnesses: { keys: [key], quorum: 1 } })
    expect(said?.head.height).to.equal(await heightAt(url))
  })

  it('as a witness of the profile: a head counts only when the follower has signed it', async () => {
    const key = /witness key, for the profile's witnesses: (\S+)/.exec(follower?.err ?? '')?.[1] ?? ''
    const added = await dojang('ledger', 'witness', 'add', url, '--key', key, '--data', node.data)
    expect(added.exit, added.err).to.equal(0)
    await node.stop()
    await node.start()
    expect(profile().witnesses).to.deep.equal({ keys: [key], quorum: 1 })
    const snapshot = async () => new Uint8Array(await (await fetch(`${node.url}/snapshots/latest`)).arrayBuffer())
    const published = async () => Replica.open(await snapshot(), profile(), Math.floor(Date.now() / 1000)).head.height
    const publishes = (height: number) =>
      until(`block ${height} is published`, async () => (await published().catch(() => -1)) >= height, {
        withinMs: 15_000,
      })
    const before = await heightAt(node.rpcUrl)
    await publishes(before)

    await follower?.end('SIGKILL')
    const { body } = await node.post('/operator/credentials/search', { personalNumber: people(2)[0]?.personalNumber })
    await node.post(`/operator/credentials/${body.credentials[0].credentialId}/suspend`, { reason: 'lost' })
    const after = await heightAt(node.rpcUrl)
    expect(after).to.be.above(before)
    await setTimeout(1_500)
    expect(await published()).to.equal(before)
    // At the port that the authority knows.
    await start(new URL(url).port)
    await publishes(after)

    expect((await dojang('ledger', 'witness', 'remove', key, '--data', node.data)).exit).to.equal(0)
    await node.stop()
    await node.start()
    expect(profile().witnesses).to.deep.equal({ keys: [], quorum: 0 })
  })

  it('continues after a kill, and after a restart of the ledger', async () => {
    await follower?.end('SIGKILL')
    await node.kill()
    await node.start()
    await start()
    const residents = people(2)
    await issue(node, new Wallet(join(aside, 'second')), 'resident', residents[1]?.personalNumber ?? '')
    const height = await heightAt(node.rpcUrl)
    await until('the follower catches up', async () => (await heightAt(url)) >= height, { withinMs: 10_000 })
    await follower?.end('SIGTERM')
    expect((await follower?.finished())?.exit).to.equal(0)
  })

  it('refuses the data directory of an authority, and another profile', async () => {
    const from = ['--from', node.rpcUrl, '--once']
    const own = await dojang('follow', '--data', node.data, '--profile', profilePath(), ...from)
    expect([own.exit, own.err]).to.satisfy(
      ([exit, err]: [number, string]) => exit === 2 && err.includes('contains an authority'),
    )
    const pinned = await dojang('follow', '--data', copy, '--profile', profilePath(), '--pin', 'wrong', ...from)
    expect(pinned.err).to.include('PROOF_PROFILE_INVALID')
  })

  it('is a backup that can be checked, exported, imported, and started as the ledger', async () => {
    expect((await node.stop()).exit).to.equal(0)
    expect((await dojang('ledger', 'check', '--data', copy)).out).to.match(/^undamaged: \d+ blocks/)
    expect((await dojang('ledger', 'check', '--data', node.data)).out).to.match(/^undamaged: \d+ blocks/)
    const file = join(aside, 'history.rlp.gz')
    expect((await dojang('ledger', 'export', file, '--data', node.data)).exit).to.equal(0)
    rmSync(join(node.data, 'ledger'), { recursive: true })
    const imported = await dojang('ledger', 'import', file, '--data', node.data)
    expect(imported.exit, imported.err).to.equal(0)
    expect(imported.out).to.match(/^blocks checked: \d+/)
    await node.start()
    const { body } = await node.post('/operator/credentials/search', { personalNumber: people(2)[1]?.personalNumber })
    expect(body.credentials[0].status).to.equal('VALID')
  })
})
