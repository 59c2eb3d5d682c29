/**
 * Somebody who has `issuing.key` sends one `anchor` with the nonce that the node uses next. The node reports it, nobody's
 * request hangs, and what docs/operator.md says leads back to a node that issues.
 */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { issuePurpose } from '../../node/proof/registries/purpose.ts'
import { encodeAnchor } from '../../node/registries/calls.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { change, offer } from '../e2e/support/steps.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { until } from '../support/until.ts'
import { ShiftedSite } from './support/shifted.ts'
import { blockOf, metric, readyz, replaceAccount, sendWithKey, typed } from './support/stolen-account.ts'

const word = () => `0x${randomBytes(32).toString('hex')}` as const

describe('attack: a transaction of the issuing account that the node did not send', function () {
  this.timeout(120_000)
  const site = new ShiftedSite()
  const { node } = site
  const [first, second, third] = people(3) as [
    ReturnType<typeof people>[0],
    ReturnType<typeof people>[0],
    ReturnType<typeof people>[0],
  ]
  let earlier: { card: string; credentialId: string }
  let foreign = ''

  before(async () => {
    await node.start()
    await node.import(csvOf([first, second, third]))
    earlier = await site.issue(first.personalNumber)
  })
  after(() => site.dispose())

  it('is reported within two blocks in readyz, a metric and the log, and requests fail at once', async () => {
    const wallet = new Wallet(site.home)
    const { offerUrl, txCode } = await offer(node, 'resident', second.personalNumber)
    const session = await wallet.redeem(offerUrl, txCode)
    const before = await blockOf(node)
    const anchor = encodeAnchor({
      ...{ purpose: issuePurpose('urn:dojang:kr:resident:1'), root: word(), count: 16, manifest: word() },
    })
    ;[foreign = ''] = await sendWithKey(node, 'issuing', await site.contract('anchorLog'), [anchor])
    await until('the node reports it', async () => (await readyz(node)).status === 503)
    expect(await blockOf(node)).to.be.at.most(before + 3)
    expect((await readyz(node)).body).to.include({ ready: false, reconciler: 'LEDGER_LANE_TAKEN' })
    expect(await metric(node, 'dojang_lane_taken')).to.equal(1)
    expect(await metric(node, 'dojang_reconciler_clean')).to.equal(0)
    expect(node.output).to.include('LEDGER_LANE_TAKEN').and.include(foreign)

    const begun = Date.now()
    const refused = await wallet.collect(session).then(
      () => undefined,
      error => String(error) + JSON.stringify(error),
    )
    expect(refused, 'the wallet that was under way').to.include('503')
    const { status, body } = await node.post('/operator/offers', {
      ...{ card: 'resident', personalNumber: third.personalNumber },
    })
    expect({ status, code: body.code, found: body.found }).to.deep.equal({
      ...{ status: 503, code: 'LEDGER_LANE_TAKEN', found: foreign },
    })
    expect((await change(node, earlier.credentialId, 'suspend')).status, 'by the other account').to.equal(200)
    expect((await change(node, earlier.credentialId, 'reinstate')).status).to.equal(200)
    expect(await site.check(earlier.card)).to.equal('valid')
    expect(Date.now() - begun).to.be.below(20_000)
  })

  it('is reported after a restart, which neither waits nor fails', async () => {
    await node.stop()
    expect(await node.start({ alarmed: true })).to.be.below(15_000)
    expect((await readyz(node)).body).to.include({ ready: false, reconciler: 'LEDGER_LANE_TAKEN' })
    expect(node.output).to.include('LEDGER_LANE_TAKEN')
  })

  it('ends with another account: the node issues again, and the reconciler is clean', async () => {
    const listed = await typed(node, 'reconcile', 'list')
    expect(listed.alarms).to.have.lengthOf(1)
    expect(listed.alarms[0]).to.include({ kind: 'root', transaction: foreign })
    await replaceAccount(node, 'issuing', site.shift)
    expect((await readyz(node)).body).to.include({ reconciler: 'ISSUER_STOPPED' })
    const file = join(node.data, '..', 'reason.txt')
    writeFileSync(file, 'issuing.key was stolen, the account is replaced')
    const reason = ['--reason-file', file]
    const { confirm } = await typed(node, 'reconcile', 'accept', foreign, ...reason)
    expect(await typed(node, 'reconcile', 'accept', foreign, ...reason, '--confirm', confirm)).to.include({
      accepted: 1,
    })
    expect((await readyz(node)).body).to.include({ ready: true, reconciler: 'clean' })
    const { card } = await site.issue(third.personalNumber)
    expect(await site.check(card)).to.equal('valid')
    expect(await site.check(earlier.card)).to.equal('valid')
    expect((await typed(node, 'reconcile', 'list')).stopped).to.equal(null)
    expect(await metric(node, 'dojang_reconciler_clean')).to.equal(1)
  })
})
