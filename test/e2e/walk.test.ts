/**
 * The walk-through of the README with a node in its own process: a register, an offer, a wallet made of independent
 * libraries, a check, a suspension, a revocation. Then all files and output of the node are searched for personal data.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { JsonRpcProvider } from 'ethers'
import type { ResidentFacts } from '../../node/credential/subject.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { clientOf, profileOf, readLedger } from './support/ledger-reader.ts'
import { needlesOf, search } from './support/needles.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { Child } from './support/process.ts'
import { databasesIn, readDatabase, readFiles } from './support/remains.ts'
import { type CardId, change, check, finding, issue } from './support/steps.ts'
import { Wallet } from './wallet/wallet.ts'

const [holder, ...others] = people(6) as [ResidentFacts, ...ResidentFacts[]]
/** These never get into the register: they appear in refused input only. */
const stranger = others.pop() as ResidentFacts
const residents = [holder, ...others]
/** A preset that takes each card. */
const ASKS: Readonly<Record<CardId, string>> = { resident: 'bank', driver: 'bank', veteran: 'government' }

describe('e2e: the walk-through', function () {
  this.timeout(120_000)
  let node: TestNode
  let aside: string
  before(async () => {
    aside = scratchDirectory('e2e-aside')
    node = await TestNode.start()
  })
  after(async () => {
    await node?.dispose()
    rmSync(aside, { recursive: true, force: true })
  })
  const walletCli = (...args: string[]) =>
    Child.start('test/e2e/wallet/cli.ts', [...args, '--home', join(aside, 'typed')]).finished()

  it('by hand: import, offer, accept, verify, suspend, reinstate, revoke', async () => {
    const csv = join(aside, 'residents.csv')
    writeFileSync(csv, csvOf(residents))
    const imported = await node.cli(['residents', 'import', csv, '--json'])
    expect(imported.exit, imported.err).to.equal(0)
    expect(JSON.parse(imported.out)).to.include({ rows: 5, added: 5, rejectedTotal: 0 })

    const offered = await node.cli(['offer', '--card', 'resident', '--json'], `${holder.personalNumber}\n`)
    expect(offered.exit, offered.err).to.equal(0)
    const { offerUrl, txCode, applicationId } = JSON.parse(offered.out)
    const accepted = await walletCli('accept', offerUrl, '--tx-code', txCode)
    expect(accepted.exit, accepted.err).to.equal(0)
    expect(accepted.out).to.include('urn:dojang:kr:resident:1').and.include(holder.personalNumber)

    const application = JSON.parse((await node.cli(['application', applicationId, '--json'])).out)
    expect(application.state).to.equal('issued')
    const id = String(application.credentialId)

    const verify = async () => {
      const begun = await node.cli(['verify', '--preset', 'bank', '--wait', '0', '--json'])
      expect(begun.exit, begun.err).to.equal(0)
      const asked = JSON.parse(begun.out)
      const presented = await walletCli('present', asked.requestUrl)
      expect(presented.exit, presented.err).to.equal(0)
      expect(presented.out).to.include('personal_administrative_number')
      return await node.cli(['verdict', asked.id, '--wait', '10'])
    }
    const valid = await verify()
    expect(valid.exit, valid.err).to.equal(0)
    expect(valid.out).to.match(/^valid: .+\n[\s\S]*As of block \d+ \(.+\), \d+ s old/)

    const suspended = await node.cli(['suspend', id], 'test\n')
    expect(suspended.exit, suspended.err).to.equal(0)
    const locked = await verify()
    expect(locked.exit).to.equal(1)
    expect(locked.out).to.match(/^suspended: /)
    expect((await node.cli(['status', id])).out).to.match(/^SUSPENDED as of block \d+/)

    expect((await node.cli(['reinstate', id], 'test\n')).exit).to.equal(0)
    expect((await verify()).out).to.match(/^valid: /)

    expect((await node.cli(['revoke', id], 'test\n')).exit).to.equal(0)
    const revoked = await verify()
    expect(revoked.exit).to.equal(1)
    expect(revoked.out).to.match(/^revoked: /)

    const again = await node.cli(['reinstate', id], 'test\n')
    expect(again.exit).to.equal(1)
    expect(again.err, 'the contract itself refuses').to.include('RevokedIsFinal')

    expect((await walletCli('list')).out).to.match(/^\S+ {2}urn:dojang:kr:resident:1 /)
    expect((await walletCli('forget')).out).to.equal('1 forgotten\n')
  })

  for (const card of ['driver', 'veteran'] as const) {
    it(`the same steps work for the ${card} card`, async () => {
      const wallet = new Wallet(join(aside, card))
      const { credentialId, claims } = await issue(node, wallet, card, holder.personalNumber)
      expect(claims.family_name).to.equal(holder.familyName)
      const valid = await check(node, wallet, ASKS[card])
      expect(finding(valid)).to.equal('valid')
      expect(valid.asOf.block).to.be.greaterThan(0)
      expect(valid.age).to.be.at.least(0)

      expect((await change(node, credentialId, 'suspend')).body).to.include({ status: 'SUSPENDED' })
      expect((await change(node, credentialId, 'suspend')).body).to.include({
        status: 409,
        code: 'ISSUER_STATUS_UNCHANGED',
      })
      expect(finding(await check(node, wallet, ASKS[card]))).to.equal('suspended')
      expect((await change(node, credentialId, 'reinstate')).body).to.include({ status: 'VALID' })
      expect(finding(await check(node, wallet, ASKS[card]))).to.equal('valid')
      expect((await change(node, credentialId, 'revoke')).body).to.include({ status: 'INVALID' })
      expect(finding(await check(node, wallet, ASKS[card]))).to.equal('revoked')
      const again = await change(node, credentialId, 'reinstate')
      expect(again.status).to.equal(409)
      expect(JSON.stringify(again.body)).to.include('RevokedIsFinal')
    })
  }

  it('error messages give the reason and no personal data', async () => {
    const row = csvOf([stranger]).toString().replace(stranger.birthdate, '1900-01-01')
    const imported = await node.import(row)
    expect(imported.body.report).to.deep.include({ rows: 1, rejectedByReason: { birthdate_mismatch: 1 } })
    const offered = await node.post('/operator/offers', { card: 'resident', personalNumber: stranger.personalNumber })
    expect(offered).to.deep.include({ status: 404 })
    const headless = await node.import(row.split('\n').slice(1).join('\n'))
    expect(headless.status, JSON.stringify(headless.body)).to.equal(422)
    const answers = JSON.stringify([imported.body, offered.body, headless.body])
    expect(search(Buffer.from(answers), needlesOf([stranger]))).to.deep.equal([])
  })

  it('ethers and viem read the ledger like any other', async () => {
    const { contracts, chainId } = await profileOf(node)
    const ethers = new JsonRpcProvider(node.rpcUrl)
    const viem = clientOf(node)
    try {
      expect(Number((await ethers.getNetwork()).chainId)).to.equal(chainId)
      expect(await viem.getChainId()).to.equal(chainId)
      const head = await ethers.getBlock('latest')
      const same = await viem.getBlock({ blockNumber: BigInt(head?.number ?? 0) })
      expect(same.hash).to.equal(head?.hash)
      expect(same.parentHash).to.equal(head?.parentHash)

      const { roots, ops } = await readLedger(node)
      expect(roots).to.have.length(3)
      expect(ops.map(({ to }) => to)).to.deep.equal([2, 0, 1, 2, 0, 1, 2, 0, 1])
      const all = await ethers.getLogs({ address: contracts.anchorLog.address, fromBlock: 0 })
      const logs = all.filter(({ topics }) => topics.length === 4)
      expect(logs.map(({ topics }) => topics[3])).to.deep.equal(roots)
      for (const { transactionHash } of logs) {
        const receipt = await viem.getTransactionReceipt({ hash: transactionHash as `0x${string}` })
        expect(receipt.status).to.equal('success')
        expect((await ethers.getTransaction(transactionHash))?.gasPrice).to.equal(0n)
      }
    } finally {
      ethers.destroy()
    }
  })

  it('mission 8: leaves no personal data in its files, its databases, its output or the ledger', async () => {
    const needles = needlesOf([...residents, stranger])
    expect(search(csvOf(residents), needles), 'the search finds what is there').to.not.deep.equal([])
    const encoded = Buffer.from(JSON.stringify({ at: 1, v: Buffer.from(`..${holder.address}`).toString('base64url') }))
    expect(search(encoded, needles)).to.not.deep.equal([])

    const ethers = new JsonRpcProvider(node.rpcUrl)
    const blocks: string[] = []
    for (let number = 0; number <= (await ethers.getBlockNumber()); number++) {
      const tag = `0x${number.toString(16)}`
      blocks.push(JSON.stringify(await ethers.send('eth_getBlockByNumber', [tag, true])))
      blocks.push(JSON.stringify(await ethers.send('eth_getBlockReceipts', [tag])))
    }
    ethers.destroy()
    const chain = blocks.join('\n')
    expect(chain.length).to.be.greaterThan(10_000)
    // Calldata is hex: of the bytes as they are, and of any text in them.
    const calldata = Buffer.from((chain.match(/0x[0-9a-f]{8,}/g) ?? []).map(hex => hex.slice(2)).join('00'), 'hex')
    expect(search(Buffer.from(chain), needles), 'blocks').to.deep.equal([])
    expect(search(calldata, needles), 'calldata').to.deep.equal([])

    const { exit } = await node.stop()
    expect(exit, 'a clean stop').to.equal(0)
    const said = Buffer.from(node.said.join('\n'))
    expect(said.length).to.be.greaterThan(100)
    expect(search(said, needles), 'output').to.deep.equal([])

    const files = readFiles(node.data)
    expect(files.length).to.be.greaterThan(10)
    for (const { path, bytes } of files) expect(search(bytes, needles), path).to.deep.equal([])
    const databases = databasesIn(node.data)
    // The ledger has its own database, unless it is remote.
    expect(databases).to.have.length(process.env.DOJANG_TEST_LEDGER ? 1 : 2)
    for (const path of databases) {
      const entries = await readDatabase(path)
      expect(entries.count).to.be.greaterThan(20)
      expect(search(entries.bytes, needles), path).to.deep.equal([])
    }
  })
})
