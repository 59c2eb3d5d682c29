import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { pino } from 'pino'
import { type Authority, openAuthority } from '../../../node/authority/authority.ts'
import { openOwnLedger } from '../../../node/authority/ledger.ts'
import type { AuthorityPorts } from '../../../node/authority/ports.ts'
import { openConfig } from '../../../node/config/config.ts'
import { koreanDate } from '../../../node/credential/dates.ts'
import { makeP256Pem } from '../../../node/keys/signer.ts'
import { LedgerError } from '../../../node/ledger/errors.ts'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { systemClock, systemEvery, systemTimer } from '../../../node/lib/time.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { resident } from '../../support/cards.ts'
import { failureOf } from '../../support/failure.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { until } from '../../support/until.ts'
import { holderKey, random } from '../../support/world.ts'

describe('an authority', function () {
  this.timeout(60_000)
  let data: string
  let lines: string[]

  beforeEach(() => {
    data = scratchDirectory('app')
    lines = []
  })
  afterEach(() => rmSync(data, { recursive: true, force: true }))

  const open = async (ports: Partial<AuthorityPorts> = {}) => {
    const config = await openConfig({ data, port: 0, rpcPort: 0, operatorPort: 0, walletPort: 0 }, random)
    const log = pino({ level: 'trace' }, { write: line => void lines.push(line) })
    const system = { clock: systemClock, random, timer: systemTimer, every: systemEvery }
    return openAuthority(config, { ...system, log, progress: () => undefined, ...ports })
  }

  /** Accepts the transaction without an answer, and answers nothing after that. */
  function cutAtNextTransaction(ledger: Ledger): Promise<void> {
    const { request } = ledger
    return new Promise(resolve => {
      let cut = false
      ledger.request = async (method, params) => {
        if (cut) throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, 'cut off')
        if (method !== 'eth_sendRawTransaction') return request.call(ledger, method, params)
        cut = true
        resolve()
        throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method }, 'cut off')
      }
    })
  }

  async function orderFor({ residents, clock }: Authority) {
    const [someone] = fictitiousPopulation({ count: 1, seed: 'app', today: koreanDate(clock()) })
    const { personalNumber } = someone as { personalNumber: string }
    await residents.store([someone as NonNullable<typeof someone>])
    const { person } = (await residents.findByNumber(personalNumber)) as { person: Uint8Array }
    const base = { application: 'an application', person, card: resident, holderKey: holderKey(), ops: [] }
    return { ...base, keyStorage: 'software', walletProvider: null, dpopKey: 'key', lineTag: null } as const
  }

  it('refuses to start with another URL than the ledger has registered', async () => {
    const first = await open()
    await first.close()
    const path = join(data, 'config.json')
    const config = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...config, publicUrl: 'http://localhost:9' }))
    const failure = await failureOf(open())
    expect(failure).to.have.property('code', 'CONFIG_FIXED')
    writeFileSync(path, JSON.stringify(config))
    await (await open()).close()
  })

  it('refuses to start with keys that are not its own, and changes nothing', async () => {
    await (await open()).close()
    const foreign = {
      'master.key': '11'.repeat(32),
      'issuing.key': `0x${'22'.repeat(32)}`,
      'credential.pem': makeP256Pem(),
    }
    for (const [name, text] of Object.entries(foreign)) {
      const path = join(data, 'keys', name)
      const own = readFileSync(path, 'utf8')
      writeFileSync(path, text)
      const code = name === 'master.key' ? 'STORE_SEAL_BROKEN' : 'KEYS_FOREIGN'
      expect(await failureOf(open()), name).to.have.property('code', code)
      writeFileSync(path, own)
    }
    await (await open()).close()
  })

  it('closes while the ledger does not answer and a card is being issued; the card is issued after the restart', async () => {
    const authority = await open()
    const order = await orderFor(authority)
    const cut = cutAtNextTransaction(authority.ledger)
    const failure = failureOf(authority.pipeline.issue(order))
    await cut
    await authority.close()
    expect((await failure).code).to.equal('LEDGER_UNREACHABLE')
    expect(await authority.stopped, 'it was asked to').to.equal(null)

    const again = await open()
    const { credentialId } = await again.pipeline.issue(order)
    expect(again.pipeline.credentialOf(order.application)).to.equal(credentialId)
    expect(await again.credentials.ofPerson(order.person)).to.have.length(1)
    await again.close()
  })

  it('closes once, also when `close` is called again, and releases everything', async () => {
    const first = await open()
    const both = [first.close(), first.close()]
    expect(both[0]).to.equal(both[1])
    await Promise.all(both)
    await (await open()).close()
    expect(lines.filter(line => JSON.parse(line).level >= 50)).to.deep.equal([])
  })

  it('reports why it stopped when its store or its ledger stops', async () => {
    for (const engine of ['store', 'ledger'] as const) {
      const reason = new Error(`the ${engine} failed`)
      const { promise: stopped, resolve: stop } = Promise.withResolvers<Error>()
      const authority = await open({
        openStore: async path => Object.assign(await LevelStore.open(path), engine === 'store' && { stopped }),
        openLedger: async (...given) =>
          Object.assign(await openOwnLedger(...given), engine === 'ledger' && { stopped }),
      })
      stop(reason)
      expect(await authority.stopped).to.equal(reason)
      await authority.close()
    }
  })

  it('does not wait at its start for a ledger that has stopped by itself', async () => {
    const reason = new Error('the disk of the ledger is full')
    const stopped = Promise.resolve(reason)
    const opening = open({ openLedger: async (...given) => Object.assign(await openOwnLedger(...given), { stopped }) })
    expect(await failureOf(opening)).to.equal(reason)
  })

  it('checks cards with its replica of the registries, and logs an internal fault', async () => {
    const { verifier, ownReplica, close } = await open()
    if (!ownReplica) throw new Error('the embedded ledger has seals')
    await until('the replica has caught up', () => ownReplica.replica !== null)
    const verify = () => verifier.verify('not a card', { nonce: 'nonce', audience: 'audience' })
    expect(await verify()).to.include({ outcome: 'unreadable', how: 'replica' })
    const fault = () => {
      throw new TypeError('a fault in the replica')
    }
    Object.defineProperty(ownReplica, 'replica', { get: fault })
    expect(await verify()).to.include({ outcome: 'unknown', how: null })
    await close()
    expect(lines.join('')).to.include('a fault in the replica')
  })

  it('closes the other parts when one does not close', async () => {
    const authority = await open()
    authority.presentations.close = () => {
      throw new Error('stuck')
    }
    await authority.close()
    expect(lines.join('')).to.include('a part of the node could not be closed').and.include('stuck')
    await (await open()).close()
  })
})
