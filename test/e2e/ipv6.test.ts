/** A node whose public URL is an IPv6 address, and which listens on IPv6 addresses only. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { freePort } from '../support/free-port.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { check, issue } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

describe('e2e: IPv6', function () {
  this.timeout(120_000)
  let node: TestNode

  before(async () => {
    const port = await freePort('::1')
    node = new TestNode(['--port', String(port), '--public-url', `http://[::1]:${port}`])
    await node.start()
    await node.stop()
    const path = join(node.data, 'config.json')
    const config = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...config, host: '::1', operator: { ...config.operator, host: '::1' } }))
    await node.start()
  })
  after(() => node?.dispose())

  it('takes a card from its offer to its verdict, and the command line and the start text work', async () => {
    const [person] = people(1)
    if (!person) throw new Error('nobody')
    expect(node.output).to.include(`http://[::1]:${node.config.operator.port}`)
    expect((await node.cli(['health'])).exit).to.equal(0)
    expect((await node.import(csvOf([person]))).status).to.equal(200)
    const wallet = new Wallet(join(node.data, '..', 'wallet'))
    await issue(node, wallet, 'resident', person.personalNumber)
    expect((await check(node, wallet, 'bank')).outcome).to.equal('valid')
    const snapshot = await node.cli(['snapshot', 'export', join(node.data, '..', 'a.snapshot')])
    expect(snapshot.exit, snapshot.err).to.equal(0)
  })
})
