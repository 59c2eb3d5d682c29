import { expect } from 'chai'
import { AbiCoder, id, keccak256 } from 'ethers'
import {
  bytes32,
  CAPACITY,
  CAUSE,
  DAILY_LIMIT,
  ethers,
  INVALID,
  LIST_A,
  listed,
  networkHelpers,
  ops,
  SUSPENDED,
  settled,
  time,
  VALID,
} from './support/world.ts'

const fixture = networkHelpers.loadFixture
const hash = (types: string[], values: unknown[]): string => keccak256(AbiCoder.defaultAbiCoder().encode(types, values))
const SET = ['bytes32', 'bytes32', 'uint64', 'uint32', 'bytes32', 'bytes32', 'uint256']

describe('StatusRegistry: openList', () => {
  it('numbers lists within their organisation and starts the running hash', async () => {
    const { registry, statusA, bothB } = await fixture(settled)
    const { chainId } = await ethers.provider.getNetwork()
    for (const [account, list, org] of [
      [statusA, (1n << 32n) | 1n, 1n],
      [statusA, (1n << 32n) | 2n, 1n],
      [bothB, (2n << 32n) | 1n, 2n],
    ] as const) {
      await expect(registry.connect(account).openList(131_072, 500))
        .to.emit(registry, 'ListOpened')
        .withArgs(list, org, 131_072, 500)
      const h0 = hash(
        ['string', 'uint256', 'address', 'uint64'],
        ['dojang/StatusRegistry/1', chainId, await registry.getAddress(), list],
      )
      expect(await registry.lists(list)).to.deep.equal([org, org, 131_072n, 500n, 0n, 0n, h0])
    }
    expect(await registry.listCount(1)).to.equal(2)
  })

  it('refuses a capacity that is zero, too large or not a multiple of 128, and other accounts', async () => {
    const { registry, trust, statusA, anchorA } = await fixture(settled)
    for (const capacity of [0, 127, 129, 2 ** 24 + 128]) {
      await expect(registry.connect(statusA).openList(capacity, 1))
        .to.be.revertedWithCustomError(registry, 'CapacityInvalid')
        .withArgs(capacity)
    }
    await registry.connect(statusA).openList(2 ** 24, 1)
    await expect(registry.connect(anchorA).openList(128, 1))
      .to.be.revertedWithCustomError(trust, 'AccountLacks')
      .withArgs(anchorA.address, 2, 1)
  })
})

describe('StatusRegistry: set', () => {
  it('changes statuses in Token Status List order and extends the running hash', async () => {
    const { registry, statusA } = await fixture(listed)
    let { chain } = await registry.lists(LIST_A)
    const changes = ops([0, VALID, INVALID], [5, VALID, SUSPENDED], [127, VALID, SUSPENDED], [128, VALID, INVALID])
    const now = (await time.latest()) + 10
    await time.setNextBlockTimestamp(now)
    chain = hash(SET, [chain, id('set'), LIST_A, 1, CAUSE, keccak256(changes), now])
    await expect(registry.connect(statusA).set(LIST_A, changes, CAUSE))
      .to.emit(registry, 'StatusesSet')
      .withArgs(LIST_A, 1, CAUSE, changes, chain)
    expect(await registry.lists(LIST_A)).to.deep.equal([
      1n,
      1n,
      BigInt(CAPACITY),
      BigInt(DAILY_LIMIT),
      BigInt(Math.floor(now / 86_400)),
      2n,
      chain,
    ])
    // Index 0 is the low bits of byte 0, index 5 bits 2 and 3 of byte 1, index 127 the high bits of byte 31.
    expect(await registry.words(LIST_A, 0)).to.equal(`0x0108${'00'.repeat(29)}80`)
    expect(await registry.words(LIST_A, 1)).to.equal(1n << 248n)
    expect(await registry.wordsOf(LIST_A, 0, 2)).to.equal(`0x0108${'00'.repeat(29)}8001${'00'.repeat(31)}`)
    for (const [index, status] of [
      [0, INVALID],
      [1, VALID],
      [5, SUSPENDED],
      [127, SUSPENDED],
      [128, INVALID],
    ] as const) {
      expect(await registry.statusOf(LIST_A, index)).to.equal(status)
    }
  })

  it('suspends, reinstates and revokes; revoked is final', async () => {
    const { registry, statusA } = await fixture(listed)
    const by = registry.connect(statusA)
    await by.set(LIST_A, ops([7, VALID, SUSPENDED]), CAUSE)
    await by.set(LIST_A, ops([7, SUSPENDED, VALID]), CAUSE)
    await by.set(LIST_A, ops([7, VALID, SUSPENDED]), CAUSE)
    await by.set(LIST_A, ops([7, SUSPENDED, INVALID]), CAUSE)
    for (const to of [VALID, SUSPENDED]) {
      await expect(by.set(LIST_A, ops([6, VALID, SUSPENDED], [7, INVALID, to]), CAUSE))
        .to.be.revertedWithCustomError(registry, 'RevokedIsFinal')
        .withArgs(LIST_A, 0, 1n << (30n * 8n + 6n))
    }
    expect(await registry.statusOf(LIST_A, 6)).to.equal(VALID)
    expect(await registry.statusOf(LIST_A, 7)).to.equal(INVALID)
  })

  it('names the op whose present status differs, and changes nothing', async () => {
    const { registry, statusA } = await fixture(listed)
    const by = registry.connect(statusA)
    await by.set(LIST_A, ops([9, VALID, SUSPENDED]), CAUSE)
    await expect(by.set(LIST_A, ops([1, VALID, INVALID], [9, VALID, INVALID], [300, VALID, INVALID]), CAUSE))
      .to.be.revertedWithCustomError(registry, 'StatusDiffers')
      .withArgs(LIST_A, 9, SUSPENDED, VALID)
    expect(await registry.statusOf(LIST_A, 1)).to.equal(VALID)
  })

  it('refuses ops that are out of order, repeated, beyond the end, invalid or without a change', async () => {
    const { registry, statusA } = await fixture(listed)
    const by = registry.connect(statusA)
    for (const second of [4, 5]) {
      await expect(by.set(LIST_A, ops([3, VALID, INVALID], [5, VALID, INVALID], [second, VALID, SUSPENDED]), CAUSE))
        .to.be.revertedWithCustomError(registry, 'OpsNotAscending')
        .withArgs(2, second)
    }
    for (const index of [CAPACITY, 2 ** 24 - 1]) {
      await expect(by.set(LIST_A, ops([0, VALID, INVALID], [index, VALID, INVALID]), CAUSE))
        .to.be.revertedWithCustomError(registry, 'IndexOutOfRange')
        .withArgs(LIST_A, index, CAPACITY)
    }
    for (const [from, to] of [
      [VALID, 3],
      [3, VALID],
      [VALID, 15],
      [4, INVALID],
      [VALID, VALID],
      [SUSPENDED, SUSPENDED],
    ] as const) {
      await expect(by.set(LIST_A, ops([2, from, to]), CAUSE))
        .to.be.revertedWithCustomError(registry, 'OpInvalid')
        .withArgs(2, from, to)
    }
  })

  it('accepts 1 to 512 complete ops', async () => {
    const { registry, statusA } = await fixture(listed)
    const by = registry.connect(statusA)
    const many = Array.from({ length: 513 }, (_, i) => [i, VALID, SUSPENDED] as const)
    for (const [bytes, length] of [
      ['0x', 0],
      ['0x000001', 3],
      ['0x0000000100', 5],
      [ops(...many), 2052],
    ] as const) {
      await expect(by.set(LIST_A, bytes, CAUSE))
        .to.be.revertedWithCustomError(registry, 'OpsLengthInvalid')
        .withArgs(length)
    }
    await by.set(LIST_A, ops(...many.slice(0, 512)), CAUSE)
    expect(await registry.words(LIST_A, 3)).to.equal(BigInt(`0x${'aa'.repeat(32)}`))
    expect(await registry.words(LIST_A, 4)).to.equal(0)
  })

  it('accepts only a STATUS account of the custodian', async () => {
    const { registry, trust, statusA, anchorA, bothB, stranger, council, guardian } = await fixture(listed)
    const change = ops([1, VALID, SUSPENDED])
    await expect(registry.connect(bothB).set(LIST_A, change, CAUSE))
      .to.be.revertedWithCustomError(registry, 'NotCustodian')
      .withArgs(LIST_A, 1, 2)
    await expect(registry.connect(anchorA).set(LIST_A, change, CAUSE)).to.be.revertedWithCustomError(
      trust,
      'AccountLacks',
    )
    for (const by of [stranger, council, guardian]) {
      await expect(registry.connect(by).set(LIST_A, change, CAUSE))
        .to.be.revertedWithCustomError(trust, 'AccountUnknown')
        .withArgs(by.address)
    }
    await expect(registry.connect(statusA).set(LIST_A + 1n, change, CAUSE))
      .to.be.revertedWithCustomError(registry, 'ListUnknown')
      .withArgs(LIST_A + 1n)
    await trust.connect(guardian).deactivateOrganisation(1)
    await expect(registry.connect(statusA).set(LIST_A, change, CAUSE)).to.be.revertedWithCustomError(
      trust,
      'OrganisationInactive',
    )
  })
})

describe('StatusRegistry: daily limit', () => {
  const revoke = (from: number, count: number) =>
    ops(...Array.from({ length: count }, (_, i) => [from + i, VALID, INVALID] as const))

  it('applies to the whole day and starts again at midnight UTC', async () => {
    const { registry, statusA } = await fixture(listed)
    const by = registry.connect(statusA)
    await expect(by.set(LIST_A, revoke(0, DAILY_LIMIT + 1), CAUSE))
      .to.be.revertedWithCustomError(registry, 'DailyLimitExceeded')
      .withArgs(LIST_A, DAILY_LIMIT, 0, DAILY_LIMIT + 1)
    await by.set(LIST_A, revoke(0, DAILY_LIMIT - 1), CAUSE)
    await expect(by.set(LIST_A, revoke(100, 2), CAUSE))
      .to.be.revertedWithCustomError(registry, 'DailyLimitExceeded')
      .withArgs(LIST_A, DAILY_LIMIT, DAILY_LIMIT - 1, 2)
    await by.set(LIST_A, revoke(100, 1), CAUSE)
    const midnight = (Math.floor((await time.latest()) / 86_400) + 1) * 86_400
    await time.setNextBlockTimestamp(midnight - 1)
    await expect(by.set(LIST_A, revoke(101, 1), CAUSE)).to.be.revertedWithCustomError(registry, 'DailyLimitExceeded')
    await time.setNextBlockTimestamp(midnight)
    await by.set(LIST_A, revoke(101, DAILY_LIMIT), CAUSE)
    const { day, used } = await registry.lists(LIST_A)
    expect([day, used]).to.deep.equal([BigInt(midnight / 86_400), BigInt(DAILY_LIMIT)])
  })

  it('does not count suspensions', async () => {
    const { registry, statusA } = await fixture(listed)
    const all = Array.from({ length: 50 }, (_, i) => [i, VALID, SUSPENDED] as const)
    await registry.connect(statusA).set(LIST_A, ops(...all), CAUSE)
    expect((await registry.lists(LIST_A)).used).to.equal(0)
  })

  it('can be raised by the council, also for the present day', async () => {
    const { registry, statusA, council } = await fixture(listed)
    await registry.connect(statusA).set(LIST_A, revoke(0, DAILY_LIMIT), CAUSE)
    await expect(registry.connect(council).setDailyLimit(LIST_A, 12))
      .to.emit(registry, 'DailyLimitChanged')
      .withArgs(LIST_A, DAILY_LIMIT, 12)
    await registry.connect(statusA).set(LIST_A, revoke(20, 2), CAUSE)
    expect((await registry.lists(LIST_A)).slice(3, 6)).to.include(12n)
    await expect(registry.connect(council).setDailyLimit(9, 1))
      .to.be.revertedWithCustomError(registry, 'ListUnknown')
      .withArgs(9)
  })
})

describe('StatusRegistry: custodian', () => {
  it('can be replaced by the council; then only the new custodian can write', async () => {
    const { registry, statusA, bothB, council } = await fixture(listed)
    await registry.connect(statusA).set(LIST_A, ops([3, VALID, SUSPENDED]), CAUSE)
    await expect(registry.connect(council).setCustodian(LIST_A, 2))
      .to.emit(registry, 'CustodianChanged')
      .withArgs(LIST_A, 1, 2)
    await expect(registry.connect(bothB).set(LIST_A, ops([3, SUSPENDED, VALID]), CAUSE))
      .to.emit(registry, 'StatusesSet')
      .withArgs(LIST_A, 2, CAUSE, ops([3, SUSPENDED, VALID]), (chain: string) => chain.length === 66)
    await expect(registry.connect(statusA).set(LIST_A, ops([4, VALID, INVALID]), CAUSE))
      .to.be.revertedWithCustomError(registry, 'NotCustodian')
      .withArgs(LIST_A, 2, 1)
    expect((await registry.lists(LIST_A)).slice(0, 2)).to.deep.equal([1n, 2n])
  })

  it('must be an existing organisation, and the list must exist', async () => {
    const { registry, council } = await fixture(listed)
    for (const org of [0, 3]) {
      await expect(registry.connect(council).setCustodian(LIST_A, org))
        .to.be.revertedWithCustomError(registry, 'CustodianUnknown')
        .withArgs(org)
    }
    await expect(registry.connect(council).setCustodian(5, 1))
      .to.be.revertedWithCustomError(registry, 'ListUnknown')
      .withArgs(5)
  })
})

describe('StatusRegistry: getters', () => {
  it('refuse indexes outside the list', async () => {
    const { registry } = await fixture(listed)
    const words = CAPACITY / 128
    expect(await registry.wordsOf(LIST_A, words, 0)).to.equal('0x')
    expect(await registry.wordsOf(LIST_A, 0, words)).to.equal(`0x${'00'.repeat(CAPACITY / 4)}`)
    for (const [from, count] of [
      [0n, BigInt(words) + 1n],
      [BigInt(words) + 1n, 0n],
      [1n, 2n ** 256n - 1n],
    ] as const) {
      await expect(registry.wordsOf(LIST_A, from, count))
        .to.be.revertedWithCustomError(registry, 'WordsOutOfRange')
        .withArgs(LIST_A, from, count)
    }
    await expect(registry.statusOf(LIST_A, CAPACITY))
      .to.be.revertedWithCustomError(registry, 'IndexOutOfRange')
      .withArgs(LIST_A, CAPACITY, CAPACITY)
    await expect(registry.statusOf(8, 0)).to.be.revertedWithCustomError(registry, 'ListUnknown').withArgs(8)
    expect(await registry.words(LIST_A, bytes32(2n ** 200n))).to.equal(0)
  })
})
