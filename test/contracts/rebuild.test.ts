import { expect } from 'chai'
import type { BaseContract, EventFragment } from 'ethers'
import fc from 'fast-check'
import type { Hex } from '../../node/lib/bytes.ts'
import { decodeEvent } from '../../node/proof/registries/events.ts'
import { parseLog, type RegistryLog } from '../../node/proof/registries/log.ts'
import { ReplicaState } from '../../node/verifier/replica/state.ts'
import { type LoggedEvent, type Rebuilt, rebuild } from './support/rebuild.ts'
import { expectRecords } from './support/records.ts'
import {
  bytes32,
  CAPACITY,
  ethers,
  LIST_A,
  listed,
  NEVER,
  networkHelpers,
  ops,
  PURPOSE,
  PURPOSE_ID,
  provider,
  type Signer,
  time,
} from './support/world.ts'

/** `DOJANG_TEST_LONG=1`: more and longer histories. */
const LONG = process.env.DOJANG_TEST_LONG === '1'
const ACTS = LONG ? 300 : 120

const people = (await ethers.getSigners()).slice(0, 10) as Signer[]
// As `support/world.ts` casts them.
const [COUNCIL, GUARDIAN, ADMIN_A, ANCHOR_A, STATUS_A] = [2, 3, 4, 6, 7] as const

const org = fc.integer({ min: 0, max: 3 })
const person = fc.constantFrom(...people.map(({ address }) => address))
const word = fc.nat(5).map(bytes32)
const root = fc.nat(30).map(bytes32)
const name = fc.constantFrom('', '가나다', 'Ministry')
const list = fc.constantFrom(LIST_A, LIST_A, LIST_A, LIST_A + 1n, (2n << 32n) | 1n)
const purpose = fc.constantFrom(PURPOSE_ID, bytes32(1))
const start = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1_780_000_000, max: 2_100_000_000 }))
const end = fc.oneof(
  { weight: 3, arbitrary: fc.constant(NEVER) },
  fc.integer({ min: 1_780_000_000, max: 2_100_000_000 }),
)
const change = fc.constantFrom([0, 1], [0, 2], [2, 0], [2, 1], [1, 0], [1, 2], [0, 3]) as fc.Arbitrary<[number, number]>
const changes = fc
  .uniqueArray(fc.tuple(fc.nat(CAPACITY / 16), change), { minLength: 1, maxLength: 4, selector: ([index]) => index })
  .map(found => ops(...found.sort((a, b) => a[0] - b[0]).map(([index, [from, to]]) => [index, from, to] as const)))

/** Every function that changes anything, who usually calls it, and arguments few enough to meet one another. */
const FUNCTIONS: readonly (readonly [keyof Rebuilt, string, number, fc.Arbitrary<unknown[]>])[] = [
  ['trust', 'registerOrganisation', COUNCIL, fc.tuple(person, start, end, name, name, name)],
  ['trust', 'describeOrganisation', COUNCIL, fc.tuple(org, name, name)],
  ['trust', 'deactivateOrganisation', GUARDIAN, fc.tuple(org)],
  ['trust', 'renewOrganisation', COUNCIL, fc.tuple(org, start, end)],
  ['trust', 'setAdmin', COUNCIL, fc.tuple(org, person)],
  ['trust', 'grant', COUNCIL, fc.tuple(org, fc.constantFrom(PURPOSE, 'report-loss'), start, end)],
  ['trust', 'withdraw', GUARDIAN, fc.tuple(org, purpose)],
  ['trust', 'registerKey', COUNCIL, fc.tuple(org, word, end, fc.nat(140))],
  ['trust', 'retireKey', ADMIN_A, fc.tuple(word, fc.oneof(fc.constant(0), end))],
  ['trust', 'distrustKey', ADMIN_A, fc.tuple(word, fc.integer({ min: 0, max: 1_900_000_000 }))],
  ['trust', 'registerAccount', COUNCIL, fc.tuple(org, person, fc.nat(4))],
  ['trust', 'stopAccount', GUARDIAN, fc.tuple(person)],
  ['log', 'anchor', ANCHOR_A, fc.tuple(purpose, root, fc.nat(100), word)],
  ['log', 'disown', ADMIN_A, fc.tuple(org, purpose, root)],
  ['registry', 'openList', STATUS_A, fc.tuple(fc.constantFrom(128, 1024, 100), fc.nat(20))],
  ['registry', 'set', STATUS_A, fc.tuple(list, changes, word)],
  ['registry', 'set', STATUS_A, fc.tuple(fc.constant(LIST_A), changes, word)],
  ['registry', 'setDailyLimit', COUNCIL, fc.tuple(list, fc.nat(50))],
  ['registry', 'setCustodian', COUNCIL, fc.tuple(list, org)],
]

/** Rare, or little would be left to happen. */
const STOPS = ['deactivateOrganisation', 'withdraw', 'stopAccount', 'setAdmin', 'setCustodian']

const act = fc.oneof(
  ...FUNCTIONS.map(([contract, call, usual, args]) => ({
    weight: STOPS.includes(call) ? 1 : 5,
    arbitrary: fc.record({
      contract: fc.constant(contract),
      call: fc.constant(call),
      by: fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, fc.nat(people.length - 1)),
      args,
      later: fc.constantFrom(1, 1, 1, 3600, 86_400),
    }),
  })),
)

type World = Awaited<ReturnType<typeof listed>>
const contractsOf = (world: World): Record<keyof Rebuilt, BaseContract> => ({
  trust: world.trust,
  log: world.log,
  registry: world.registry,
})

const REGISTRY = { trust: 'trustRegistry', log: 'anchorLog', registry: 'statusRegistry' } as const

/** All that the registries ever logged, in order. */
async function history(world: World): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = []
  for (const [contract, { target }] of Object.entries(contractsOf(world)) as [keyof Rebuilt, BaseContract][]) {
    const logs = await ethers.provider.getLogs({ address: target as string, fromBlock: 0, toBlock: 'latest' })
    for (const log of logs) {
      const event = decodeEvent({ registry: REGISTRY[contract], ...parseLog(log) })
      if (!event) throw new Error(`unknown event ${log.topics[0]}`)
      events.push({ contract, event, time: Number((await log.getBlock()).timestamp) })
    }
  }
  return events
}

/** A replica that is fed the raw logs holds exactly what storage does, too. */
async function expectReplica(world: World, chainId: number): Promise<void> {
  const contracts = { trustRegistry: world.trust, anchorLog: world.log, statusRegistry: world.registry }
  const address = world.addresses.statusRegistry.toLowerCase() as Hex
  const replica = new ReplicaState({ chainId, contracts: { statusRegistry: { address } } })
  const roots: [string, Hex][] = []
  for (const [registry, { target }] of Object.entries(contracts)) {
    const logs = await ethers.provider.getLogs({ address: target as string, fromBlock: 0, toBlock: 'latest' })
    for (const log of logs) {
      const raw = { registry: registry as RegistryLog['registry'], ...parseLog(log) }
      replica.apply({ height: log.blockNumber, time: Number((await log.getBlock()).timestamp), logs: [raw] })
    }
    const params = [target as string, [], 'latest']
    roots.push([
      registry,
      ((await provider.request({ method: 'eth_getProof', params })) as { storageHash: Hex }).storageHash,
    ])
  }
  replica.prove(Object.fromEntries(roots) as Parameters<ReplicaState['prove']>[0])
}

async function expectRebuilt(world: World): Promise<readonly LoggedEvent[]> {
  const { chainId } = await ethers.provider.getNetwork()
  await expectReplica(world, Number(chainId))
  const events = await history(world)
  const { anchorLog, statusRegistry } = world.addresses
  const state = rebuild(events, { chainId: Number(chainId), anchorLog, statusRegistry })
  for (const [contract, { target }] of Object.entries(contractsOf(world)) as [keyof Rebuilt, BaseContract][]) {
    for (const [slot, value] of state[contract].entries()) {
      expect(BigInt(await ethers.provider.getStorage(target, slot)), `${contract} slot ${slot}`).to.equal(value)
    }
    // Equal roots: there is no slot that the logs do not tell of.
    const { storageHash } = (await provider.request({
      method: 'eth_getProof',
      params: [target as string, [], 'latest'],
    })) as { storageHash: Hex }
    expect(state[contract].root, contract).to.equal(storageHash)
  }
  await expectRecords(
    contractsOf(world),
    events.map(({ event }) => event),
  )
  return events
}

describe('state rebuilt from logs', () => {
  it('equals storage after a history with every event', async () => {
    const world = await networkHelpers.loadFixture(listed)
    const { council, guardian, adminA, anchorA, statusA, stranger } = world
    const trust = world.trust.connect(council)
    const key = bytes32(77)
    await trust.describeOrganisation(2, 'B again', '{"en":"B"}')
    await trust.setAdmin(2, stranger)
    await trust.registerKey(1, key, NEVER, 3)
    await world.trust.connect(adminA).retireKey(key, 0)
    await world.trust.connect(adminA).distrustKey(key, 1_000_000_000)
    await world.log.connect(anchorA).anchor(PURPOSE_ID, bytes32(5), 16, bytes32(6))
    await world.log.connect(adminA).disown(1, PURPOSE_ID, bytes32(5))
    await world.registry.connect(statusA).set(LIST_A, ops([0, 0, 1], [130, 0, 2], [1023, 0, 1]), bytes32(9))
    await world.registry.connect(council).setDailyLimit(LIST_A, 1)
    await world.registry.connect(council).setCustodian(LIST_A, 2)
    await world.trust.connect(guardian).withdraw(1, PURPOSE_ID)
    await world.trust.connect(guardian).stopAccount(statusA)
    await world.trust.connect(guardian).deactivateOrganisation(1)
    await trust.renewOrganisation(1, 0, NEVER)

    const seen = new Set((await expectRebuilt(world)).map(({ event }) => event.type))
    const declared = Object.values(contractsOf(world)).flatMap(({ interface: abi }) =>
      abi.fragments.filter(fragment => fragment.type === 'event').map(fragment => (fragment as EventFragment).name),
    )
    expect([...seen]).to.have.members([...new Set(declared)])
  })

  it('equals storage, in each slot and by its root, after a random history of all accounts', async function () {
    this.timeout(LONG ? 3_600_000 : 60_000)
    let succeeded = 0
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: ACTS, maxLength: ACTS }), async acts => {
        const world = await networkHelpers.loadFixture(listed)
        const contracts = contractsOf(world)
        for (const { contract, call, by, args, later } of acts) {
          await time.setNextBlockTimestamp((await time.latest()) + later)
          const connected = contracts[contract].connect(people[by] as Signer) as BaseContract
          // Fixed gas: an estimate would already refuse what is to revert in a block.
          await connected
            .getFunction(call)(...args, { gasLimit: 1_000_000 })
            .then(
              () => (succeeded += 1),
              () => undefined,
            )
        }
        await expectRebuilt(world)
      }),
      { numRuns: LONG ? 200 : 8 },
    )
    // A history of reverts alone would prove nothing.
    expect(succeeded).to.be.greaterThan(120)
  })
})
