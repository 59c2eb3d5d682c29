import { expect } from 'chai'
import { type BaseContract, type FunctionFragment, isAddressable } from 'ethers'
import type { Hex } from '../../node/lib/bytes.ts'
import type { ContractName } from '../../node/proof/profile.ts'
import { decodeRevert, factories } from '../../node/registries/contracts.ts'
import { RESTRICTED, Role } from '../../node/registries/governance/governance.ts'
import { ACTORS, type Actor, type Entry, MATRIX, ruled, type World } from './support/matrix.ts'
import { bytes32, DELAY, ethers, networkHelpers, type Signer, time } from './support/world.ts'

const CONTRACTS = Object.keys(MATRIX) as ContractName[]

/** What a contract says to those it does not let in. Anything else would be a refusal for another reason. */
const REFUSALS = [
  'AccessManagedUnauthorized',
  'AccessManagerUnauthorizedAccount',
  'AccessManagerUnauthorizedCall',
  'AccessManagerUnauthorizedCancel',
  'AccessManagerUnauthorizedConsume',
  'AccessManagerBadConfirmation',
  'AccountUnknown',
  'AccountLacks',
  'NotCustodian',
]
const SILENT = 'no error of its own'
const NOT_ANNOUNCED = 'AccessManagerNotScheduled'

const functionsOf = (name: ContractName): FunctionFragment[] =>
  factories[name].createInterface().fragments.filter(fragment => fragment.type === 'function') as FunctionFragment[]

const contractOf = (world: World, name: ContractName): BaseContract =>
  ({
    accessManager: world.governance,
    trustRegistry: world.trust,
    anchorLog: world.log,
    statusRegistry: world.registry,
  })[name]

/** @returns the error's name, or null if the call would succeed */
async function refusal(call: Promise<unknown>): Promise<string | null> {
  try {
    await call
    return null
  } catch (error) {
    const { data, message } = error as { data?: Hex; message: string }
    if (data && data !== '0x') return decodeRevert(data)?.name ?? data
    if (/revert/i.test(message)) return SILENT
    throw error
  }
}

/** Signers as addresses, which is all an encoding has room for. */
const resolved = (args: readonly unknown[]): Promise<unknown[]> =>
  Promise.all(args.map(arg => (isAddressable(arg) ? arg.getAddress() : arg)))

function expected({ may, later, silently }: Entry, actor: Actor): readonly (string | null)[] {
  if (may.includes(actor)) return [null]
  if (silently) return [SILENT]
  return later?.includes(actor) ? [NOT_ANNOUNCED] : REFUSALS
}

describe('authorisation', () => {
  it('lists every function of every contract in the matrix', () => {
    for (const name of CONTRACTS) {
      const found = functionsOf(name).map(fragment => fragment.format('sighash'))
      expect(Object.keys(MATRIX[name]), name).to.have.members(found)
    }
    expect(CONTRACTS).to.have.members(Object.keys(factories))
  })

  for (const name of CONTRACTS) {
    it(`${name}: each function accepts only the callers in the matrix`, async function () {
      this.timeout(30_000)
      const world = await networkHelpers.loadFixture(ruled)
      for (const [signature, entry] of Object.entries(MATRIX[name])) {
        for (const actor of ACTORS) {
          const contract = contractOf(world, name).connect(world[actor]) as BaseContract
          const found = await refusal(contract.getFunction(signature).staticCall(...entry.args(world)))
          expect(found, `${name}.${signature} by ${actor}`).to.be.oneOf([...expected(entry, actor)])
        }
      }
    })
  }

  it('executes a delayed operation after its delay, and only for the account that announced it', async () => {
    const world = await networkHelpers.loadFixture(ruled)
    const { governance, trust, announced, slowCouncil } = world
    const at = await governance.getSchedule(await governance.hashOperation(slowCouncil, trust, announced))
    for (const now of [at - 1n, at]) {
      await time.increaseTo(now)
      for (const actor of ACTORS.filter(found => found !== 'council')) {
        const by = world[actor]
        const found = await refusal(governance.connect(by).execute.staticCall(trust, announced, { blockTag: 'latest' }))
        if (actor !== 'slowCouncil') expect(found, actor).to.be.oneOf(REFUSALS)
        else expect(found).to.equal(now < at ? 'AccessManagerNotReady' : null)
      }
    }
  })

  it('lets GUARDIAN cancel every announced operation except its own removal and operations without effect', async function () {
    this.timeout(30_000)
    const world = await networkHelpers.loadFixture(ruled)
    const { governance, addresses, guardian, slowCouncil } = world
    const slowAdmin = (await ethers.getSigners())[ACTORS.length] as Signer
    await governance.connect(world.admin).grantRole(Role.ADMIN, slowAdmin, DELAY)
    const idle: { what: string; target: Hex; data: string; by: Signer }[] = []
    for (const name of CONTRACTS) {
      for (const [signature, entry] of Object.entries(MATRIX[name])) {
        const what = `${name}.${signature}`
        const target = addresses[name]
        const data = contractOf(world, name).interface.encodeFunctionData(signature, await resolved(entry.args(world)))
        const announcers: Signer[] = []
        for (const by of [slowCouncil, slowAdmin]) {
          const refused = await refusal(governance.connect(by).schedule.staticCall(target, data, 0))
          if (refused === null) announcers.push(by)
          else expect(refused, what).to.equal('AccessManagerUnauthorizedCall')
        }
        expect(announcers, `${what} announced`).to.have.length(entry.announced === 'refused' ? 0 : 1)
        for (const by of announcers) {
          await governance.connect(by).schedule(target, data, 0)
          const cancelled = await refusal(governance.connect(guardian).cancel.staticCall(by, target, data))
          const wanted = entry.announced === 'cancellable' ? null : 'AccessManagerUnauthorizedCancel'
          expect(cancelled, `${what} cancelled`).to.equal(wanted)
          if (entry.announced === 'idle') idle.push({ what, target, data, by })
        }
      }
    }
    await time.increase(DELAY)
    for (const { what, target, data, by } of idle) {
      if ((await refusal(governance.connect(by).execute.staticCall(target, data))) !== null) continue
      const receipt = await (await governance.connect(by).execute(target, data)).wait()
      const events = receipt?.logs.map(log => governance.interface.parseLog(log)?.name)
      expect(events, what).to.deep.equal(['OperationExecuted'])
    }
  })

  it('gives the administrator of an inactive organisation no rights', async () => {
    const world = await networkHelpers.loadFixture(ruled)
    await world.trust.connect(world.guardian).deactivateOrganisation(1)
    for (const name of CONTRACTS) {
      for (const [signature, entry] of Object.entries(MATRIX[name])) {
        if (!entry.may.includes('adminA') || entry.may.includes('stranger')) continue
        const contract = contractOf(world, name).connect(world.adminA) as BaseContract
        const found = await refusal(contract.getFunction(signature).staticCall(...entry.args(world)))
        expect(found, signature).to.be.oneOf(REFUSALS)
      }
    }
  })

  it('gives accounts no rights if the organisation is inactive or its grant has ended', async () => {
    const world = await networkHelpers.loadFixture(ruled)
    const anchor = () =>
      refusal(world.log.connect(world.bothB).anchor.staticCall(MATRIX_PURPOSE, bytes32(5), 16, bytes32(6)))
    const MATRIX_PURPOSE = MATRIX.anchorLog['anchor(bytes32,bytes32,uint32,bytes32)']?.args(world)[0] as string
    expect(await anchor()).to.equal(null)
    await world.trust.connect(world.guardian).withdraw(2, MATRIX_PURPOSE)
    expect(await anchor()).to.equal('GrantNotLive')
    await world.trust.connect(world.guardian).deactivateOrganisation(2)
    expect(await anchor()).to.equal('OrganisationInactive')
    expect(await refusal(world.registry.connect(world.bothB).openList.staticCall(128, 1))).to.equal(
      'OrganisationInactive',
    )
  })

  it('has the same role table on the ledger and in the code, for every function', async () => {
    const world = await networkHelpers.loadFixture(ruled)
    for (const name of CONTRACTS) {
      for (const fragment of functionsOf(name)) {
        const [role = 'ADMIN'] =
          Object.entries(RESTRICTED[name]).find(([, functions]) => functions.includes(fragment.name)) ?? []
        const found = await world.governance.getTargetFunctionRole(world.addresses[name], fragment.selector)
        expect(found, `${name}.${fragment.name}`).to.equal(Role[role as keyof typeof Role])
      }
    }
  })

  it('refuses unknown calls and calls with value, in every contract', async () => {
    const world = await networkHelpers.loadFixture(ruled)
    for (const name of CONTRACTS) {
      for (const by of [world.council, world.stranger] as Signer[]) {
        for (const request of [{ data: '0x' }, { data: '0xdeadbeef' }, { data: '0x', value: 1 }]) {
          expect(await refusal(by.call({ to: world.addresses[name], ...request })), name).to.not.equal(null)
        }
      }
    }
  })
})
