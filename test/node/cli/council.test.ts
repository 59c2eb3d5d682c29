import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { encryptKeystoreJson, getAddress, Wallet } from 'ethers'
import { createKeyStatement } from '../../../node/cli/council/key-statement.ts'
import { proposalCommand } from '../../../node/cli/council/lacking.ts'
import { ACT_SENTENCES, sentenceOf } from '../../../node/cli/council/sentences.ts'
import { writeConfig } from '../../../node/config/file.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { rpcListener } from '../../../node/ledger/rpc/server.ts'
import type { Hex } from '../../../node/lib/bytes.ts'
import { thumbprint } from '../../../node/lib/jose/jwk.ts'
import { systemTimer } from '../../../node/lib/time.ts'
import type { ContractName, LedgerProfile } from '../../../node/proof/profile.ts'
import { purposeHash } from '../../../node/proof/registries/purpose.ts'
import { Capability, KeyUse } from '../../../node/proof/registries/records.ts'
import { deploy } from '../../../node/registries/deployment/deploy.ts'
import { lackingOnLedger } from '../../../node/registries/deployment/lacking.ts'
import { ACTS, type Act, encodeAct } from '../../../node/registries/governance/acts.ts'
import { encodeExecute, encodeSchedule } from '../../../node/registries/governance/council.ts'
import { signProfile } from '../../../node/registries/profile/profile.ts'
import { readGrant, readList, readOrganisation } from '../../../node/registries/reads.ts'
import { sendAct } from '../../../node/registries/sending/act.ts'
import { openHardhatLedger } from '../../../scripts/dev/hardhat-ledger.ts'
import { testConfig } from '../../support/config.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { run } from './support.ts'

const wallet = (n: number): Wallet => new Wallet(`0x${n.toString(16).padStart(64, '0')}`)
const address = (n: number): Hex => wallet(n).address.toLowerCase() as Hex
const DELAY = 86_400
const LIST = (1n << 32n) | 1n

describe('cli: council', () => {
  let ledger: Ledger
  let server: Server
  let data: string
  let registries: { ledger: Ledger; addresses: Awaited<ReturnType<typeof deploy>>['addresses'] }
  let pin: string
  let genesis: Hex

  before(async () => {
    ledger = await openHardhatLedger()
    const { contracts, addresses } = await deploy(ledger, {
      deployer: wallet(1),
      admin: address(2),
      council: address(3),
      guardian: address(4),
      delay: DELAY,
      chainId: 31337,
      timer: systemTimer,
      organisations: [
        { admin: address(5), name: '도장청', issuer: 'http://a', info: '{}', purposes: [], keys: [], accounts: [] },
        { admin: address(6), name: 'Telecom', issuer: '', info: '{}', purposes: [], keys: [], accounts: [] },
      ],
      statusLists: [{ capacity: 1024, dailyLimit: 10 }],
    })
    registries = { ledger, addresses }
    genesis = ((await ledger.request('eth_getBlockByNumber', ['0x0', false])) as { hash: Hex }).hash
    server = createServer(rpcListener(ledger, { random: randomBytes })).listen(0, '127.0.0.1')
    await once(server, 'listening')
    data = scratchDirectory('council')
    mkdirSync(join(data, 'keys'))
    const { port } = server.address() as AddressInfo
    writeConfig(testConfig(data, { rpcPort: port }))
    for (const [name, n] of Object.entries({ council: 3, guardian: 4, governor: 2, stranger: 9 })) {
      writeFileSync(join(data, 'keys', `${name}.key`), `${wallet(n).privateKey}\n`, { mode: 0o600 })
    }
    const signer = new SoftwareSigner(makeP256Pem())
    pin = thumbprint(signer.publicKey.jwk)
    writeFileSync(join(data, 'ledger.json'), signProfile(profileOf(contracts), signer))
  })

  after(async () => {
    server.closeAllConnections()
    server.close()
    await ledger.close()
    rmSync(data, { recursive: true, force: true })
  })

  const profileOf = (contracts: LedgerProfile['contracts']): LedgerProfile => ({
    version: 1,
    chainId: 31337,
    genesis,
    contracts,
    seals: 'none',
    validators: [],
    checkpoint: { height: 0, hash: `0x${'00'.repeat(32)}`, time: 0 },
    witnesses: { keys: [], quorum: 0 },
    heartbeat: 60,
    endpoints: [],
  })

  const council = (...words: string[]) => run(['council', ...words, '--data', data])
  const later = async (seconds: number) => {
    await ledger.request('evm_increaseTime', [seconds])
    await ledger.request('evm_mine')
  }
  const propose = async (
    ...words: string[]
  ): Promise<{ operation: string; state: string; sentence: { en: string } }> => {
    const ran = await council('propose', ...words, '--json')
    expect(ran.exit, ran.err).to.equal(0)
    return JSON.parse(ran.out)
  }
  const pending = async (): Promise<{ operation: string; state: string }[]> =>
    JSON.parse((await council('list', '--json')).out).proposals

  it('announces, shows, waits and executes', async () => {
    expect((await council('list')).out).to.equal('Nothing is pending.\n')
    const proposed = await council('propose', 'grant', 'org=2', 'purpose=report-loss', 'until=2040-01-01')
    expect(proposed.exit, proposed.err).to.equal(0)
    expect(proposed.out).to.match(/^0x[0-9a-f]{12} {2}waiting: can be executed from .* \(in 24 h\)/)
    expect(proposed.out).to.include('Accredit organisation 2 "Telecom" for "report-loss": from now on, until 20')

    const [one] = await pending()
    const operation = one?.operation as string
    const korean = (await council('list', '--lang', 'ko')).out
    expect(korean).to.include('대기 중').and.include('기관 2 "Telecom"에 "report-loss" 인가').and.include(address(3))
    const early = await council('execute', operation)
    expect(early.exit).to.equal(1)
    expect(early.err).to.include('AccessManagerNotReady').and.include('Nothing was sent')
    await later(DELAY)
    expect((await council('list')).out).to.include('ready: can be executed until')
    const done = await council('execute', operation.slice(0, 12))
    expect(done.out, done.err).to.include('executed in block')
    expect((await readGrant(registries, 2, purposeHash('report-loss')))?.until).to.equal(
      Date.parse('2040-01-01T00:00:00+09:00') / 1000,
    )
    expect(await pending()).to.deep.equal([])
    const again = await council('execute', operation)
    expect(again.exit).to.equal(2)
    expect(again.err).to.include('is executed: it is not pending any more')
    expect((await council('list', '--all')).out).to.include('executed in block')
  })

  it('registers a key only with a statement that this key signed, for this organisation, use and ledger', async () => {
    const [own, other] = [makeP256Pem(), makeP256Pem()].map(pem => new SoftwareSigner(pem)) as [
      SoftwareSigner,
      SoftwareSigner,
    ]
    const file = join(data, 'a.statement')
    const registry = registries.addresses.trustRegistry
    const facts = { org: 1, uses: KeyUse.CHIP, chainId: 31_337, registry }
    const propose = (statement?: string) => {
      if (statement !== undefined) writeFileSync(file, statement)
      const args = ['propose', 'registerKey', 'org=1', `keyId=${own.keyId}`, 'uses=CHIP', 'until=never', '--json']
      return council(...args, ...(statement === undefined ? [] : ['--statement', file]))
    }
    const good = createKeyStatement(facts, own)
    const [header, , signature] = good.split('.')
    for (const [statement, why] of [
      [undefined, 'needs the statement'],
      ['', 'is not a statement'],
      [createKeyStatement(facts, other), 'of another key'],
      [createKeyStatement({ ...facts, org: 2 }, own), 'for organisation 2, not 1'],
      [createKeyStatement({ ...facts, uses: KeyUse.WALLET }, own), 'for other uses'],
      [createKeyStatement({ ...facts, chainId: 31_337 + 1 }, own), 'for another ledger'],
      [createKeyStatement({ ...facts, registry: address(9) }, own), 'for another ledger'],
      [[header, createKeyStatement({ ...facts, org: 2 }, own).split('.')[1], signature].join('.'), 'signature'],
    ] as const) {
      const ran = await propose(statement)
      expect(ran.exit, ran.err).to.equal(2)
      expect(ran.err).to.include(why).and.include('Nothing was sent')
    }
    const done = await propose(good)
    expect(done.exit, done.err).to.equal(0)
    expect((await council('cancel', JSON.parse(done.out).operation)).exit).to.equal(0)
  })

  it('accepts the printed command of every lacking act', async () => {
    const newKey = new SoftwareSigner(makeP256Pem())
    const pem = join(data, 'new.pem')
    writeFileSync(pem, newKey.pkcs8, { mode: 0o600 })
    const plan = {
      purposes: ['issue:urn:dojang:kr:resident:1'],
      keys: [{ keyId: newKey.keyId, uses: KeyUse.CREDENTIAL | KeyUse.REPORT, until: 4_000_000_000 }],
      accounts: [{ address: address(11), capabilities: Capability.ANCHOR | Capability.STATUS }],
    }
    const now = async () =>
      Number(((await ledger.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: Hex }).timestamp)
    const lacking = await lackingOnLedger(registries, 1, plan, await now())
    expect(lacking.map(({ act }) => act)).to.deep.equal(['grant', 'registerKey', 'registerAccount'])
    for (const act of lacking) {
      const [printed = '', made = ''] = proposalCommand('dojang', act).split('   # made by: ')
      const [program, ...words] = printed.replace('key.statement', join(data, 'key.statement')).split(' ')
      if (act.act === 'registerKey') {
        const args = made.replace('<its file>', pem).replace(' > key.statement', '').split(' ').slice(1)
        writeFileSync(join(data, 'key.statement'), (await run([...args, '--data', data])).out)
      }
      expect([program, words.shift()]).to.deep.equal(['dojang', 'council'])
      const ran = await council(...words, '--json')
      expect(ran.exit, ran.err).to.equal(0)
    }
    await later(DELAY)
    for (const { operation } of await pending()) expect((await council('execute', operation)).exit).to.equal(0)
    expect(await lackingOnLedger(registries, 1, plan, await now())).to.deep.equal([])
  })

  it('grants and withdraws a request policy by its file, and shows it in words', async () => {
    const file = join(data, 'policy.json')
    const texts = { ko: '주류 판매점', en: 'Liquor shop' }
    const claims = [{ vct: 'urn:dojang:kr:resident:1', paths: [['age_equal_or_over', '19']] }]
    const text = JSON.stringify({ version: 1, name: texts, purposes: [texts], claims })
    writeFileSync(file, text)
    const { purpose } = JSON.parse((await run(['policy', 'check', file, '--json'])).out)
    expect(purpose).to.equal(`request:${createHash('sha256').update(text).digest('hex')}`)
    const proposed = await council('propose', 'grant', 'org=2', 'until=never', '--policy', file, '--lang', 'ko')
    expect(proposed.err).to.include('주류 판매점 · Liquor shop').and.include('age_equal_or_over/19')
    expect(proposed.out).to.include(purpose)
    const [pendingAct] = await pending()
    await later(DELAY)
    expect((await council('execute', pendingAct?.operation ?? '')).exit).to.equal(0)
    const grant = await readGrant(registries, 2, purposeHash(purpose))
    expect(grant?.until).to.equal(2 ** 40 - 1)
    const withdrawn = await council('act', 'withdraw', 'org=2', '--policy', file)
    expect(withdrawn.exit, withdrawn.err).to.equal(0)
    expect((await readGrant(registries, 2, purposeHash(purpose)))?.until).to.be.lessThan(2 ** 40 - 1)
  })

  it('announces nothing for a file that is no request policy', async () => {
    const file = join(data, 'policy.json')
    for (const text of ['', '{}', 'request:00', '{"version":1}']) {
      writeFileSync(file, text)
      const refused = await council('propose', 'grant', 'org=2', 'until=never', '--policy', file)
      expect(refused.exit).to.equal(2)
      expect(refused.err).to.include('CLI_INPUT').and.include('is no request policy')
    }
    expect(await pending()).to.deep.equal([])
  })

  it('the guardian cancels an act; if it is proposed again, it has another id', async () => {
    const { operation } = await propose('setDailyLimit', 'list=1/1', 'dailyLimit=99')
    const twice = await council('propose', 'setDailyLimit', 'list=1/1', 'dailyLimit=99')
    expect(twice.exit).to.equal(1)
    expect(twice.err).to.include('AccessManagerAlreadyScheduled')
    const stranger = await council('cancel', operation, '--key', join(data, 'keys', 'stranger.key'))
    expect(stranger.exit).to.equal(1)
    expect(stranger.err).to.include('AccessManagerUnauthorizedCancel')
    expect((await council('cancel', operation)).out).to.include('cancelled in block')
    await later(DELAY)
    expect((await council('execute', operation)).err).to.include('is cancelled')
    expect((await readList(registries, LIST))?.limit).to.equal(10)
    await propose('setDailyLimit', 'list=1/1', 'dailyLimit=99')
    expect(await pending()).to.have.length(1)
    await later(DELAY + 8 * DELAY)
    expect(await pending()).to.deep.equal([])
    expect((await council('list', '--all')).out).to.include('expired at')
  })

  it('ADMIN can announce, with a warning; the guardian cannot cancel its own removal', async () => {
    const key = ['--key', join(data, 'keys', 'governor.key')]
    const granted = await propose('grantRole', 'roleId=COUNCIL', `account=${address(9)}`, 'executionDelay=2d', ...key)
    expect(granted.sentence.en).to.equal(`⚠ Make ${wallet(9).address} a member of COUNCIL, with 172800 s of delay`)
    const removal = await propose('revokeRole', 'roleId=GUARDIAN', `account=${address(4)}`, ...key)
    expect((await council('cancel', granted.operation)).exit).to.equal(0)
    expect((await council('cancel', removal.operation)).err).to.include('AccessManagerUnauthorizedCancel')
    expect((await council('cancel', removal.operation, ...key)).exit).to.equal(0)
  })

  it('the guardian acts at once, and can only stop things', async () => {
    const done = await council('act', 'deactivateOrganisation', 'org=2')
    expect(done.out, done.err).to.include('Done, in block')
    const { until, from } = (await readOrganisation(registries, 2)) ?? { until: 0, from: 0 }
    expect(until)
      .to.be.greaterThan(from)
      .and.lessThan(2 ** 40 - 1)
    const start = await council('act', 'renewOrganisation', 'org=2', 'until=never')
    expect(start.exit).to.equal(1)
    expect(start.err).to.include('AccessManagedUnauthorized').and.include('LEDGER_ACT_REFUSED')
    const proposed = await council(
      'propose',
      'withdraw',
      'org=2',
      'purpose=report-loss',
      '--key',
      join(data, 'keys/guardian.key'),
    )
    expect(proposed.err).to.include('may do withdraw at once')
  })

  it('reports a wrong command before anything is sent', async () => {
    const height = await ledger.request('eth_blockNumber')
    for (const [words, why] of [
      [['propose', 'launch'], 'There is no act launch'],
      [['propose', 'grant', 'org=2'], 'grant needs purpose=…'],
      [['propose', 'grant', 'organisation=2'], '"organisation=2" is not an argument of grant'],
      [['propose', 'grant', 'org=2', 'org=3'], '"org=3" is not an argument'],
      [['propose', 'grant', 'org=-1', 'purpose=x', 'until=never'], 'org=-1 cannot be used'],
      [['propose', 'grant', 'org=2', 'purpose=x', 'until=tomorrow'], 'until=tomorrow cannot be used'],
      [['propose', 'setAdmin', 'org=2', 'admin=0x12'], 'admin=0x12 cannot be used'],
      [['propose', 'registerKey', 'org=2', `keyId=0x${'11'.repeat(32)}`, 'until=never', 'uses=ALL'], 'uses=ALL'],
      [
        ['propose', 'grant', 'org=2', 'purpose=x', 'until=never', '--key', join(data, 'keys/stranger.key')],
        'does not have the role COUNCIL',
      ],
      [['act', 'distrustKey', `keyId=0x${'11'.repeat(32)}`], 'distrustKey needs from=…'],
      [['execute', '0x123456'], 'No proposal begins with 0x123456'],
      [['list', '--profile', join(data, 'none.json')], 'cannot be read'],
      [['propose', 'grant', 'org=2', 'purpose=x', 'until=never', '--key', join(data, 'config.json')], 'is encrypted'],
      [['propose', 'grant', 'org=2', 'purpose=x', 'until=never', '--key', join(data, 'none')], 'cannot be read'],
    ] as [string[], string][]) {
      const ran = await council(...words)
      expect(ran.exit, ran.err).to.equal(2)
      expect(ran.err).to.include(why)
    }
    expect((await council('list', '--pin', 'x'.repeat(43))).err).to.include('PROOF_PROFILE_INVALID')
    expect((await council('list', '--pin', pin)).exit).to.equal(0)
    const off = await council('list', '--ledger', 'http://127.0.0.1:1')
    expect(off.exit).to.equal(3)
    expect(await ledger.request('eth_blockNumber')).to.equal(height)
  })

  it('shows a text of others without control characters', async () => {
    const nasty = 'A"\u001b[2J\nNothing is pending.\u202e'
    const { sentence } = await propose('describeOrganisation', 'org=1', `name=${nasty}`)
    expect(sentence.en).to.include('"A\\"\\u001b[2J\\nNothing is pending.\\u{202e}"')
    const { out } = await council('list')
    for (const raw of ['\u001b', '\u202e', '\nNothing']) expect(out).to.not.include(raw)
  })

  it('opens an encrypted key with its passphrase', async () => {
    const path = join(data, 'keys', 'sealed.json')
    const sealed = await encryptKeystoreJson(wallet(3), 'correct horse', { scrypt: { N: 2, r: 8, p: 1 } })
    writeFileSync(path, sealed, { mode: 0o600 })
    const words = ['council', 'propose', 'setAdmin', 'org=1', `admin=${address(7)}`, '--data', data, '--key', path]
    const wrong = await run(words, { env: { DOJANG_KEY_PASSPHRASE: 'battery' } })
    expect(wrong.err).to.include('cannot be decrypted with this passphrase')
    const right = await run(words, { env: { DOJANG_KEY_PASSPHRASE: 'correct horse' } })
    expect(right.out, right.err).to.include('administrator of organisation 1 "도장청"')
  })

  /** By ADMIN, as they are themselves. @returns the option that names its key */
  async function admit(n: number, delay: string): Promise<readonly [string, string]> {
    const path = join(data, 'keys', `member-${n}.key`)
    writeFileSync(path, wallet(n).privateKey, { mode: 0o600 })
    const governor = ['--key', join(data, 'keys', 'governor.key')]
    const words = ['roleId=COUNCIL', `account=${address(n)}`, `executionDelay=${delay}`, ...governor]
    const { operation } = await propose('grantRole', ...words)
    await later(DELAY)
    expect((await council('execute', operation, ...governor)).exit).to.equal(0)
    return ['--key', path]
  }

  it('executes only acts that this key announced, and shows the resulting state of the ledger', async () => {
    const key = await admit(31, '1d')
    const act = ['registerOrganisation', `admin=${address(32)}`, 'name=Twice', 'until=never']
    const theirs = await council('propose', ...act, ...key, '--json')
    expect(theirs.err).to.not.include('⚠')
    await later(DELAY)
    const ours = await council('propose', ...act, '--json')
    expect(ours.exit, ours.err).to.equal(0)
    expect(ours.err).to.include(`⚠ ${address(31)} has announced the same act`)
    const [first, second] = [theirs, ours].map(({ out }) => JSON.parse(out) as { operation: string; proposer: string })
    if (!first || !second) throw new Error('not announced')
    expect([first.proposer, second.proposer]).to.deep.equal([address(31), address(3)])

    const wrong = await council('execute', second.operation, ...key)
    expect(wrong.exit).to.equal(2)
    expect(wrong.err).to.include(`was announced by ${address(3)}: only that key can execute it. Nothing was sent.`)
    const atOnce = await council('execute', second.operation, ...(await admit(33, '0')))
    expect(atOnce.err).to.include('only that key can execute it')
    expect(await readOrganisation(registries, 3)).to.equal(null)

    const done = await council('execute', first.operation, ...key)
    expect(done.out, done.err)
      .to.include('executed in block')
      .and.include(`proposed by ${address(31)}`)
    expect(done.err).to.include(`⚠ ${address(3)} has announced the same act`)
    expect(await readOrganisation(registries, 3)).to.include({ admin: address(32) })
    expect((await pending()).map(({ operation }) => operation)).to.include(second.operation)
    const cancelled = JSON.parse((await council('cancel', second.operation, '--json')).out)
    const head = Number(await ledger.request('eth_blockNumber'))
    expect(cancelled).to.include({ state: 'cancelled', endedIn: head, proposer: address(3) })
  })

  it('does not announce an act that cannot be executed', async () => {
    const height = await ledger.request('eth_blockNumber')
    const soon = ((await ledger.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: Hex }).timestamp
    const key = `keyId=0x${'11'.repeat(32)}`
    const governor = ['--key', join(data, 'keys', 'governor.key')]
    for (const [words, why] of [
      [['grant', 'org=99', 'purpose=report-loss', 'until=never'], 'there is no organisation 99 yet'],
      [['registerKey', 'org=99', key, 'until=never', 'uses=CHIP'], 'there is no organisation 99 yet'],
      [['setCustodian', 'list=1/1', 'org=99'], 'there is no organisation 99 yet'],
      [['setDailyLimit', 'list=1/999', 'dailyLimit=1'], 'there is no status list 1/999'],
      [['grant', 'org=1', 'purpose=한글', 'until=never'], 'purpose=한글 cannot be used'],
      [['grant', 'org=1', `purpose=${'x'.repeat(257)}`, 'until=never'], 'cannot be used'],
      [['grant', 'org=1', 'purpose=x', 'until=2001-01-01'], 'before it begins'],
      [['grant', 'org=1', 'purpose=x', 'until=now'], 'before it begins'],
      [['registerKey', 'org=1', key, `until=${Number(soon) + DELAY - 60}`, 'uses=CHIP'], 'before it begins'],
      [['grant', 'org=1', 'purpose=x', `from=${Number(soon) + DELAY - 60}`, 'until=never'], 'will have passed'],
      [['grant', 'org=1', 'purpose=x', 'from=2140-01-02', 'until=2140-01-01'], 'before it begins'],
      [['registerOrganisation', `admin=0x${'00'.repeat(20)}`, 'name=A', 'until=never'], 'cannot be used'],
      [['registerOrganisation', `admin=${address(7)}`, 'name=', 'until=never'], 'name= cannot be used'],
      [['describeOrganisation', 'org=1', 'name='], 'name= cannot be used'],
      [['registerKey', 'org=1', `keyId=0x${'00'.repeat(32)}`, 'until=never', 'uses=CHIP'], 'cannot be used'],
      // The deployer opened the lists, for organisation 1.
      [
        ['registerAccount', 'org=2', `account=${address(1)}`, 'capabilities=ANCHOR'],
        'permanently belongs to organisation 1',
      ],
      [['updateAuthority', 'target=anchorLog', `newAuthority=${address(7)}`, ...governor], 'there is no contract at'],
      [['labelRole', 'roleId=ADMIN', 'label=x', ...governor], 'AccessManager does not allow this change of the role'],
      [
        ['setTargetFunctionRole', 'target=anchorLog', 'selectors=0x7a9e5e4b', 'roleId=ADMIN', ...governor],
        'nobody may call setAuthority',
      ],
    ] as [string[], string][]) {
      const ran = await council('propose', ...words)
      expect(ran.exit, `${words.join(' ')}: ${ran.err}`).to.equal(2)
      expect(ran.err).to.include(why)
    }
    expect(await ledger.request('eth_blockNumber')).to.equal(height)
  })

  it('warns of a start inside a running term', async () => {
    const words = ['renewOrganisation', 'org=1', 'from=2139-01-01', 'until=never']
    const ran = await council('propose', ...words)
    expect(ran.exit, ran.err).to.equal(0)
    expect(ran.err).to.include('⚠ The present term runs until').and.include('TermRunning')
    const extended = await council('propose', 'renewOrganisation', 'org=1', 'until=2139-01-01')
    expect(extended.err).to.equal('')
  })

  it('refuses numbers, names and dates that are out of range or do not exist', async () => {
    const height = await ledger.request('eth_blockNumber')
    const governor = ['--key', join(data, 'keys', 'governor.key')]
    for (const [words, why] of [
      [['setDailyLimit', 'list=1/4294967297', 'dailyLimit=1'], 'list=1/4294967297 cannot be used'],
      [['setDailyLimit', 'list=9999999999/1', 'dailyLimit=1'], 'list=9999999999/1 cannot be used'],
      [['setDailyLimit', 'list=0/1', 'dailyLimit=1'], 'list=0/1 cannot be used'],
      [['grant', 'org=1', 'purpose=x', 'until=2030-02-31'], 'until=2030-02-31 cannot be used'],
      [['grant', 'org=1', 'purpose=x', 'until=2031-02-29T09:00:00+09:00'], 'cannot be used'],
      [['grant', 'org=1', 'purpose=x', 'until=2030-02-01T24:00:00Z'], 'cannot be used'],
      [['grantRole', 'roleId=toString', `account=${address(7)}`, 'executionDelay=1d', ...governor], 'roleId=toString'],
      [['setTargetClosed', 'target=constructor', 'closed=true', ...governor], 'target=constructor cannot be used'],
      [['registerAccount', 'org=1', `account=${address(7)}`, 'capabilities=__proto__'], 'capabilities=__proto__'],
    ] as [string[], string][]) {
      const ran = await council('propose', ...words)
      expect(ran.exit, `${words.join(' ')}: ${ran.err}`).to.equal(2)
      expect(ran.err).to.include(why)
    }
    expect(await ledger.request('eth_blockNumber')).to.equal(height)
    const leap = await propose('grant', 'org=1', 'purpose=leap', 'until=2032-02-29')
    const { args } = (leap as unknown as { act: { args: { until: number } } }).act
    expect(args.until).to.equal(Date.parse('2032-02-29T00:00:00+09:00') / 1000)
  })

  it('names PUBLIC_ROLE, unknown roles, and the contract that a warning concerns', async () => {
    const key = ['--key', join(data, 'keys', 'governor.key')]
    const words = ['target=trustRegistry', 'selectors=grant,0x12345678', `roleId=${2n ** 64n - 1n}`, ...key]
    const { sentence } = await propose('setTargetFunctionRole', ...words)
    const trust = `trustRegistry (${getAddress(registries.addresses.trustRegistry)})`
    expect(sentence.en).to.equal(`⚠ Give the functions grant, 0x12345678 of ${trust} to EVERYBODY (no role needed)`)
    const known = { names: new Map([[1, 'A']]), addresses: registries.addresses }
    const say = (contract: ContractName, name: string, args: Act['args']) =>
      sentenceOf({ contract, name, args }, known).en
    expect(say('accessManager', 'grantRole', { roleId: 7n, account: '0x1', executionDelay: 0 })).to.equal(
      '⚠ Make 0x1 a member of role 7 (⚠ an unknown role), with 0 s of delay',
    )
    expect(say('accessManager', 'setTargetClosed', { target: registries.addresses.anchorLog, closed: true })).to.equal(
      `⚠ Close anchorLog (${registries.addresses.anchorLog}) to every role, including GUARDIAN`,
    )
    expect(say('accessManager', 'updateAuthority', { target: address(7), newAuthority: '0x1' })).to.include(
      `govern ${address(7)} (⚠ an unknown contract)`,
    )
    // The same four bytes are another function there, or none.
    const grant = ACTS.get('grant')?.fragment.selector ?? ''
    expect(
      say('accessManager', 'setTargetFunctionRole', {
        target: registries.addresses.anchorLog,
        selectors: [grant],
        roleId: 1n,
      }),
    ).to.include(`the functions ${grant} of anchorLog`)
    expect(say('trustRegistry', 'setAdmin', { org: 9, admin: '0x1' })).to.equal(
      'Make 0x1 the administrator of organisation 9 (⚠ no organisation has this number yet: the organisation that gets it later is meant)',
    )
  })

  it('lists organisations whose name is not valid UTF-8', async () => {
    const { trustRegistry, accessManager } = registries.addresses
    const kind = ACTS.get('describeOrganisation')
    if (!kind) throw new Error('no such act')
    const data = encodeAct(kind, [2, 'xyz!', '{}']).replace('78797a21', 'fffeff80') as Hex
    const sending = { ledger, account: wallet(3), chainId: 31337, timer: systemTimer }
    await sendAct(sending, accessManager, encodeSchedule(trustRegistry, data))
    await later(DELAY)
    await sendAct(sending, accessManager, encodeExecute({ target: trustRegistry, data }))
    await propose('grant', 'org=2', 'purpose=report-found', 'until=never')
    const listed = await council('list')
    expect(listed.exit, listed.err).to.equal(0)
    expect(listed.out).to.include('organisation 2 "\ufffd\ufffd\ufffd\ufffd"').and.include('report-found')
  })

  it('refuses a ledger whose contracts are not the profile’s', async () => {
    const at = registries.addresses.anchorLog
    const code = await ledger.request('eth_getCode', [at, 'latest'])
    await ledger.request('hardhat_setCode', [at, '0x6000'])
    const ran = await council('list')
    await ledger.request('hardhat_setCode', [at, code])
    expect(ran.exit).to.equal(1)
    expect(ran.err).to.include('LEDGER_NO_CONTRACT')
  })

  it('has a sentence and descriptions of the arguments for every act', async () => {
    expect(Object.keys(ACT_SENTENCES)).to.have.members([...ACTS.keys()])
    const { out } = await council('acts')
    for (const name of ACTS.keys()) expect(out).to.match(new RegExp(`^${name} {2}\\(`, 'm'))
    for (const { fragment } of ACTS.values()) {
      for (const input of fragment.inputs) expect(input.name, fragment.name).to.not.equal('')
    }
  })
})
