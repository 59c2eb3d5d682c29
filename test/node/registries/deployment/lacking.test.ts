import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { systemTimer } from '../../../../node/lib/time.ts'
import { NEVER } from '../../../../node/proof/registries/interval.ts'
import { purposeHash } from '../../../../node/proof/registries/purpose.ts'
import { Capability, KeyUse } from '../../../../node/proof/registries/records.ts'
import { encodeStopAccount } from '../../../../node/registries/calls.ts'
import { deploy } from '../../../../node/registries/deployment/deploy.ts'
import { lackingOnLedger } from '../../../../node/registries/deployment/lacking.ts'
import type { OrganisationPlan } from '../../../../node/registries/deployment/plan.ts'
import { ACTS, encodeAct } from '../../../../node/registries/governance/acts.ts'
import { sendAct } from '../../../../node/registries/sending/act.ts'
import { openHardhatLedger } from '../../../../scripts/dev/hardhat-ledger.ts'

const wallet = (n: number): Wallet => new Wallet(`0x${n.toString(16).padStart(64, '0')}`)
const address = (n: number): Hex => wallet(n).address.toLowerCase() as Hex
const keyId = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
const CHAIN_ID = 31337

const older: OrganisationPlan = {
  ...{ admin: address(5), name: '도장', issuer: 'http://a', info: '{}', purposes: ['issue:a', 'issue:b'] },
  keys: [{ keyId: keyId(1), uses: KeyUse.CREDENTIAL, until: 4_000_000_000 }],
  accounts: [
    { address: address(6), capabilities: Capability.ANCHOR },
    { address: address(7), capabilities: Capability.STATUS },
  ],
}
const newer: OrganisationPlan = {
  ...older,
  purposes: [...older.purposes, 'journal'],
  keys: [
    ...older.keys,
    { keyId: keyId(2), uses: KeyUse.REQUEST | KeyUse.REPORT, until: 4_000_000_001 },
    { keyId: keyId(3), uses: KeyUse.CHIP, until: NEVER },
  ],
  accounts: [
    { address: address(6), capabilities: Capability.STATUS },
    { address: address(7), capabilities: Capability.STATUS },
    { address: address(8), capabilities: Capability.ANCHOR },
  ],
}

describe('what an authority lacks on the ledger', function () {
  this.timeout(60_000)
  let ledger: Ledger
  let addresses: Awaited<ReturnType<typeof deploy>>['addresses']
  before(async () => {
    ledger = await openHardhatLedger()
    const officers = { admin: address(2), council: address(3), guardian: address(4), delay: 300 }
    const plan = {
      deployer: wallet(1),
      chainId: CHAIN_ID,
      ...officers,
      organisations: [older],
      statusLists: [],
      timer: systemTimer,
    }
    addresses = (await deploy(ledger, plan)).addresses
  })
  after(() => ledger.close())

  const sendingAs = (n: number) => ({ ledger, account: wallet(n), chainId: CHAIN_ID, timer: systemTimer })
  const lacking = async (plan: OrganisationPlan) => {
    const head = (await ledger.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: Hex }
    return lackingOnLedger({ ledger, addresses }, 1, plan, Number(head.timestamp))
  }

  it('is empty if the ledger has the whole plan', async () => {
    expect(await lacking(older)).to.deep.equal([])
  })

  it('includes purposes, keys, accounts and capabilities that a newer version added', async () => {
    expect(await lacking(newer)).to.deep.equal([
      { act: 'grant', args: { org: '1', purpose: 'journal', until: 'never' }, ended: false },
      {
        ...{ act: 'registerKey', ended: false },
        args: { org: '1', keyId: keyId(2), until: '4000000001', uses: 'REQUEST,REPORT' },
      },
      { act: 'registerKey', args: { org: '1', keyId: keyId(3), until: 'never', uses: 'CHIP' }, ended: false },
      // An act sets all capabilities: the present one must not be lost.
      { act: 'registerAccount', args: { org: '1', account: address(6), capabilities: 'ANCHOR,STATUS' }, ended: false },
      { act: 'registerAccount', args: { org: '1', account: address(8), capabilities: 'ANCHOR' }, ended: false },
    ])
  })

  it('includes items that were withdrawn, stopped or deactivated, marked as ended', async () => {
    const act = (name: string, args: readonly unknown[]) => {
      const kind = ACTS.get(name) as NonNullable<ReturnType<typeof ACTS.get>>
      return sendAct(sendingAs(4), addresses.trustRegistry, encodeAct(kind, args))
    }
    await act('withdraw', [1, purposeHash('issue:b')])
    await sendAct(sendingAs(5), addresses.trustRegistry, encodeStopAccount(address(7)))
    expect(await lacking(older)).to.deep.equal([
      { act: 'grant', args: { org: '1', purpose: 'issue:b', until: 'never' }, ended: true },
      { act: 'registerAccount', args: { org: '1', account: address(7), capabilities: 'STATUS' }, ended: true },
    ])
    await act('deactivateOrganisation', [1])
    expect((await lacking(older))[0]).to.deep.equal({
      ...{ act: 'renewOrganisation', args: { org: '1', until: 'never' }, ended: true },
    })
  })
})
