import { expect } from 'chai'
import { concat, id, keccak256, toUtf8Bytes, ZeroAddress } from 'ethers'
import {
  ANCHOR,
  bytes32,
  CREDENTIAL,
  ethers,
  governed,
  KEY,
  NEVER,
  networkHelpers,
  PURPOSE,
  PURPOSE_ID,
  STATUS,
  settled,
  time,
} from './support/world.ts'

const fixture = networkHelpers.loadFixture
const next = async (): Promise<bigint> => {
  const at = BigInt(await time.latest()) + 100n
  await time.setNextBlockTimestamp(at)
  return at
}
const hash = (text: string): string => keccak256(toUtf8Bytes(text))

describe('TrustRegistry: organisations', () => {
  it('registers with sequential ids, stores hashes, and emits the names', async () => {
    const { trust, council, adminA, adminB } = await fixture(governed)
    const now = await next()
    await expect(trust.connect(council).registerOrganisation(adminA, 0, NEVER, '행정안전부', 'https://a.test', '{}'))
      .to.emit(trust, 'OrganisationRegistered')
      .withArgs(1, adminA.address, now, NEVER, '행정안전부', 'https://a.test', '{}')
    await trust.connect(council).registerOrganisation(adminB, now + 500n, now + 900n, 'B', '', '')
    expect(await trust.organisationCount()).to.equal(2)
    expect(await trust.organisations(1)).to.deep.equal([
      adminA.address,
      now,
      NEVER,
      keccak256(concat([hash('행정안전부'), hash('{}')])),
      hash('https://a.test'),
    ])
    expect((await trust.organisations(2)).slice(0, 3)).to.deep.equal([adminB.address, now + 500n, now + 900n])
    expect((await trust.organisations(3)).admin).to.equal(ZeroAddress)
  })

  it('refuses a missing administrator or name, a start in the past and an empty term', async () => {
    const { trust, council, adminA } = await fixture(governed)
    const by = trust.connect(council)
    await expect(by.registerOrganisation(ZeroAddress, 0, NEVER, 'A', '', ''))
      .to.be.revertedWithCustomError(trust, 'AddressZero')
      .withArgs(1, 'admin')
    await expect(by.registerOrganisation(adminA, 0, NEVER, '', '', ''))
      .to.be.revertedWithCustomError(trust, 'NameEmpty')
      .withArgs(1)
    let now = await next()
    await expect(by.registerOrganisation(adminA, now - 1n, NEVER, 'A', '', ''))
      .to.be.revertedWithCustomError(trust, 'FromInPast')
      .withArgs(now - 1n, now)
    now = await next()
    await expect(by.registerOrganisation(adminA, 0, now, 'A', '', ''))
      .to.be.revertedWithCustomError(trust, 'TermEmpty')
      .withArgs(now, now)
    now = await next()
    await expect(by.registerOrganisation(adminA, now + 5n, now + 5n, 'A', '', ''))
      .to.be.revertedWithCustomError(trust, 'TermEmpty')
      .withArgs(now + 5n, now + 5n)
  })

  it('changes name and info, but never the issuer', async () => {
    const { trust, council } = await fixture(settled)
    const before = await trust.organisations(1)
    await expect(trust.connect(council).describeOrganisation(1, 'New', '{"ko":"새"}'))
      .to.emit(trust, 'OrganisationDescribed')
      .withArgs(1, 'New', '{"ko":"새"}')
    const after = await trust.organisations(1)
    expect(after.descriptionHash).to.equal(keccak256(concat([hash('New'), hash('{"ko":"새"}')])))
    expect([...after].filter((_, i) => i !== 3)).to.deep.equal([...before].filter((_, i) => i !== 3))
    await expect(trust.connect(council).describeOrganisation(2, '', ''))
      .to.be.revertedWithCustomError(trust, 'NameEmpty')
      .withArgs(2)
  })

  it('replaces the administrator; the old one has no rights afterwards', async () => {
    const { trust, council, adminA, stranger } = await fixture(settled)
    await expect(trust.connect(council).setAdmin(1, stranger))
      .to.emit(trust, 'AdminChanged')
      .withArgs(1, adminA.address, stranger.address)
    expect(await trust.isAdmin(1, stranger)).to.equal(true)
    expect(await trust.isAdmin(1, adminA)).to.equal(false)
    await expect(trust.connect(council).setAdmin(1, ZeroAddress))
      .to.be.revertedWithCustomError(trust, 'AddressZero')
      .withArgs(1, 'admin')
  })

  it('deactivation suspends the rights of accounts, administrator and grants; renewal restores them', async () => {
    const { trust, council, guardian, adminA, anchorA } = await fixture(settled)
    const [, from] = await trust.organisations(1)
    let now = await next()
    await expect(trust.connect(guardian).deactivateOrganisation(1))
      .to.emit(trust, 'OrganisationTermChanged')
      .withArgs(1, from, NEVER, from, now)
    expect(await trust.isGranted(1, PURPOSE_ID, now - 1n)).to.equal(true)
    expect(await trust.isGranted(1, PURPOSE_ID, now)).to.equal(false)
    expect(await trust.isAdmin(1, adminA)).to.equal(false)
    await expect(trust.requireAnchor(anchorA, PURPOSE_ID))
      .to.be.revertedWithCustomError(trust, 'OrganisationInactive')
      .withArgs(1, from, now)
    await expect(trust.connect(adminA).retireKey(KEY, 0)).to.be.revertedWithCustomError(
      trust,
      'AccessManagedUnauthorized',
    )
    await expect(trust.connect(guardian).deactivateOrganisation(1))
      .to.be.revertedWithCustomError(trust, 'TermOver')
      .withArgs(from, now)
    const over = now
    now = await next()
    await expect(trust.connect(council).renewOrganisation(1, 0, NEVER))
      .to.emit(trust, 'OrganisationTermChanged')
      .withArgs(1, from, over, now, NEVER)
    expect(await trust.requireAnchor(anchorA, PURPOSE_ID)).to.equal(1)
  })

  it('extends a running term without a gap', async () => {
    const { trust, council } = await fixture(settled)
    const [, from] = await trust.organisations(1)
    const until = BigInt(await time.latest()) + 5000n
    await trust.connect(council).renewOrganisation(1, 0, until)
    expect((await trust.organisations(1)).slice(1, 3)).to.deep.equal([from, until])
  })

  it('does not interrupt a running term by a later one', async () => {
    const { trust, council, guardian, anchorA } = await fixture(settled)
    const by = trust.connect(council)
    const [, from, until] = await trust.organisations(1)
    let now = await next()
    await expect(by.renewOrganisation(1, now + 400_000n, NEVER))
      .to.be.revertedWithCustomError(trust, 'TermRunning')
      .withArgs(from, until)
    now = await next()
    await expect(by.renewOrganisation(1, now, NEVER))
      .to.be.revertedWithCustomError(trust, 'TermRunning')
      .withArgs(from, until)
    expect(await trust.requireAnchor(anchorA, PURPOSE_ID)).to.equal(1)
    await trust.connect(guardian).deactivateOrganisation(1)
    now = await next()
    await by.renewOrganisation(1, now + 500n, NEVER)
    // Not begun: it may begin at another time.
    await by.renewOrganisation(1, now + 600n, NEVER)
    expect((await trust.organisations(1)).slice(1, 3)).to.deep.equal([now + 600n, NEVER])
  })

  it('ends a term that has not begun as an empty term', async () => {
    const { trust, council, guardian, adminA } = await fixture(governed)
    const later = BigInt(await time.latest()) + 5000n
    await trust.connect(council).registerOrganisation(adminA, later, NEVER, 'A', '', '')
    await trust.connect(guardian).deactivateOrganisation(1)
    expect((await trust.organisations(1)).slice(1, 3)).to.deep.equal([later, later])
    await expect(trust.connect(guardian).deactivateOrganisation(1))
      .to.be.revertedWithCustomError(trust, 'TermOver')
      .withArgs(later, later)
  })

  it('has no organisation 0 and none after the last', async () => {
    const { trust, council, guardian, adminA } = await fixture(settled)
    const by = trust.connect(council)
    for (const org of [0, 3]) {
      for (const act of [
        () => by.describeOrganisation(org, 'x', ''),
        () => by.renewOrganisation(org, 0, NEVER),
        () => by.setAdmin(org, adminA),
        () => by.grant(org, PURPOSE, 0, NEVER),
        () => by.registerKey(org, bytes32(7), NEVER, CREDENTIAL),
        () => by.registerAccount(org, adminA, ANCHOR),
        () => trust.connect(guardian).deactivateOrganisation(org),
      ]) {
        await expect(act()).to.be.revertedWithCustomError(trust, 'OrganisationUnknown').withArgs(org)
      }
    }
    expect(await trust.isAdmin(0, ZeroAddress)).to.equal(false)
  })
})

describe('TrustRegistry: grants', () => {
  it('hashes the purpose on chain and stores the term', async () => {
    const { trust, council } = await fixture(settled)
    const now = await next()
    await expect(trust.connect(council).grant(1, 'report-loss', 0, now + 10n))
      .to.emit(trust, 'Granted')
      .withArgs(1, id('report-loss'), 'report-loss', now, now + 10n)
    expect(await trust.grants(1, id('report-loss'))).to.deep.equal([now, now + 10n])
    expect(await trust.isGranted(1, id('report-loss'), now)).to.equal(true)
    expect(await trust.isGranted(1, id('report-loss'), now + 10n)).to.equal(false)
    expect(await trust.isGranted(2, id('report-loss'), now)).to.equal(false)
  })

  it('accepts only 1 to 256 visible ASCII characters', async () => {
    const { trust, council } = await fixture(settled)
    const by = trust.connect(council)
    for (const [text, position] of [
      ['', 0],
      ['a b', 1],
      ['issue:\u0430', 6],
      ['tab\t', 3],
      ['x'.repeat(257), 257],
    ] as const) {
      await expect(by.grant(1, text, 0, NEVER))
        .to.be.revertedWithCustomError(trust, 'PurposeInvalid')
        .withArgs(position)
    }
    await by.grant(1, 'x'.repeat(256), 0, NEVER)
  })

  it('withdraws at once, and can grant again at once', async () => {
    const { trust, council, guardian, anchorA, end } = await fixture(settled)
    const [from] = await trust.grants(1, PURPOSE_ID)
    let now = await next()
    await expect(trust.connect(guardian).withdraw(1, PURPOSE_ID))
      .to.emit(trust, 'Withdrawn')
      .withArgs(1, PURPOSE_ID, from, now)
    await expect(trust.requireAnchor(anchorA, PURPOSE_ID))
      .to.be.revertedWithCustomError(trust, 'GrantNotLive')
      .withArgs(1, PURPOSE_ID, from, now)
    await expect(trust.connect(guardian).withdraw(1, PURPOSE_ID))
      .to.be.revertedWithCustomError(trust, 'TermOver')
      .withArgs(from, now)
    now = await next()
    await trust.connect(council).grant(1, PURPOSE, 0, end)
    expect(await trust.grants(1, PURPOSE_ID)).to.deep.equal([now, end])
  })

  it('refuses a start in the past and an empty term', async () => {
    const { trust, council } = await fixture(settled)
    let now = await next()
    await expect(trust.connect(council).grant(1, PURPOSE, 1, NEVER))
      .to.be.revertedWithCustomError(trust, 'FromInPast')
      .withArgs(1, now)
    const [from] = await trust.grants(1, PURPOSE_ID)
    now = await next()
    await expect(trust.connect(council).grant(1, PURPOSE, 0, now))
      .to.be.revertedWithCustomError(trust, 'TermEmpty')
      .withArgs(from, now)
  })

  it('does not interrupt a running grant by a later one', async () => {
    const { trust, council, end, anchorA } = await fixture(settled)
    const [from] = await trust.grants(1, PURPOSE_ID)
    const now = await next()
    await expect(trust.connect(council).grant(1, PURPOSE, now + 400_000n, NEVER))
      .to.be.revertedWithCustomError(trust, 'TermRunning')
      .withArgs(from, end)
    expect(await trust.requireAnchor(anchorA, PURPOSE_ID)).to.equal(1)
    await time.increaseTo(end)
    await trust.connect(council).grant(1, PURPOSE, end + 1000n, NEVER)
    expect(await trust.grants(1, PURPOSE_ID)).to.deep.equal([end + 1000n, NEVER])
  })

  it('refuses to withdraw what was never granted', async () => {
    const { trust, guardian } = await fixture(settled)
    await expect(trust.connect(guardian).withdraw(1, id('other')))
      .to.be.revertedWithCustomError(trust, 'TermOver')
      .withArgs(0, 0)
  })
})

describe('TrustRegistry: keys', () => {
  it('registers a key from the block of the registration', async () => {
    const { trust, council } = await fixture(settled)
    const now = await next()
    await expect(trust.connect(council).registerKey(2, bytes32(7), now + 9n, 127))
      .to.emit(trust, 'KeyRegistered')
      .withArgs(bytes32(7), 2, now, now + 9n, 127)
    expect(await trust.keys(bytes32(7))).to.deep.equal([2n, now, now + 9n, NEVER, 127n])
    expect(await trust.keys(bytes32(8))).to.deep.equal([0n, 0n, 0n, 0n, 0n])
  })

  it('registers a key only once and for one organisation', async () => {
    const { trust, council, guardian } = await fixture(settled)
    await trust.connect(guardian).retireKey(KEY, 0)
    for (const org of [1, 2]) {
      await expect(trust.connect(council).registerKey(org, KEY, NEVER, CREDENTIAL))
        .to.be.revertedWithCustomError(trust, 'KeyExists')
        .withArgs(KEY, 1)
    }
  })

  it('refuses a zero id, no use, an unknown use and an empty term', async () => {
    const { trust, council } = await fixture(settled)
    const by = trust.connect(council)
    await expect(by.registerKey(1, bytes32(0), NEVER, 1))
      .to.be.revertedWithCustomError(trust, 'KeyIdZero')
      .withArgs(1)
    for (const uses of [0, 128]) {
      await expect(by.registerKey(1, bytes32(7), NEVER, uses))
        .to.be.revertedWithCustomError(trust, 'KeyUsesInvalid')
        .withArgs(uses)
    }
    const now = await next()
    await expect(by.registerKey(1, bytes32(7), now, 1))
      .to.be.revertedWithCustomError(trust, 'TermEmpty')
      .withArgs(now, now)
  })

  it('shortens the term of a key, but not into the past', async () => {
    const { trust, adminA, guardian, end } = await fixture(settled)
    const by = trust.connect(adminA)
    await expect(by.retireKey(KEY, end - 5n))
      .to.emit(trust, 'KeyRetired')
      .withArgs(KEY, 1, end, end - 5n)
    await expect(by.retireKey(KEY, end - 5n))
      .to.be.revertedWithCustomError(trust, 'RetireOnlyEarlier')
      .withArgs(KEY, end - 5n, end - 5n)
    let now = await next()
    await expect(by.retireKey(KEY, now - 1n))
      .to.be.revertedWithCustomError(trust, 'RetireInPast')
      .withArgs(now - 1n, now)
    now = await next()
    await trust.connect(guardian).retireKey(KEY, 0)
    const key = await trust.keys(KEY)
    expect([key.until, key.distrustedFrom]).to.deep.equal([now, NEVER])
  })

  it('distrusts from a time that is not in the future and can only be moved earlier', async () => {
    const { trust, adminA, guardian, end } = await fixture(settled)
    const [, from] = await trust.keys(KEY)
    let now = await next()
    await expect(trust.connect(adminA).distrustKey(KEY, now + 1n))
      .to.be.revertedWithCustomError(trust, 'DistrustInFuture')
      .withArgs(now + 1n, now)
    now = await next()
    await expect(trust.connect(adminA).distrustKey(KEY, now))
      .to.emit(trust, 'KeyDistrusted')
      .withArgs(KEY, 1, NEVER, now)
    await expect(trust.connect(guardian).distrustKey(KEY, now))
      .to.be.revertedWithCustomError(trust, 'DistrustOnlyEarlier')
      .withArgs(KEY, now, now)
    await trust.connect(guardian).distrustKey(KEY, now - 50n)
    expect(await trust.keys(KEY)).to.deep.equal([1n, from, end, now - 50n, 1n])
  })

  it('refuses unknown keys', async () => {
    const { trust, guardian } = await fixture(settled)
    for (const act of [trust.connect(guardian).retireKey, trust.connect(guardian).distrustKey]) {
      await expect(act(bytes32(99), 0))
        .to.be.revertedWithCustomError(trust, 'KeyUnknown')
        .withArgs(bytes32(99))
    }
  })

  it('gives an administrator no rights in another organisation', async () => {
    const { trust, adminB, statusA } = await fixture(settled)
    const by = trust.connect(adminB)
    for (const act of [() => by.retireKey(KEY, 0), () => by.distrustKey(KEY, 0), () => by.stopAccount(statusA)]) {
      await expect(act()).to.be.revertedWithCustomError(trust, 'AccessManagedUnauthorized').withArgs(adminB.address)
    }
  })
})

describe('TrustRegistry: accounts', () => {
  it('belongs permanently to one organisation', async () => {
    const { trust, council, guardian, anchorA } = await fixture(settled)
    await trust.connect(guardian).stopAccount(anchorA)
    await expect(trust.connect(council).registerAccount(2, anchorA, ANCHOR))
      .to.be.revertedWithCustomError(trust, 'AccountBelongsTo')
      .withArgs(anchorA.address, 1)
    await expect(trust.connect(council).registerAccount(1, anchorA, STATUS))
      .to.emit(trust, 'AccountChanged')
      .withArgs(anchorA.address, 1, 0, STATUS)
    expect(await trust.accounts(anchorA)).to.deep.equal([1n, BigInt(STATUS)])
  })

  it('can be stopped once by its administrator', async () => {
    const { trust, adminA, statusA } = await fixture(settled)
    await expect(trust.connect(adminA).stopAccount(statusA))
      .to.emit(trust, 'AccountChanged')
      .withArgs(statusA.address, 1, STATUS, 0)
    await expect(trust.connect(adminA).stopAccount(statusA))
      .to.be.revertedWithCustomError(trust, 'AccountStopped')
      .withArgs(statusA.address)
    await expect(trust.requireStatus(statusA))
      .to.be.revertedWithCustomError(trust, 'AccountLacks')
      .withArgs(statusA.address, STATUS, 0)
  })

  it('refuses the zero address, missing or unknown capabilities, and other callers', async () => {
    const { trust, council, guardian, stranger } = await fixture(settled)
    const by = trust.connect(council)
    await expect(by.registerAccount(1, ZeroAddress, ANCHOR))
      .to.be.revertedWithCustomError(trust, 'AddressZero')
      .withArgs(1, 'account')
    for (const capabilities of [0, 4]) {
      await expect(by.registerAccount(1, stranger, capabilities))
        .to.be.revertedWithCustomError(trust, 'CapabilitiesInvalid')
        .withArgs(capabilities)
    }
    await expect(trust.connect(guardian).stopAccount(stranger))
      .to.be.revertedWithCustomError(trust, 'AccountUnknown')
      .withArgs(stranger.address)
    await expect(trust.requireStatus(stranger))
      .to.be.revertedWithCustomError(trust, 'AccountUnknown')
      .withArgs(stranger.address)
  })

  it('has only the rights of its capabilities', async () => {
    const { trust, anchorA, statusA, bothB } = await fixture(settled)
    expect(await trust.requireAnchor(anchorA, PURPOSE_ID)).to.equal(1)
    expect(await trust.requireStatus(statusA)).to.equal(1)
    expect(await trust.requireAnchor(bothB, PURPOSE_ID)).to.equal(2)
    expect(await trust.requireStatus(bothB)).to.equal(2)
    await expect(trust.requireAnchor(statusA, PURPOSE_ID))
      .to.be.revertedWithCustomError(trust, 'AccountLacks')
      .withArgs(statusA.address, ANCHOR, STATUS)
    await expect(trust.requireStatus(anchorA))
      .to.be.revertedWithCustomError(trust, 'AccountLacks')
      .withArgs(anchorA.address, STATUS, ANCHOR)
  })
})

describe('TrustRegistry: deployment', () => {
  it('is governed by the given authority', async () => {
    const { trust, addresses } = await fixture(governed)
    expect(await trust.authority()).to.equal(ethers.getAddress(addresses.accessManager))
  })
})
