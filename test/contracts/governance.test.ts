import { readdir, readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { type BaseContract, type FunctionFragment, id, type ParamType } from 'ethers'
import { decodeRevert } from '../../node/ledger/contracts.ts'
import { RESTRICTED, Role } from '../../node/ledger/governance.ts'
import type { Hex } from '../../node/lib/bytes.ts'
import {
  bytes32,
  DELAY,
  delayed,
  listed,
  NEVER,
  networkHelpers,
  PURPOSE_ID,
  ROOT,
  type Signer,
  settled,
  time,
} from './support/world.ts'

const fixture = networkHelpers.loadFixture
const CONTRACTS = ['trustRegistry', 'anchorLog', 'statusRegistry'] as const

type World = Awaited<ReturnType<typeof listed>>
const contractOf = (world: World, name: (typeof CONTRACTS)[number]): BaseContract =>
  ({ trustRegistry: world.trust, anchorLog: world.log, statusRegistry: world.registry })[name]

const changing = (contract: BaseContract): FunctionFragment[] =>
  contract.interface.fragments.filter(
    (fragment): fragment is FunctionFragment =>
      fragment.type === 'function' && !('constant' in fragment && fragment.constant),
  )

/** Changed by whoever holds the capability, or the authority itself: no role is asked. */
const BY_CAPABILITY = ['anchor', 'openList', 'set']
const BY_AUTHORITY = ['setAuthority']
/** An organisation's own administrator may, too. */
const BY_ADMIN = ['retireKey', 'distrustKey', 'stopAccount', 'disown']

const zero = ({ type }: ParamType): unknown =>
  type === 'string'
    ? ''
    : type === 'bytes'
      ? '0x'
      : type === 'address'
        ? `0x${'00'.repeat(20)}`
        : type === 'bytes32'
          ? bytes32(0)
          : 0

describe('roles', () => {
  it('every function that changes anything has its place in the table', async () => {
    const world = await fixture(listed)
    for (const name of CONTRACTS) {
      const mapped = Object.values(RESTRICTED[name]).flat()
      const actual = changing(contractOf(world, name)).map(fragment => fragment.name)
      const open = [...BY_CAPABILITY, ...BY_AUTHORITY].filter(found => actual.includes(found))
      expect(actual).to.have.members([...mapped, ...open])
      for (const [role, functions] of Object.entries(RESTRICTED[name])) {
        for (const found of functions) {
          const { selector } = contractOf(world, name).interface.getFunction(found) as FunctionFragment
          const id = await world.governance.getTargetFunctionRole(world.addresses[name], selector)
          expect(id, found).to.equal(Role[role as keyof typeof Role])
        }
      }
    }
  })

  it('every function refuses everybody but its role', async () => {
    const world = await fixture(listed)
    const { deployer, admin, council, guardian, adminA, adminB, anchorA, statusA, stranger } = world
    const actors = { deployer, admin, council, guardian, adminA, adminB, anchorA, statusA, stranger }
    for (const name of CONTRACTS) {
      for (const fragment of changing(contractOf(world, name))) {
        if (BY_CAPABILITY.includes(fragment.name)) continue
        const args = fragment.inputs.map(zero)
        for (const [actor, signer] of Object.entries(actors)) {
          const allowed =
            (RESTRICTED[name].COUNCIL?.includes(fragment.name) && actor === 'council') ||
            (RESTRICTED[name].GUARDIAN?.includes(fragment.name) && actor === 'guardian')
          const contract = contractOf(world, name).connect(signer) as BaseContract
          const sent = contract.getFunction(fragment.name).staticCall(...args)
          const failure = await sent.then(
            () => 'none',
            (error: { data?: Hex }) => (error.data && decodeRevert(error.data)?.name) ?? 'other',
          )
          const label = `${name}.${fragment.name} by ${actor}`
          if (allowed) expect(failure, label).to.not.equal('AccessManagedUnauthorized')
          else expect(failure, label).to.equal('AccessManagedUnauthorized')
        }
      }
    }
  })

  it('an administrator may stop what is its own, and nothing of others', async () => {
    const world = await fixture(listed)
    await world.log.connect(world.anchorA).anchor(PURPOSE_ID, ROOT, 16, ROOT)
    const acts: Record<string, (by: Signer) => Promise<unknown>> = {
      retireKey: by => world.trust.connect(by).retireKey.staticCall(bytes32(0xbeef), 0),
      distrustKey: by => world.trust.connect(by).distrustKey.staticCall(bytes32(0xbeef), 0),
      stopAccount: by => world.trust.connect(by).stopAccount.staticCall(world.statusA),
      disown: by => world.log.connect(by).disown.staticCall(1, PURPOSE_ID, ROOT),
    }
    expect(Object.keys(acts)).to.deep.equal(BY_ADMIN)
    for (const [name, act] of Object.entries(acts)) {
      await act(world.adminA)
      await act(world.guardian)
      for (const by of [world.adminB, world.anchorA, world.statusA, world.council, world.admin, world.stranger]) {
        await expect(act(by), name).to.be.revertedWithCustomError(world.trust, 'AccessManagedUnauthorized')
      }
    }
  })
})

describe('delays', () => {
  it('COUNCIL announces, waits, and carries out; what is pending is in the events', async () => {
    const { trust, governance, council, adminA, addresses } = await fixture(delayed)
    const call = trust.interface.encodeFunctionData('registerOrganisation', [adminA.address, 0, NEVER, 'A', '', ''])
    const by = governance.connect(council)
    await expect(
      trust.connect(council).registerOrganisation(adminA, 0, NEVER, 'A', '', ''),
    ).to.be.revertedWithCustomError(governance, 'AccessManagerNotScheduled')
    const operation = await governance.hashOperation(council, trust, call)
    const at = (await time.latest()) + 1
    await time.setNextBlockTimestamp(at)
    await expect(by.schedule(trust, call, 0))
      .to.emit(governance, 'OperationScheduled')
      .withArgs(operation, 1, at + DELAY, council.address, addresses.trustRegistry, call)
    await time.setNextBlockTimestamp(at + DELAY - 1)
    await expect(by.execute(trust, call)).to.be.revertedWithCustomError(governance, 'AccessManagerNotReady')
    await time.setNextBlockTimestamp(at + DELAY)
    await expect(by.execute(trust, call)).to.emit(governance, 'OperationExecuted').withArgs(operation, 1)
    expect(await trust.organisationCount()).to.equal(1)
  })

  it('GUARDIAN cancels what COUNCIL has scheduled, and acts at once itself', async () => {
    const { trust, governance, council, guardian, stranger, adminA } = await fixture(delayed)
    const call = trust.interface.encodeFunctionData('registerOrganisation', [adminA.address, 0, NEVER, 'A', '', ''])
    await governance.connect(council).schedule(trust, call, 0)
    await expect(governance.connect(stranger).cancel(council, trust, call)).to.be.revertedWithCustomError(
      governance,
      'AccessManagerUnauthorizedCancel',
    )
    await expect(governance.connect(guardian).cancel(council, trust, call)).to.emit(governance, 'OperationCanceled')
    await time.increase(DELAY)
    await expect(governance.connect(council).execute(trust, call)).to.be.revertedWithCustomError(
      governance,
      'AccessManagerNotScheduled',
    )
    await expect(trust.connect(guardian).deactivateOrganisation(1)).to.be.revertedWithCustomError(
      trust,
      'OrganisationUnknown',
    )
  })

  it('GUARDIAN cancels what ADMIN has scheduled, but not its own removal', async () => {
    const { governance, admin, guardian, stranger } = await fixture(delayed)
    const encode = governance.interface.encodeFunctionData.bind(governance.interface)
    const grant = encode('grantRole', [Role.COUNCIL, stranger.address, 0])
    await governance.connect(admin).schedule(governance, grant, 0)
    await governance.connect(guardian).cancel(admin, governance, grant)
    for (const removal of [
      encode('revokeRole', [Role.GUARDIAN, guardian.address]),
      encode('setRoleGuardian', [Role.COUNCIL, Role.ADMIN]),
    ]) {
      await governance.connect(admin).schedule(governance, removal, 0)
      await expect(governance.connect(guardian).cancel(admin, governance, removal)).to.be.revertedWithCustomError(
        governance,
        'AccessManagerUnauthorizedCancel',
      )
    }
    await time.increase(DELAY)
    await governance.connect(admin).execute(governance, encode('revokeRole', [Role.GUARDIAN, guardian.address]))
    expect((await governance.hasRole(Role.GUARDIAN, guardian)).isMember).to.equal(false)
  })

  it('the deployer is nobody after the hand-over', async () => {
    const { governance, deployer, stranger } = await fixture(delayed)
    for (const role of Object.values(Role)) expect((await governance.hasRole(role, deployer)).isMember).to.equal(false)
    await expect(governance.connect(deployer).grantRole(Role.ADMIN, stranger, 0)).to.be.revertedWithCustomError(
      governance,
      'AccessManagerUnauthorizedAccount',
    )
  })
})

describe('interfaces', () => {
  it('each error stands with its selector beside it', async () => {
    const world = await fixture(settled)
    const folder = new URL('../../contracts/interfaces/', import.meta.url)
    const sources = await Promise.all((await readdir(folder)).map(file => readFile(new URL(file, folder), 'utf8')))
    const written = new Map<string, string>()
    for (const [, name, args, selector] of sources
      .join('\n')
      .matchAll(/error (\w+)\(([^)]*)\);(?: \/\/ (0x\w{8}))?/g)) {
      const types = (args as string).split(',').map(arg => arg.trim().split(' ')[0])
      expect(selector, name).to.equal(id(`${name}(${types.join(',')})`).slice(0, 10))
      written.set(name as string, selector as string)
    }
    for (const name of CONTRACTS) {
      contractOf(world, name).interface.forEachError(error => {
        if (!error.name.startsWith('AccessManaged')) expect(written.get(error.name)).to.equal(error.selector)
      })
    }
  })
})
