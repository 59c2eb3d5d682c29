import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { scratchDirectory } from '../../support/scratch.ts'
import { FakeNode, run } from './support.ts'

const hash = `0x${'ab'.repeat(32)}`
const sender = `0x${'cd'.repeat(20)}`
const root = {
  ...{ kind: 'root', block: 7, transaction: hash, sender },
  facts: { org: 1, purpose: `0x${'01'.repeat(32)}`, root: `0x${'02'.repeat(32)}` },
}

describe('cli: reconcile', () => {
  it('lists alarms, and for a root the command for the holder of the administrator’s key', async () => {
    const stopped = { code: 'ISSUER_STOPPED', message: 'Issuing is stopped.' }
    const body = { block: 9, stopped, kinds: { root: 1 }, alarms: [root] }
    await using node = await new FakeNode({ 'GET /operator/reconcile': { body } }).start()
    const { out, exit } = await run(['reconcile', 'list', '--data', node.data])
    expect(exit).to.equal(0)
    expect(out)
      .to.include('Issuing is stopped.')
      .and.include('root: 1')
      .and.include(`${hash}  root  block 7  from ${sender}`)
    expect(out).to.include(
      `dojang council act disown org=1 purpose=${root.facts.purpose} root=${root.facts.root} --key admin.key`,
    )
    const clean = { block: 9, stopped: null, kinds: {}, alarms: [] }
    await using other = await new FakeNode({ 'GET /operator/reconcile': { body: clean } }).start()
    expect((await run(['reconcile', 'list', '--data', other.data])).out).to.equal('Clean up to block 9.\n')
  })

  it('accepts in two steps', async () => {
    const first = { accepted: 0, confirm: '1f0c9a7e', kinds: { root: 1 }, alarms: [root] }
    await using node = await new FakeNode({ 'POST /operator/reconcile/accept': { body: first } }).start()
    const shown = await run(['reconcile', 'accept', hash, '--data', node.data], { input: 'stolen' })
    expect(shown.out, shown.err).to.include(hash).and.include('repeat with --confirm 1f0c9a7e')
    await using then = await new FakeNode({ 'POST /operator/reconcile/accept': { body: { accepted: 1 } } }).start()
    const args = ['reconcile', 'accept', '--sender', sender, '--confirm', '1f0c9a7e']
    expect((await run([...args, '--data', then.data], { input: 'stolen' })).out).to.equal('1 alarm(s) accepted.\n')
  })

  it('reinstates a list in two steps, and needs an id or a list', async () => {
    const route = 'POST /operator/status-lists/4294967297/reinstate'
    await using node = await new FakeNode({ [route]: { body: { reinstated: 0, confirm: 12, kept: 1 } } }).start()
    const args = ['reinstate', '--list', '1/1']
    expect((await run([...args, '--data', node.data], { input: 'stolen' })).out)
      .to.include('12 entries')
      .and.include('--confirm 12')
    const done = { reinstated: 12, kept: 1, transactions: [hash] }
    await using then = await new FakeNode({ [route]: { body: done } }).start()
    const printed = await run([...args, '--confirm', '12', '--data', then.data], { input: 'stolen' })
    expect(printed.out).to.equal('12 reinstated in 1 transaction(s). 1 that this node suspended stay suspended.\n')
    expect(await run(['reinstate', '--data', node.data], { input: 'x' })).to.include({ exit: 2 })
    expect((await run(['reinstate', '--list', 'x', '--data', node.data], { input: 'x' })).err).to.include('1/1')
  })

  it('makes the key of a new account once, and prints what the officers do', async () => {
    const data = scratchDirectory('account')
    try {
      const old = Wallet.createRandom()
      mkdirSync(join(data, 'keys'))
      writeFileSync(join(data, 'keys', 'status.key'), old.privateKey, { mode: 0o600 })
      const { out, err } = await run(['account', 'replace', 'status', '--json', '--data', data])
      const printed = JSON.parse(out || err)
      const made = new Wallet(readFileSync(join(data, 'keys', 'status.next.key'), 'utf8').trim())
      expect(printed).to.include({ account: 'status', old: old.address, new: made.address })
      expect(printed.commands[0]).to.equal(`dojang council act stopAccount account=${old.address} --key admin.key`)
      expect(printed.commands[1]).to.include(`account=${made.address} capabilities=STATUS`)
      const again = await run(['account', 'replace', 'status', '--data', data])
      expect(again.out).to.include(made.address).and.not.include(made.privateKey)
      expect((await run(['account', 'replace', 'admin', '--data', data])).exit).to.equal(2)
      expect((await run(['account', 'replace', 'issuing', '--data', data])).err).to.include('issuing.key')
    } finally {
      rmSync(data, { recursive: true, force: true })
    }
  })
})
