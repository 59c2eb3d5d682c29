/** `npm run dev`: the whole system on a chain of Hardhat in the same process. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { freePort } from '../support/free-port.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { ROOT } from './support/process.ts'
import { change, check, finding, issue } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

describe('e2e: Hardhat', function () {
  this.timeout(180_000)
  const aside = scratchDirectory('e2e-hardhat')
  const wallet = new Wallet(join(aside, 'wallet'))
  let node: TestNode

  before(async () => {
    const port = await freePort()
    const ports = ['--port', String(port), '--rpc-port', '0', '--operator-port', '0', '--wallet-port', '0']
    const data = join(ROOT, '.dojang', `dev-${port}`)
    node = new TestNode(ports, () => ({}), { script: 'scripts/dev.ts', data })
    await node.start()
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  it('mission 12: a card is issued, checked, suspended and revoked on a local Hardhat network', async () => {
    const [, number = ''] = /echo (\S+) \| npm run dojang .*offer --card resident/.exec(node.output) ?? []
    const { credentialId } = await issue(node, wallet, 'resident', number)
    const verdict = await check(node, wallet, 'bank')
    expect(finding(verdict)).to.equal('valid')
    await change(node, credentialId, 'suspend')
    expect(finding(await check(node, wallet, 'bank'))).to.equal('suspended')
    await change(node, credentialId, 'revoke')
    expect(finding(await check(node, wallet, 'bank'))).to.equal('revoked')
  })
})
