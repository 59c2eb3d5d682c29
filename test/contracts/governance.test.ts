import { expect } from 'chai'
import { Role } from '../../node/registries/governance/governance.ts'
import { DELAY, delayed, ethers, NEVER, networkHelpers, time } from './support/world.ts'

const fixture = networkHelpers.loadFixture

describe('delays', () => {
  it('COUNCIL announces an operation and executes it after the delay; events show what is pending', async () => {
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

  it('GUARDIAN cancels an operation of COUNCIL and acts without a delay itself', async () => {
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

  it('GUARDIAN cancels an operation of ADMIN, but not its own removal', async () => {
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

  it("a registry's authority changes only by updateAuthority, which GUARDIAN can cancel", async () => {
    const { governance, trust, log, registry, admin, guardian, addresses } = await fixture(delayed)
    const by = governance.connect(admin)
    // Any contract can be an authority.
    const mine = addresses.anchorLog
    for (const target of [trust, log, registry]) {
      const at = await target.getAddress()
      const { selector } = trust.interface.getFunction('setAuthority')
      const direct = trust.interface.encodeFunctionData('setAuthority', [mine])
      expect(await governance.canCall(admin, target, selector)).to.deep.equal([false, 0n])
      for (const act of [() => by.schedule(target, direct, 0), () => by.execute(target, direct)]) {
        await expect(act())
          .to.be.revertedWithCustomError(governance, 'AccessManagerUnauthorizedCall')
          .withArgs(admin.address, at, selector)
      }
      const update = governance.interface.encodeFunctionData('updateAuthority', [at, mine])
      await by.schedule(governance, update, 0)
      await governance.connect(guardian).cancel(admin, governance, update)
      await by.schedule(governance, update, 0)
      await time.increase(DELAY)
      await by.execute(governance, update)
      expect(await target.authority()).to.equal(ethers.getAddress(mine))
    }
  })

  it('the deployer has no rights after the hand-over', async () => {
    const { governance, deployer, stranger } = await fixture(delayed)
    for (const role of Object.values(Role)) expect((await governance.hasRole(role, deployer)).isMember).to.equal(false)
    await expect(governance.connect(deployer).grantRole(Role.ADMIN, stranger, 0)).to.be.revertedWithCustomError(
      governance,
      'AccessManagerUnauthorizedAccount',
    )
  })
})
