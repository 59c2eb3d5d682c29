import { expect } from 'chai'
import { AbiCoder, id, keccak256 } from 'ethers'
import { bytes32, ethers, MANIFEST, networkHelpers, PURPOSE, PURPOSE_ID, ROOT, settled, time } from './support/world.ts'

const fixture = networkHelpers.loadFixture
const hash = (types: string[], values: unknown[]): string => keccak256(AbiCoder.defaultAbiCoder().encode(types, values))

async function first(log: string, org: number): Promise<string> {
  const { chainId } = await ethers.provider.getNetwork()
  return hash(['string', 'uint256', 'address', 'uint32'], ['dojang/AnchorLog/1', chainId, log, org])
}

const ANCHORED = ['bytes32', 'bytes32', 'uint32', 'bytes32', 'bytes32', 'uint64', 'uint32', 'bytes32', 'uint256']
const DISOWNED = ['bytes32', 'bytes32', 'uint32', 'bytes32', 'bytes32', 'uint256']

describe('AnchorLog: anchor', () => {
  it('writes the receipt, the head and the running hash', async () => {
    const { log, anchorA, bothB } = await fixture(settled)
    const at = await log.getAddress()
    expect(await log.heads(1)).to.deep.equal([0n, 0n, await first(at, 1)])

    await log.connect(bothB).anchor(PURPOSE_ID, ROOT, 32, MANIFEST)
    let chain = await first(at, 1)
    let credentials = 0n
    for (const [i, count] of [16, 2 ** 32 - 1, 1].entries()) {
      const batch = BigInt(i + 1)
      credentials += BigInt(count)
      const root = bytes32(100 + i)
      const now = (await time.latest()) + 10
      await time.setNextBlockTimestamp(now)
      chain = hash(ANCHORED, [chain, id('anchored'), 1, PURPOSE_ID, root, batch, count, MANIFEST, now])
      await expect(log.connect(anchorA).anchor(PURPOSE_ID, root, count, MANIFEST))
        .to.emit(log, 'Anchored')
        .withArgs(1, PURPOSE_ID, root, batch, count, MANIFEST, chain)
      expect(await log.receipts(1, PURPOSE_ID, root)).to.deep.equal([BigInt(now), batch, BigInt(count), false])
      expect(await log.heads(1)).to.deep.equal([batch, credentials, chain])
    }
    expect((await log.heads(2)).slice(0, 2)).to.deep.equal([1n, 32n])
  })

  it('refuses a zero root, a zero count, and a root that was already anchored', async () => {
    const { log, anchorA, bothB } = await fixture(settled)
    const by = log.connect(anchorA)
    await expect(by.anchor(PURPOSE_ID, bytes32(0), 16, MANIFEST))
      .to.be.revertedWithCustomError(log, 'RootZero')
      .withArgs(PURPOSE_ID)
    await expect(by.anchor(PURPOSE_ID, ROOT, 0, MANIFEST))
      .to.be.revertedWithCustomError(log, 'CountZero')
      .withArgs(PURPOSE_ID, ROOT)
    await by.anchor(PURPOSE_ID, ROOT, 16, MANIFEST)
    const before = await log.receipts(1, PURPOSE_ID, ROOT)
    await expect(by.anchor(PURPOSE_ID, ROOT, 32, bytes32(1)))
      .to.be.revertedWithCustomError(log, 'AlreadyAnchored')
      .withArgs(1, PURPOSE_ID, ROOT, 1)
    expect(await log.receipts(1, PURPOSE_ID, ROOT)).to.deep.equal(before)
    await log.connect(bothB).anchor(PURPOSE_ID, ROOT, 16, MANIFEST)
  })

  it('requires account, capability, organisation and grant in the trust registry', async () => {
    const { log, trust, anchorA, statusA, stranger, guardian, end } = await fixture(settled)
    await expect(log.connect(stranger).anchor(PURPOSE_ID, ROOT, 16, MANIFEST))
      .to.be.revertedWithCustomError(trust, 'AccountUnknown')
      .withArgs(stranger.address)
    await expect(log.connect(statusA).anchor(PURPOSE_ID, ROOT, 16, MANIFEST))
      .to.be.revertedWithCustomError(trust, 'AccountLacks')
      .withArgs(statusA.address, 1, 2)
    await expect(log.connect(anchorA).anchor(id('other'), ROOT, 16, MANIFEST))
      .to.be.revertedWithCustomError(trust, 'GrantNotLive')
      .withArgs(1, id('other'), 0, 0)
    const [from] = await trust.grants(1, PURPOSE_ID)
    await time.setNextBlockTimestamp(end - 1n)
    await log.connect(anchorA).anchor(PURPOSE_ID, ROOT, 16, MANIFEST)
    await expect(log.connect(anchorA).anchor(PURPOSE_ID, bytes32(2), 16, MANIFEST))
      .to.be.revertedWithCustomError(trust, 'GrantNotLive')
      .withArgs(1, PURPOSE_ID, from, end)
    await trust.connect(guardian).deactivateOrganisation(1)
    await expect(log.connect(anchorA).anchor(PURPOSE_ID, bytes32(2), 16, MANIFEST)).to.be.revertedWithCustomError(
      trust,
      'OrganisationInactive',
    )
  })

  it('keeps a receipt after the accreditation has ended', async () => {
    const { log, trust, anchorA, guardian, council } = await fixture(settled)
    await log.connect(anchorA).anchor(PURPOSE_ID, ROOT, 16, MANIFEST)
    const before = await log.receipts(1, PURPOSE_ID, ROOT)
    await trust.connect(guardian).withdraw(1, PURPOSE_ID)
    await trust.connect(guardian).deactivateOrganisation(1)
    await trust.connect(council).renewOrganisation(1, 0, 2n ** 40n - 1n)
    await trust.connect(council).grant(1, PURPOSE, 0, 2n ** 40n - 1n)
    expect(await log.receipts(1, PURPOSE_ID, ROOT)).to.deep.equal(before)
  })
})

describe('AnchorLog: disown', () => {
  it('lets the administrator or a guardian disown a batch once and permanently', async () => {
    const { log, anchorA, adminA, guardian } = await fixture(settled)
    const at = await log.getAddress()
    let chain = await first(at, 1)
    for (const [i, by] of [adminA, guardian].entries()) {
      const root = bytes32(50 + i)
      let now = (await time.latest()) + 10
      await time.setNextBlockTimestamp(now)
      await log.connect(anchorA).anchor(PURPOSE_ID, root, 16, MANIFEST)
      chain = hash(ANCHORED, [chain, id('anchored'), 1, PURPOSE_ID, root, i + 1, 16, MANIFEST, now])
      const anchored = now
      now += 10
      await time.setNextBlockTimestamp(now)
      chain = hash(DISOWNED, [chain, id('disowned'), 1, PURPOSE_ID, root, now])
      await expect(log.connect(by).disown(1, PURPOSE_ID, root))
        .to.emit(log, 'Disowned')
        .withArgs(1, PURPOSE_ID, root, i + 1, chain)
      expect(await log.receipts(1, PURPOSE_ID, root)).to.deep.equal([BigInt(anchored), BigInt(i + 1), 16n, true])
      await expect(log.connect(by).disown(1, PURPOSE_ID, root))
        .to.be.revertedWithCustomError(log, 'AlreadyDisowned')
        .withArgs(1, PURPOSE_ID, root)
      await expect(log.connect(anchorA).anchor(PURPOSE_ID, root, 16, MANIFEST))
        .to.be.revertedWithCustomError(log, 'AlreadyAnchored')
        .withArgs(1, PURPOSE_ID, root, i + 1)
    }
    expect(await log.heads(1)).to.deep.equal([2n, 32n, chain])
  })

  it('refuses a batch that was never anchored', async () => {
    const { log, adminA } = await fixture(settled)
    await expect(log.connect(adminA).disown(1, PURPOSE_ID, ROOT))
      .to.be.revertedWithCustomError(log, 'NotAnchored')
      .withArgs(1, PURPOSE_ID, ROOT)
  })

  it('refuses every other caller', async () => {
    const { log, trust, anchorA, adminA, adminB, council, stranger, guardian } = await fixture(settled)
    await log.connect(anchorA).anchor(PURPOSE_ID, ROOT, 16, MANIFEST)
    for (const by of [anchorA, adminB, council, stranger]) {
      await expect(log.connect(by).disown(1, PURPOSE_ID, ROOT))
        .to.be.revertedWithCustomError(log, 'AccessManagedUnauthorized')
        .withArgs(by.address)
    }
    // A stolen administrator's key does no harm once its organisation is inactive.
    await trust.connect(guardian).deactivateOrganisation(1)
    await expect(log.connect(adminA).disown(1, PURPOSE_ID, ROOT))
      .to.be.revertedWithCustomError(log, 'AccessManagedUnauthorized')
      .withArgs(adminA.address)
  })
})
