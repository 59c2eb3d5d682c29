import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types'
import { id } from 'ethers'
import { network } from 'hardhat'
import type { Hex } from '../../../node/lib/bytes.ts'
import { encodeHandOver } from '../../../node/registries/governance/governance.ts'
import {
  AnchorLog__factory,
  Governance__factory,
  StatusRegistry__factory,
  TrustRegistry__factory,
} from '../../../typechain-types/index.js'

export const { ethers, networkHelpers, provider, networkConfig } = await network.create()
/** Of the EVM that the tests run on. */
export const rules = 'hardfork' in networkConfig ? networkConfig.hardfork : undefined
export const { time } = networkHelpers

export const PURPOSE = 'issue:urn:test:card:1'
export const PURPOSE_ID = id(PURPOSE)
export const NEVER = 2n ** 40n - 1n
export const CREDENTIAL = 1
export const ANCHOR = 1
export const STATUS = 2
export const [VALID, INVALID, SUSPENDED] = [0, 1, 2] as const

export const bytes32 = (n: number | bigint): Hex => `0x${n.toString(16).padStart(64, '0')}`
export const KEY = bytes32(0xbeef)
export const ROOT = bytes32(0xabc)
export const MANIFEST = bytes32(0x123)
export const CAUSE = bytes32(0xcafe)

/** Names the four bytes of each op: index, from, to. */
export const ops = (...list: readonly (readonly [index: number, from: number, to: number])[]): Hex =>
  `0x${list.map(([index, from, to]) => ((index * 256 + from * 16 + to) >>> 0).toString(16).padStart(8, '0')).join('')}`

export type Signer = HardhatEthersSigner
type Eleven<T> = [T, T, T, T, T, T, T, T, T, T, T]

/** Contracts alone, with the deployer still ADMIN. */
export async function bare() {
  const [deployer, admin, council, guardian, adminA, adminB, anchorA, statusA, bothB, stranger, slowCouncil] =
    (await ethers.getSigners()) as Eleven<Signer>
  const governance = await new Governance__factory(deployer).deploy(deployer.address)
  const at = await governance.getAddress()
  const trust = await new TrustRegistry__factory(deployer).deploy(at)
  const trustAt = await trust.getAddress()
  const log = await new AnchorLog__factory(deployer).deploy(at, trustAt)
  const registry = await new StatusRegistry__factory(deployer).deploy(at, trustAt)
  const addresses = {
    accessManager: at as Hex,
    trustRegistry: trustAt as Hex,
    anchorLog: (await log.getAddress()) as Hex,
    statusRegistry: (await registry.getAddress()) as Hex,
  }
  const signers = { deployer, admin, council, guardian, adminA, adminB, anchorA, statusA, bothB, stranger, slowCouncil }
  return { governance, trust, log, registry, addresses, ...signers }
}

/** Handed over; COUNCIL without delay, so that a test can act in one step. */
export const governed = () => handedOver(0)

/** Handed over, with two days' delay for COUNCIL and ADMIN. */
export const delayed = () => handedOver(DELAY)
export const DELAY = 2 * 86_400

async function handedOver(delay: number) {
  const world = await bare()
  const { admin, council, guardian, deployer, governance, addresses } = world
  const officers = {
    admin: admin.address as Hex,
    council: council.address as Hex,
    guardian: guardian.address as Hex,
    delay,
  }
  await deployer.sendTransaction({
    to: governance,
    data: encodeHandOver(addresses, officers, deployer.address as Hex),
  })
  return world
}

/**
 * Two organisations, A = 1 and B = 2, both accredited for PURPOSE until END: A with an ANCHOR and a STATUS account, B
 * with one for both.
 */
export async function settled() {
  const world = await governed()
  const { council, adminA, adminB, anchorA, statusA, bothB } = world
  const trust = world.trust.connect(council)
  const end = BigInt(await time.latest()) + 1_000_000n
  for (const [i, admin] of [adminA, adminB].entries()) {
    await trust.registerOrganisation(admin, 0, NEVER, `Organisation ${'AB'[i]}`, `https://${'ab'[i]}.test`, '{}')
    await trust.grant(i + 1, PURPOSE, 0, end)
  }
  await trust.registerAccount(1, anchorA, ANCHOR)
  await trust.registerAccount(1, statusA, STATUS)
  await trust.registerAccount(2, bothB, ANCHOR | STATUS)
  await trust.registerKey(1, KEY, end, CREDENTIAL)
  return { ...world, end }
}

export const LIST_A = (1n << 32n) | 1n
export const CAPACITY = 1024
export const DAILY_LIMIT = 10

/** With a status list of A, at noon of a UTC day. */
export async function listed() {
  const world = await settled()
  await time.increaseTo((Math.floor((await time.latest()) / 86_400) + 1) * 86_400 + 43_200)
  await world.registry.connect(world.statusA).openList(CAPACITY, DAILY_LIMIT)
  return world
}
