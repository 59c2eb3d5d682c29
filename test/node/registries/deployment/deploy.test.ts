import { expect } from 'chai'
import { keccak256, Wallet } from 'ethers'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import { fromHex, type Hex } from '../../../../node/lib/bytes.ts'
import { ParseError } from '../../../../node/lib/parse-error.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import { anchorLogEvents } from '../../../../node/proof/registries/events/anchor-log.ts'
import { NEVER } from '../../../../node/proof/registries/interval.ts'
import { parseLog } from '../../../../node/proof/registries/log.ts'
import { issuePurpose, purposeHash } from '../../../../node/proof/registries/purpose.ts'
import { Capability, KeyUse } from '../../../../node/proof/registries/records.ts'
import { encodeAnchor, encodeOpenList, encodeSet, GasLimit } from '../../../../node/registries/calls.ts'
import { accessManager, decodeRevert, describeRevert, trustRegistry } from '../../../../node/registries/contracts.ts'
import { type DeployOptions, deploy, deploymentAddresses } from '../../../../node/registries/deployment/deploy.ts'
import { planDeployment, type Step } from '../../../../node/registries/deployment/plan.ts'
import { differencesInGovernance, Role } from '../../../../node/registries/governance/governance.ts'
import {
  readAccount,
  readAnchorHead,
  readAnchorRecord,
  readGrant,
  readKey,
  readList,
  readListCount,
  readOrganisation,
  readRole,
  readStatusWord,
  readStatusWords,
} from '../../../../node/registries/reads.ts'
import { openHardhatLedger } from '../../../../scripts/dev/hardhat-ledger.ts'
import { readIsGranted } from '../../../support/contract-calls.ts'

const REPORT_LOSS = 'report-loss'
const CHAIN_ID = 31337
const wallet = (n: number): Wallet => new Wallet(`0x${n.toString(16).padStart(64, '0')}`)
const address = (n: number): Hex => wallet(n).address.toLowerCase() as Hex
const bytes32 = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
const VCT = 'urn:dojang:kr:resident:1'
const LIST = (1n << 32n) | 1n
const DELAY = 86_400
const KEY_UNTIL = 4_000_000_000
const ACCOUNT = wallet(6)

const options = (deployer = wallet(1)): DeployOptions => ({
  deployer,
  admin: address(2),
  council: address(3),
  guardian: address(4),
  delay: DELAY,
  chainId: CHAIN_ID,
  timer: systemTimer,
  organisations: [
    {
      admin: address(5),
      name: '행정안전부',
      issuer: 'http://127.0.0.1:8080',
      info: '{}',
      purposes: [`issue:${VCT}`, 'issue:urn:dojang:kr:driver:1'],
      keys: [{ keyId: bytes32(0xabc), uses: KeyUse.CREDENTIAL | KeyUse.STATUS_LIST, until: KEY_UNTIL }],
      accounts: [{ address: address(6), capabilities: Capability.ANCHOR | Capability.STATUS }],
    },
    { admin: address(7), name: 'Telecom', issuer: '', info: '{}', purposes: [REPORT_LOSS], keys: [], accounts: [] },
  ],
  statusLists: [{ capacity: 131_072, dailyLimit: 1000 }],
})

async function failure(act: Promise<unknown>): Promise<LedgerError> {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof LedgerError)) throw new Error('it did not fail with a LedgerError', { cause: error })
  return error
}

describe('deploy', () => {
  let ledger: Ledger

  beforeEach(async () => {
    ledger = await openHardhatLedger()
  })

  afterEach(() => ledger.close())

  const mine = () => ledger.request('evm_mine')
  const height = async () => Number(await ledger.request('eth_blockNumber'))
  const count = async (account: string) => Number(await ledger.request('eth_getTransactionCount', [account, 'latest']))

  async function send(
    account: Wallet,
    to: Hex | null,
    data: Hex,
    gasLimit: bigint,
  ): Promise<{ logs: never[]; status: Hex }> {
    const nonce = await count(account.address)
    const raw = await account.signTransaction({ type: 0, gasPrice: 0, chainId: CHAIN_ID, nonce, to, data, gasLimit })
    const hash = await ledger.request('eth_sendRawTransaction', [raw])
    return (await ledger.request('eth_getTransactionReceipt', [hash])) as { logs: never[]; status: Hex }
  }

  it('ends in the planned state', async () => {
    const { contracts, addresses, organisations, statusLists } = await deploy(ledger, options())
    expect(addresses).to.deep.equal(deploymentAddresses(address(1)))
    expect(organisations).to.deep.equal([1, 2])
    expect(statusLists).to.deep.equal([LIST])
    for (const { address, codeHash, block } of Object.values(contracts)) {
      const at = (tag: number) => ledger.request('eth_getCode', [address, `0x${tag.toString(16)}`]) as Promise<string>
      expect(keccak256(await at(block))).to.equal(codeHash)
      expect(await at(block - 1)).to.equal('0x')
    }

    const registries = { ledger, addresses }
    const head = (await ledger.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: Hex }
    const now = Number(head.timestamp)
    expect(await readOrganisation(registries, 1)).to.include({ admin: address(5), until: NEVER })
    expect(await readOrganisation(registries, 3)).to.equal(null)
    expect(await readIsGranted(registries, 1, issuePurpose(VCT), now)).to.equal(true)
    expect((await readGrant(registries, 2, purposeHash(REPORT_LOSS)))?.until).to.equal(NEVER)
    expect(await readGrant(registries, 2, issuePurpose(VCT))).to.equal(null)
    expect(await readKey(registries, bytes32(0xabc))).to.include({
      org: 1,
      until: KEY_UNTIL,
      distrustedFrom: null,
      uses: 3,
    })
    expect(await readKey(registries, bytes32(1))).to.equal(null)
    expect(await readAccount(registries, address(6))).to.deep.equal({ org: 1, capabilities: 3 })
    expect(await readList(registries, LIST)).to.include({
      org: 1,
      custodian: 1,
      capacity: 131_072,
      limit: 1000,
      used: 0,
    })
    expect(await readList(registries, LIST + 1n)).to.equal(null)
    expect(await readListCount(registries, 1)).to.equal(1)
    // The accounts of the organisation are unused.
    expect(await count(address(6))).to.equal(0)
  })

  it('leaves the deployer without a role, and reports it otherwise', async () => {
    const { addresses } = await deploy(ledger, options())
    const registries = { ledger, addresses }
    for (const role of Object.values(Role)) {
      expect((await readRole(registries, role, address(1))).member).to.equal(false)
    }
    expect(await readAccount(registries, address(1))).to.deep.equal({ org: 1, capabilities: 0 })
    expect(await readRole(registries, Role.ADMIN, address(2))).to.deep.equal({ member: true, delay: DELAY })
    expect(await readRole(registries, Role.COUNCIL, address(3))).to.deep.equal({ member: true, delay: DELAY })
    expect(await readRole(registries, Role.GUARDIAN, address(4))).to.deep.equal({ member: true, delay: 0 })

    const { admin, council, guardian } = options()
    const differences = await differencesInGovernance(registries, { admin, council, guardian, delay: 1 }, council, 0)
    expect(differences.join('\n')).to.include(
      `COUNCIL of ${council} is held with ${DELAY} s of delay, not held with 1 s of delay`,
    )
  })

  it('finds an unexpected member of a role', async () => {
    const { addresses } = await deploy(ledger, options())
    const registries = { ledger, addresses }
    expect(await differencesInGovernance(registries, options(), address(1), 0)).to.deep.equal([])
    const encode = accessManager.encodeFunctionData.bind(accessManager)
    const grant = encode('grantRole', [Role.GUARDIAN, address(99), 0])
    const schedule = encode('schedule', [addresses.accessManager, grant, 0]) as Hex
    await send(wallet(2), addresses.accessManager, schedule, 200_000n)
    await ledger.request('evm_increaseTime', [DELAY])
    const execute = encode('execute', [addresses.accessManager, grant]) as Hex
    expect((await send(wallet(2), addresses.accessManager, execute, 300_000n)).status).to.equal('0x1')
    expect(await differencesInGovernance(registries, options(), address(1), 0)).to.deep.equal([
      `GUARDIAN ${address(99)} is an unexpected member`,
    ])
  })

  it('needs one block when blocks are rare', async () => {
    await ledger.close()
    ledger = await openHardhatLedger({ automine: false })
    const deploying = deploy(ledger, options())
    while (!(await ledger.request('eth_getBlockTransactionCountByNumber', ['pending']).then(n => Number(n) >= 15))) {
      await new Promise(resolve => setImmediate(resolve))
    }
    await mine()
    const { contracts } = await deploying
    expect(Object.values(contracts).map(({ block }) => block)).to.deep.equal([1, 1, 1, 1])
    expect(await height()).to.equal(1)
  })

  it('changes nothing when it runs again, and returns the same', async () => {
    const first = await deploy(ledger, options())
    const blocks = await height()
    expect(await deploy(ledger, options())).to.deep.equal(first)
    expect(await height()).to.equal(blocks)
  })

  it('completes when it runs again after it was killed at any step', async () => {
    const steps = 15
    for (let survived = 0; survived < steps; survived++) {
      const deployer = wallet(100 + survived)
      let sent = 0
      const dying: Ledger = {
        ...ledger,
        request: (method, params) => {
          if (method === 'eth_sendRawTransaction' && sent++ >= survived) throw new Error('killed')
          return ledger.request(method, params)
        },
      }
      // Organisation ids, keys and accounts are the registry's own: each deployer has its own registries.
      await deploy(dying, options(deployer)).then(
        () => expect(survived).to.equal(steps),
        (error: Error) => expect(error.message).to.equal('killed'),
      )
      while ((await count(deployer.address)) < survived) await new Promise(resolve => setImmediate(resolve))
      const { addresses } = await deploy(ledger, options(deployer))
      expect(addresses).to.deep.equal(deploymentAddresses(deployer.address))
      expect(await count(deployer.address)).to.equal(steps)
    }
  })

  it('refuses a deployer that was used for something else', async () => {
    await send(wallet(1), address(9), '0x', 21_000n)
    const error = await failure(deploy(ledger, options()))
    expect(error.code).to.equal('LEDGER_DEPLOYMENT')
    expect(error.message).to.include('nonce 0 did not create accessManager')
    expect(await height()).to.equal(1)
  })

  it('refuses a deployer that is an officer too, and sends nothing', async () => {
    const [first, second] = options().organisations
    if (!first || !second) throw new Error('no organisations')
    const own = address(1)
    for (const change of [
      { admin: own },
      { council: own },
      { guardian: own },
      { organisations: [first, { ...second, admin: own }] },
      { organisations: [{ ...first, accounts: [{ address: own, capabilities: Capability.ANCHOR }] }] },
    ]) {
      const error = await failure(deploy(ledger, { ...options(), ...change }))
      expect(error.code).to.equal('LEDGER_DEPLOYMENT')
      expect(error.message).to.include('the deployer is to be')
    }
    expect(await height()).to.equal(0)
  })

  describe('whose deployer key somebody else used before', () => {
    const addresses = deploymentAddresses(wallet(1).address)
    const trust = (...args: [never, never]) => trustRegistry.encodeFunctionData(...args) as Hex
    const governance = (...args: [never, never]) => accessManager.encodeFunctionData(...args) as Hex
    const call = (name: string, args: readonly unknown[]) => trust(name as never, args as never)
    const govern = (name: string, args: readonly unknown[]) => governance(name as never, args as never)
    const through = (act: Hex) => govern('execute', [addresses.trustRegistry, act])

    /** The plan's steps, the last preceded by others in the same call. @param change steps before that */
    async function misdeploy(acts: readonly Hex[], change: (steps: Step[]) => Step[] = steps => steps): Promise<void> {
      const steps = change(planDeployment(addresses, options()))
      const last = steps.pop()
      if (!last) throw new Error('no hand-over')
      const [handOver] = accessManager.decodeFunctionData('multicall', last.data)
      for (const { to, data, gasLimit } of steps) await send(wallet(1), to ?? null, data, gasLimit)
      const sent = await send(
        wallet(1),
        addresses.accessManager,
        govern('multicall', [[...acts, ...handOver]]),
        5_000_000n,
      )
      expect(sent.status).to.equal('0x1')
    }

    for (const [what, acts, shown] of [
      [
        'an account',
        [through(call('registerAccount', [1, address(98), 3]))],
        `AccountChanged(account ${wallet(98).address.toLowerCase()}`,
      ],
      ['a grant', [through(call('grant', [1, 'issue:evil', 0, NEVER]))], 'trustRegistry.Granted(org 1, purpose 0x'],
      [
        'an organisation',
        [through(call('registerOrganisation', [address(98), 0, NEVER, 'Evil\u001b[2J', '', '{}']))],
        'name "Evil\\u001b[2J"',
      ],
      ['a key', [through(call('registerKey', [1, bytes32(0xbad), NEVER, 1]))], 'trustRegistry.KeyRegistered(keyId'],
      ['a term', [through(call('renewOrganisation', [1, 0, 2_000_000_000]))], 'OrganisationTermChanged(org 1'],
      ['a description', [through(call('describeOrganisation', [1, '도장청', '{}']))], 'OrganisationDescribed(org 1'],
      ['a retired key', [through(call('retireKey', [bytes32(0xabc), 0]))], 'trustRegistry.KeyRetired(keyId'],
      ['a closed registry', [govern('setTargetClosed', [addresses.anchorLog, true])], 'accessManager.TargetClosed('],
      ['a delay', [govern('setTargetAdminDelay', [addresses.anchorLog, 1])], 'TargetAdminDelayUpdated('],
      ['a grant delay', [govern('setGrantDelay', [Role.GUARDIAN, 86_400 * 365])], 'RoleGrantDelayChanged(roleId 2'],
      [
        'a function for everybody',
        [govern('setTargetFunctionRole', [addresses.accessManager, ['0x12345678'], 2n ** 64n - 1n])],
        'selector 0x12345678, roleId 18446744073709551615',
      ],
      ['a member of another role', [govern('grantRole', [7, address(98), 0])], 'accessManager.RoleGranted(roleId 7'],
    ] as [string, Hex[], string][]) {
      it(`reports ${what} that is not in the plan`, async () => {
        await misdeploy(acts)
        const error = await failure(deploy(ledger, options()))
        expect(error.code).to.equal('LEDGER_DEPLOYMENT')
        expect(error.message).to.include(shown).and.include('not of this plan: ')
        expect(error.message).to.not.include('missing')
      })
    }

    it('reports steps that were changed or omitted', async () => {
      await misdeploy([], steps =>
        steps.map(step => {
          if (step.name === 'register key') {
            return { ...step, data: call('registerKey', [1, bytes32(0xabc), KEY_UNTIL + 1, 3]) }
          }
          return step.name === `grant ${REPORT_LOSS}` ? { ...step, data: call('organisationCount', []) } : step
        }),
      )
      const error = await failure(deploy(ledger, options()))
      const key = `trustRegistry.KeyRegistered(keyId ${bytes32(0xabc)}, org 1, from`
      expect(error.message)
        .to.include(`not of this plan: ${key}`)
        .and.include(`until ${KEY_UNTIL + 1}, uses 3)`)
      expect(error.message).to.include(`missing: ${key} "its block's time", until ${KEY_UNTIL}, uses 3)`)
      expect(error.message).to.match(/missing: trustRegistry.Granted\(org 2, .* text "report-loss"/)
    })

    it('distinguishes a name from the planned one if both look the same', async () => {
      const [first, ...others] = options().organisations
      if (!first) throw new Error('no organisation')
      const planned = { ...options(), organisations: [{ ...first, name: 'A\ufffd' }, ...others] }
      for (const { to, data, gasLimit } of planDeployment(addresses, planned)) {
        // Two bytes, one of which is not UTF-8, in place of the four of `A` and U+FFFD.
        const other = data.replace('000441efbfbd', '000241ff0000')
        await send(wallet(1), to ?? null, other as Hex, gasLimit)
      }
      expect((await failure(deploy(ledger, planned))).message).to.include('OrganisationRegistered(org 1')
    })

    it('ignores later acts of the officers', async () => {
      const first = await deploy(ledger, options())
      const withdraw = call('withdraw', [2, purposeHash(REPORT_LOSS)])
      expect((await send(wallet(4), addresses.trustRegistry, withdraw, 200_000n)).status).to.equal('0x1')
      expect(await deploy(ledger, options())).to.deep.equal(first)
    })
  })

  it('refuses another chain', async () => {
    const error = await failure(deploy(ledger, { ...options(), chainId: 1 }))
    expect(error.code).to.equal('LEDGER_WRONG_CHAIN')
    expect(await height()).to.equal(0)
  })

  it('reports which step reverted, and why', async () => {
    const [authority] = options().organisations
    if (!authority) throw new Error('no organisation')
    const organisations = [{ ...authority, purposes: ['two words'] }]
    const error = await failure(deploy(ledger, { ...options(), organisations }))
    expect(error.code).to.equal('LEDGER_REVERTED')
    expect(error.message).to.include('grant two words')
  })

  it('serves anchoring and statuses, with events and reverts that can be read', async () => {
    const { addresses } = await deploy(ledger, options())
    const registries = { ledger, addresses }
    const purpose = issuePurpose(VCT)
    const anchor = encodeAnchor({ purpose, root: bytes32(7), count: 16, manifest: bytes32(8) })
    const before = await height()
    const { logs } = await send(ACCOUNT, addresses.anchorLog, anchor, GasLimit.anchor)
    const event = anchorLogEvents.decode(parseLog(logs[0] as never))
    const { chain } = await readAnchorHead(registries, 1)
    expect(event).to.deep.equal({
      type: 'Anchored',
      org: 1,
      purpose,
      root: bytes32(7),
      batch: 1,
      count: 16,
      manifest: bytes32(8),
      chain,
    })
    expect(await readAnchorHead(registries, 1)).to.include({ batches: 1, leaves: 16n })
    expect(await readAnchorRecord(registries, 1, purpose, bytes32(7))).to.include({
      batch: 1,
      count: 16,
      disowned: false,
    })
    // As of the block before, it was not there.
    expect(await readAnchorRecord(registries, 1, purpose, bytes32(7), before)).to.equal(null)

    // Index 5, VALID to SUSPENDED: bits 2 and 3 of byte 1.
    const ops = new Uint8Array([0, 0, 5, 0x02])
    await send(ACCOUNT, addresses.statusRegistry, encodeSet(LIST, ops, bytes32(9)), GasLimit.set(1))
    const word = await readStatusWord(registries, LIST, 0)
    expect(word).to.deep.equal(fromHex(`0x0008${'00'.repeat(30)}`))
    expect(await readStatusWords(registries, LIST, 0, 2)).to.deep.equal(
      new Uint8Array([...word, ...new Uint8Array(32)]),
    )

    const call = { from: ACCOUNT.address, to: addresses.statusRegistry, data: encodeSet(LIST, ops, bytes32(9)) }
    const { detail } = await failure(ledger.request('eth_call', [call, 'latest']))
    if (detail.code !== 'LEDGER_RPC' || !detail.data) throw new Error('no revert data')
    expect(decodeRevert(detail.data as Hex)).to.deep.equal({
      name: 'StatusDiffers',
      args: { list: LIST, index: 5n, actual: 2, expected: 0 },
    })
    expect(describeRevert(detail.data as Hex)).to.equal(`StatusDiffers(list ${LIST}, index 5, actual 2, expected 0)`)

    const { status } = await send(ACCOUNT, addresses.statusRegistry, encodeOpenList(128, 1), GasLimit.openList)
    expect(status).to.equal('0x1')
  })

  it('a missing registry is an error, not an answer', async () => {
    const error = await failure(readKey({ ledger, addresses: deploymentAddresses(address(9)) }, bytes32(1)))
    expect(error.code).to.equal('LEDGER_NO_CONTRACT')
  })
})

describe('describeRevert', () => {
  it('decodes the errors of every contract, and shows the bytes of unknown ones', () => {
    const reason = `0x08c379a0${'20'.padStart(64, '0')}${'2'.padStart(64, '0')}${'6e6f'.padEnd(64, '0')}` as Hex
    expect(describeRevert(reason)).to.equal('Error(reason no)')
    expect(describeRevert(`0x4e487b71${'11'.padStart(64, '0')}`)).to.equal('Panic(code 17)')
    expect(describeRevert('0x')).to.equal('reverted without a reason')
    expect(describeRevert('0xdeadbeef')).to.equal('reverted with 0xdeadbeef')
    expect(describeRevert('0x08c379a0')).to.equal('reverted with 0x08c379a0')
  })
})

describe('purposeHash', () => {
  it('agrees with the registry, and refuses the same texts', () => {
    expect(purposeHash(`issue:${VCT}`)).to.equal(issuePurpose(VCT))
    for (const text of ['', 'a b', 'é', 'x'.repeat(257)]) expect(() => purposeHash(text)).to.throw(ParseError)
  })
})
