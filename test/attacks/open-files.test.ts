/** An install was copied or restored with open permissions, so other users of the host could read it. */
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { TestNode } from '../e2e/support/node.ts'
import { Child, type Finished } from '../e2e/support/process.ts'

describe('attack: files open to other users', function () {
  this.timeout(120_000)
  const node = new TestNode()
  const modeOf = (...path: string[]) => statSync(join(node.data, ...path)).mode & 0o777

  before(async () => {
    await node.start()
    await node.stop()
  })
  after(() => node.dispose())

  const start = (): Promise<Finished> => Child.start('node/main/main.ts', ['start', '--data', node.data]).finished()

  it('nothing of an install is open after its first start', () => {
    for (const name of ['', 'keys', 'authority', 'ledger']) expect(modeOf(name) & 0o077, name).to.equal(0)
    for (const name of readdirSync(join(node.data, 'keys'))) expect(modeOf('keys', name), name).to.equal(0o600)
    expect(modeOf('config.json')).to.equal(0o600)
  })

  for (const [name, mode] of [
    ['master.key', 0o644],
    ['credential.pem', 0o640],
    ['issuing.key', 0o602],
    ['operator.token', 0o660],
  ] as const) {
    it(`the node does not start with ${name} as ${mode.toString(8)}, and says what to do`, async () => {
      const path = join(node.data, 'keys', name)
      chmodSync(path, mode)
      const { exit, err } = await start()
      expect(exit, err).to.equal(1)
      expect(err).to.include('KEYS_EXPOSED').and.include(`chmod 600 ${path}`)
      expect(modeOf('keys', name), 'people decide what to do').to.equal(mode)
      chmodSync(path, 0o600)
    })
  }

  it('an officer’s key file is refused too', async () => {
    const path = join(node.data, 'keys', 'council.key')
    chmodSync(path, 0o644)
    await node.start().then(
      () => expect.fail('it started'),
      error => expect(String(error)).to.include('KEYS_EXPOSED'),
    )
    chmodSync(path, 0o600)
    await node.start()
    chmodSync(path, 0o644)
    const { exit, err } = await node.cli(['council', 'propose', 'grant', 'org=1', 'purpose=x', 'until=never'])
    chmodSync(path, 0o600)
    expect(exit, err).to.equal(2)
    expect(err).to.include('chmod 600')
    await node.stop()
  })

  it('the node closes open directories, and says so in the log', async () => {
    for (const name of ['', 'keys', 'authority', 'ledger']) chmodSync(join(node.data, name), 0o755)
    await node.start()
    for (const name of ['', 'keys', 'authority', 'ledger']) expect(modeOf(name), name).to.equal(0o700)
    expect(node.output.match(/other users could use this directory/g)).to.have.length(4)
  })
})
