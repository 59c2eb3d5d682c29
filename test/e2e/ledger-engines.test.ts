/**
 * The life of a card on each ledger engine, with an outage of the ledger: the embedded ledger killed together with its node;
 * the embedded ledger in a separate process, killed while the authority runs; anvil by URL, disconnected.
 */
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { type Anvil, startAnvil } from '../support/anvil.ts'
import { CutProxy } from '../support/cut-proxy.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { LedgerNode } from './support/ledger-node.ts'
import { readLedger } from './support/ledger-reader.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { change, check, finding, issue, offer } from './support/steps.ts'
import { refreshed } from './wallet/accept.ts'
import { Wallet } from './wallet/wallet.ts'

/** How long the ledger is out of reach (ms). */
const OUTAGE = process.env.DOJANG_TEST_LONG === '1' || process.env.DOJANG_TEST_ALL ? 30_000 : 6_000

interface Engine {
  readonly name: string
  /** False where this engine is not available. */
  open(): Promise<boolean>
  /** Arguments of the authority's first start. */
  readonly more: readonly string[]
  /** The ledger is gone when this resolves… */
  lose(node: TestNode): Promise<void>
  /** …and is there again. */
  restore(node: TestNode): Promise<void>
  /** False where the authority goes down with its ledger. */
  readonly authorityLives: boolean
  close(): Promise<void>
}

class EmbeddedEngine implements Engine {
  readonly name = 'embedded, killed with its node'
  readonly more = []
  readonly authorityLives = false
  open = async () => true
  lose = (node: TestNode) => node.kill()
  restore = async (node: TestNode) => void (await node.start())
  close = async () => {}
}

/** Berlin rules: no base fee, no type 2, no fee history to speak of. */
class AnvilEngine implements Engine {
  readonly authorityLives = true
  readonly #how: 'refused' | 'silent'
  #anvil: Anvil | null = null
  #proxy: CutProxy | undefined

  constructor(how: 'refused' | 'silent') {
    this.#how = how
  }

  get name() {
    return `anvil by URL, cut off (${this.#how}) for ${OUTAGE / 1000} s`
  }

  get more() {
    return ['--ledger', this.#proxy?.url ?? '']
  }

  async open() {
    this.#anvil = await startAnvil(4_242_424, '--hardfork', 'berlin')
    if (this.#anvil === null) return false
    this.#proxy = await CutProxy.to(this.#anvil.url)
    return true
  }

  async lose() {
    this.#proxy?.cut(this.#how)
  }

  async restore() {
    await setTimeout(OUTAGE)
    this.#proxy?.mend()
  }

  async close() {
    this.#proxy?.close()
    await this.#anvil?.stop()
  }
}

/** A node of another ledger with the same chain id. */
async function serveStranger(chainId: number) {
  const stranger = { url: '', asked: 0, close: () => void server.close() }
  const block = { number: '0x0', hash: `0x${'12'.repeat(32)}`, parentHash: `0x${'00'.repeat(32)}`, timestamp: '0x1' }
  const answers: Readonly<Record<string, unknown>> = {
    eth_chainId: `0x${chainId.toString(16)}`,
    eth_getBlockByNumber: block,
    eth_blockNumber: '0x0',
    eth_syncing: false,
  }
  const server = createServer(async (request, response) => {
    stranger.asked += 1
    const { id, method } = (await json(request)) as { id: number; method: string }
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] ?? null }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  stranger.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return stranger
}

const engines: readonly Engine[] = [
  new EmbeddedEngine(),
  new LedgerNode(),
  new AnvilEngine('refused'),
  new AnvilEngine('silent'),
]
for (const engine of engines) {
  describe(`e2e: a card's life on another ledger: ${engine.name}`, function () {
    this.timeout(180_000)
    const [holder, other] = people(2) as [ReturnType<typeof people>[0], ReturnType<typeof people>[0]]
    const aside = scratchDirectory('e2e-aside')
    const wallet = new Wallet(join(aside, 'wallet'))
    const second = new Wallet(join(aside, 'second'))
    let node: TestNode
    let id = ''

    before(async function () {
      if (!(await engine.open())) return this.skip()
      node = new TestNode(engine.more)
      if (engine instanceof LedgerNode) {
        await node.start().catch(() => undefined)
        await engine.allow(node.data)
      }
      await node.start()
      expect((await node.import(csvOf([holder, other]))).body.report).to.include({ added: 2 })
    })
    after(async () => {
      await node?.dispose()
      await engine.close()
      rmSync(aside, { recursive: true, force: true })
    })

    /** A remote ledger is polled every second; the budget is five. */
    const becomes = async (wanted: string) => {
      const end = Date.now() + 5_000
      let found = finding(await check(node, wallet, 'bank'))
      while (found !== wanted && Date.now() < end) found = finding(await check(node, wallet, 'bank'))
      expect(found).to.equal(wanted)
    }

    it('is issued and valid', async () => {
      ;({ credentialId: id } = await issue(node, wallet, 'resident', holder.personalNumber))
      expect(finding(await check(node, wallet, 'bank'))).to.equal('valid')
    })

    it('executes a suspension and an issuance once if the ledger is lost during them', async () => {
      const offered = await offer(node, 'resident', other.personalNumber)
      const session = await second.redeem(offered.offerUrl, offered.txCode)
      if (engine.authorityLives) await engine.lose(node)
      const suspended = change(node, id, 'suspend').catch(() => undefined)
      const collected = second.collect(session).catch(() => undefined)
      if (engine.authorityLives) {
        await setTimeout(1000)
        // Unreachable is not revoked: what was proved a moment ago still counts, or nothing is known. The suspension may be
        // published already.
        expect(finding(await check(node, wallet, 'bank'))).to.match(/^valid$|^suspended$|^unknown/)
        await engine.restore(node)
      } else {
        await setTimeout(30)
        await engine.lose(node)
        await engine.restore(node)
      }
      // A request that was refused or not answered is repeated; it may have been executed meanwhile. 202: the suspension is
      // published, and the ledger does not have it yet.
      let answer = await suspended
      const again = [undefined, 202, 503]
      for (const end = Date.now() + 20_000; again.includes(answer?.status); await setTimeout(250)) {
        if (Date.now() > end) expect.fail(`the ledger is not reached again: ${JSON.stringify(answer?.body)}`)
        answer = await change(node, id, 'suspend')
      }
      expect([200, 409], JSON.stringify(answer?.body)).to.include(answer?.status)
      expect((await node.get(`/operator/credentials/${id}`)).body.status).to.equal('SUSPENDED')
      let card = (await collected) ?? (await second.collect(session))
      // A wallet that had to wait for more than two seconds got a temporary card, and exchanges it now.
      if (card.claims.anchor_pending === true) card = await second.collect(await refreshed(session))
      expect(card.card.credential.length).to.be.greaterThan(1000)
      expect(card.claims).not.to.have.property('anchor_pending')
    })

    it('is suspended, reinstated and revoked, each once on the ledger', async () => {
      await becomes('suspended')
      expect((await change(node, id, 'reinstate')).status).to.equal(200)
      await becomes('valid')
      expect((await change(node, id, 'revoke')).status).to.equal(200)
      await becomes('revoked')
      const { roots, disowned, ops } = await readLedger(node)
      expect(new Set(roots).size).to.equal(roots.length)
      // A temporary card is exchanged by a batch of its own.
      expect([roots.length >= 2, disowned]).to.deep.equal([true, 0])
      const own = ops.filter(({ index }) => index === ops[0]?.index)
      expect(own.map(({ from, to }) => `${from}${to}`)).to.deep.equal(['02', '20', '01'])
    })

    it('starts again on the same ledger, also if a node of another ledger answers first', async () => {
      await node.kill()
      const file = join(node.data, 'config.json')
      const config = JSON.parse(readFileSync(file, 'utf8'))
      const stranger = await serveStranger(config.chainId)
      if (config.ledgerUrl !== null) {
        writeFileSync(file, JSON.stringify({ ...config, ledgerUrl: `${stranger.url},${config.ledgerUrl}` }))
      }
      await node.start()
      expect(stranger.asked > 0).to.equal(config.ledgerUrl !== null)
      expect((await node.get(`/operator/credentials/${id}`)).body.status).to.equal('INVALID')
      expect(finding(await check(node, second, 'bank'))).to.equal('valid')
      expect((await node.stop()).exit).to.equal(0)
      stranger.close()
    })
  })
}
