/**
 * An install of every earlier schema (test/fixtures/installs) is opened by this version: it migrates, its cards are
 * judged as before, an offer that was open is redeemed, and it goes on issuing. The clock of the node and of the wallet
 * goes on where the install was stopped, so that the test does not end with the fixture's certificates.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Level } from 'level'
import { Bucket } from '../../node/store/buckets.ts'
import { SCHEMA_VERSION } from '../../node/store/schema.ts'
import { type InstallFacts, unpackInstall } from '../fixtures/installs/install.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { Child } from './support/process.ts'
import { change, finding, offer, request, verdictOf } from './support/steps.ts'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'installs')
const PRELOAD = `--import=${join(import.meta.dirname, '..', 'support', 'shifted-clock.mjs')}`
const VETERAN = 'urn:dojang:kr:veteran:1'
/** Seconds that the upgrade takes: less than an offer lasts. */
const PAUSE = 30

describe('e2e: an upgrade', function () {
  this.timeout(120_000)

  it('has an install of every earlier schema', () => {
    const found = readdirSync(FIXTURES).filter(name => name.endsWith('.json.gz'))
    const earlier = Array.from({ length: SCHEMA_VERSION - 1 }, (_, i) => `schema-${i + 1}.json.gz`)
    expect(found.sort()).to.deep.equal(earlier.sort())
  })

  for (let schema = 1; schema < SCHEMA_VERSION; schema++) {
    describe(`from schema ${schema}`, () => {
      const added = people(1, 'upgrade')
      let node: TestNode
      let facts: InstallFacts
      let env: Record<string, string>
      before(async () => {
        node = new TestNode([], () => env)
        facts = unpackInstall(join(FIXTURES, `schema-${schema}.json.gz`), join(node.data, '..'))
        const shift = facts.stoppedAt + PAUSE * 1000 - Date.now()
        env = { NODE_OPTIONS: PRELOAD, DOJANG_TEST_CLOCK_SHIFT: String(shift) }
      })
      after(() => node?.dispose())

      const wallet = async (...args: string[]) => {
        const home = join(node.data, '..', 'wallet')
        const { exit, out, err } = await Child.start('test/e2e/wallet/cli.ts', [...args, '--home', home], {
          env,
        }).finished()
        expect(exit, err).to.equal(0)
        return out
      }
      const check = async (card: string) => {
        const { id, requestUrl } = await request(node, 'bank')
        await wallet('present', requestUrl, '--card', card)
        const verdict = await verdictOf(node, id)
        expect(verdict.asOf.time * 1000, "the ledger's clock").to.be.below(facts.stoppedAt + 600_000)
        return finding(verdict)
      }
      const statusOf = async (id: string) => (await node.get(`/operator/credentials/${id}`)).body.status as string

      it('it starts, and says what it migrated', async () => {
        expect(statSync(join(node.data, 'keys', 'master.key')).mode & 0o777).to.equal(0o600)
        await node.start()
        await node.printed(/upgrade: .+, \d+ of \d+\n/)
        expect(await node.cli(['council', 'lacking'])).to.include({ exit: 0 })
      })

      it('the cards that it issued are judged as before', async () => {
        expect(await check(facts.cards.valid.card)).to.equal('valid')
        expect(await check(facts.cards.suspended.card)).to.equal('suspended')
        expect(await check(facts.cards.revoked.card)).to.equal('revoked')
        expect((await change(node, facts.cards.suspended.credential, 'reinstate')).status).to.equal(200)
        expect(await check(facts.cards.suspended.card)).to.equal('valid')
        expect((await change(node, facts.cards.revoked.credential, 'reinstate')).status).to.equal(409)
      })

      it('an offer that was open is redeemed, and new cards are issued', async () => {
        await wallet('accept', facts.offer.offerUrl, '--tx-code', facts.offer.txCode)
        const again = await node.import(Buffer.from(facts.register))
        expect(again.body.report).to.include({ rows: 5, unchanged: 5 })
        expect((await node.import(csvOf(added))).body.report).to.include({ rows: 1, added: 1 })
        const { offerUrl, txCode, applicationId } = await offer(node, 'resident', added[0]?.personalNumber ?? '')
        const accepted = await wallet('accept', offerUrl, '--tx-code', txCode)
        const card = /^Card (\S+) /.exec(accepted)?.[1] ?? ''
        expect(await check(card)).to.equal('valid')
        const id = (await node.get(`/operator/applications/${applicationId}`)).body.credentialId
        expect((await change(node, id, 'suspend')).status).to.equal(200)
        expect(await check(card)).to.equal('suspended')
      })

      it('it starts again with nothing left to migrate, and proposes to the council what the ledger lacks', async () => {
        const withdrawn = await node.cli(['council', 'act', 'withdraw', 'org=1', `purpose=issue:${VETERAN}`])
        expect(withdrawn.exit, withdrawn.err).to.equal(0)
        await node.stop()
        await node.start()
        const [, proposal] = await node.printed(/council (propose grant .+?) {3}#/)
        expect(node.output).to.not.match(/upgrade: /)
        expect(proposal).to.equal(`propose grant org=1 purpose=issue:${VETERAN} until=never`)
        const proposed = await node.cli(['council', ...String(proposal).split(' ')])
        expect(proposed.exit, proposed.err).to.equal(0)
        expect(await statusOf(facts.cards.suspended.credential)).to.equal('VALID')
        expect(await check(facts.cards.valid.card)).to.equal('valid')
        await node.stop()
      })

      it('its journal has no gap, and its commits are counted', async () => {
        const { journal, commits } = await countsOf(node.data)
        expect(journal).to.deep.equal(journal.map((_, i) => i))
        expect(journal.length).to.be.greaterThan(30)
        expect(commits).to.be.greaterThan(20)
      })
    })
  }
})

/** Read off the disk: the numbers of the journal's entries, and the number of the last commit. */
async function countsOf(data: string): Promise<{ journal: number[]; commits: number }> {
  const db = new Level<Uint8Array, Uint8Array>(join(data, 'authority'), { keyEncoding: 'view', valueEncoding: 'view' })
  await db.open()
  try {
    const journal: number[] = []
    let commits = 0
    for await (const [key, value] of db.iterator()) {
      if (key[0] === Bucket.journal) journal.push(Number(Buffer.from(key).readBigUInt64BE(1)))
      if (key[0] === Bucket.count && key[1] === 0) commits = Number(Buffer.from(value).readBigUInt64BE())
    }
    return { journal, commits }
  } finally {
    await db.close()
  }
}
