/**
 * The authorisation matrix: the allowed callers of every function of every deployed contract, by signature. The test fails if
 * a function is missing here, or if one is listed that does not exist.
 */
import type { ContractName } from '../../../node/proof/profile.ts'
import { bytes32, CAUSE, DELAY, KEY, LIST_A, listed, MANIFEST, NEVER, ops, PURPOSE, PURPOSE_ID, ROOT } from './world.ts'

/** Organisation 1 is A, 2 is B; `admin` holds ADMIN, `adminA` and `adminB` administer their organisation. */
export const ACTORS = [
  'council',
  'slowCouncil',
  'guardian',
  'admin',
  'adminA',
  'adminB',
  'anchorA',
  'statusA',
  'bothB',
  'deployer',
  'stranger',
] as const
export type Actor = (typeof ACTORS)[number]

export type World = Awaited<ReturnType<typeof ruled>>

/**
 * The result if a member of COUNCIL or ADMIN with a delay announces the operation:
 * - `cancellable`: GUARDIAN can cancel it
 * - `for good`: GUARDIAN cannot cancel it
 * - `idle`: GUARDIAN cannot cancel it, but it has no effect, because Governance executes it in its own name
 * - `refused`: nobody can announce it
 */
export type Announced = 'cancellable' | 'for good' | 'idle' | 'refused'

export interface Entry {
  readonly may: readonly Actor[]
  /** May do it after having announced it. */
  readonly later?: readonly Actor[]
  /** Refuses without an error of its own. */
  readonly silently?: true
  readonly announced: Announced
  /** With these, all who may succeed. */
  readonly args: (world: World) => readonly unknown[]
}

/** A's receipt and list; a second member of COUNCIL whose acts have a delay, and one act that it announced. */
export async function ruled() {
  const world = await listed()
  const { governance, admin, council, trust, log, anchorA, slowCouncil } = world
  await governance.connect(admin).grantRole(1, slowCouncil, DELAY)
  await log.connect(anchorA).anchor(PURPOSE_ID, ROOT, 16, MANIFEST)
  const encode = trust.interface.encodeFunctionData.bind(trust.interface)
  const announced = encode('grant', [1, 'report-loss', 0, NEVER])
  await governance.connect(slowCouncil).schedule(trust, announced, 0)
  const other = encode('grant', [2, 'report-loss', 0, NEVER])
  return { ...world, council, announced, other }
}

const everybody = (args: Entry['args'] = () => []): Entry => ({ may: ACTORS, announced: 'idle', args })
const council = (announced: Announced, args: Entry['args']): Entry => ({
  may: ['council'],
  later: ['slowCouncil'],
  announced,
  args,
})
const guardian = (args: Entry['args']): Entry => ({ may: ['guardian'], announced: 'refused', args })
const admin = (announced: Announced, args: Entry['args']): Entry => ({ may: ['admin'], announced, args })
/** On what belongs to A. */
const owner = (args: Entry['args']): Entry => ({ may: ['guardian', 'adminA'], announced: 'refused', args })
const list = () => [LIST_A]
const registry = (world: World) => [world.addresses.statusRegistry]

const managed: Readonly<Record<string, Entry>> = {
  'authority()': everybody(),
  'isConsumingScheduledOp()': everybody(),
  'setAuthority(address)': { may: [], announced: 'refused', args: ({ addresses }) => [addresses.accessManager] },
}

export const MATRIX: Readonly<Record<ContractName, Readonly<Record<string, Entry>>>> = {
  trustRegistry: {
    ...managed,
    'registerOrganisation(address,uint40,uint40,string,string,string)': council('cancellable', world => [
      world.stranger,
      0,
      NEVER,
      'C',
      '',
      '',
    ]),
    'describeOrganisation(uint32,string,string)': council('cancellable', () => [1, 'A', '']),
    'deactivateOrganisation(uint32)': guardian(() => [1]),
    'renewOrganisation(uint32,uint40,uint40)': council('cancellable', () => [1, 0, NEVER]),
    'setAdmin(uint32,address)': council('cancellable', world => [1, world.stranger]),
    'grant(uint32,string,uint40,uint40)': council('cancellable', () => [1, PURPOSE, 0, NEVER]),
    'withdraw(uint32,bytes32)': guardian(() => [1, PURPOSE_ID]),
    'registerKey(uint32,bytes32,uint40,uint8)': council('cancellable', () => [1, bytes32(7), NEVER, 1]),
    'retireKey(bytes32,uint40)': owner(() => [KEY, 0]),
    'distrustKey(bytes32,uint40)': owner(() => [KEY, 1]),
    'registerAccount(uint32,address,uint8)': council('cancellable', world => [1, world.stranger, 1]),
    'stopAccount(address)': owner(world => [world.statusA]),
    'organisationCount()': everybody(),
    'organisations(uint32)': everybody(() => [1]),
    'grants(uint32,bytes32)': everybody(() => [1, PURPOSE_ID]),
    'keys(bytes32)': everybody(() => [KEY]),
    'accounts(address)': everybody(world => [world.statusA]),
    'isGranted(uint32,bytes32,uint40)': everybody(() => [1, PURPOSE_ID, 0]),
    'isAdmin(uint32,address)': everybody(world => [1, world.adminA]),
    'requireAnchor(address,bytes32)': everybody(world => [world.anchorA, PURPOSE_ID]),
    'requireStatus(address)': everybody(world => [world.statusA]),
  },
  anchorLog: {
    ...managed,
    'trust()': everybody(),
    // Each for its own organisation.
    'anchor(bytes32,bytes32,uint32,bytes32)': {
      may: ['anchorA', 'bothB'],
      announced: 'idle',
      args: () => [PURPOSE_ID, bytes32(99), 16, MANIFEST],
    },
    'disown(uint32,bytes32,bytes32)': owner(() => [1, PURPOSE_ID, ROOT]),
    'receipts(uint32,bytes32,bytes32)': everybody(() => [1, PURPOSE_ID, ROOT]),
    'heads(uint32)': everybody(() => [1]),
  },
  statusRegistry: {
    ...managed,
    'trust()': everybody(),
    'openList(uint32,uint32)': { may: ['statusA', 'bothB'], announced: 'idle', args: () => [128, 1] },
    'set(uint64,bytes,bytes32)': { may: ['statusA'], announced: 'idle', args: () => [LIST_A, ops([1, 0, 2]), CAUSE] },
    'setDailyLimit(uint64,uint32)': council('cancellable', () => [LIST_A, 5]),
    'setCustodian(uint64,uint32)': council('cancellable', () => [LIST_A, 2]),
    'listCount(uint32)': everybody(() => [1]),
    'lists(uint64)': everybody(list),
    'words(uint64,uint256)': everybody(() => [LIST_A, 0]),
    'wordsOf(uint64,uint256,uint256)': everybody(() => [LIST_A, 0, 1]),
    'statusOf(uint64,uint256)': everybody(() => [LIST_A, 0]),
  },
  accessManager: {
    'schedule(address,bytes,uint48)': {
      // Without a delay there is nothing to announce.
      may: ['slowCouncil'],
      announced: 'idle',
      args: ({ trust, other }) => [trust, other, 0],
    },
    'execute(address,bytes)': council('idle', ({ trust, other }) => [trust, other]),
    'cancel(address,address,bytes)': {
      may: ['slowCouncil', 'guardian', 'admin'],
      announced: 'idle',
      args: ({ slowCouncil, trust, announced }) => [slowCouncil, trust, announced],
    },
    // For the registries alone, while they carry out what was announced: it asks its caller, which has no answer.
    'consumeScheduledOp(address,bytes)': {
      may: [],
      announced: 'idle',
      silently: true,
      args: ({ slowCouncil, announced }) => [slowCouncil, announced],
    },
    // Each inner call as its caller.
    'multicall(bytes[])': admin('idle', ({ governance, stranger }) => [
      [governance.interface.encodeFunctionData('grantRole', [2, stranger.address, 0])],
    ]),
    'labelRole(uint64,string)': admin('cancellable', () => [5, 'AUDITOR']),
    'grantRole(uint64,address,uint32)': admin('cancellable', world => [1, world.stranger, 0]),
    'revokeRole(uint64,address)': admin('for good', world => [2, world.guardian]),
    // Only its own.
    'renounceRole(uint64,address)': { may: ['guardian'], announced: 'idle', args: world => [2, world.guardian] },
    'setRoleAdmin(uint64,uint64)': admin('cancellable', () => [1, 2]),
    'setRoleGuardian(uint64,uint64)': admin('for good', () => [1, 0]),
    'setGrantDelay(uint64,uint32)': admin('cancellable', () => [1, 60]),
    'setTargetAdminDelay(address,uint32)': admin('cancellable', world => [...registry(world), 60]),
    'setTargetClosed(address,bool)': admin('cancellable', world => [...registry(world), true]),
    'setTargetFunctionRole(address,bytes4[],uint64)': admin('cancellable', world => [
      ...registry(world),
      ['0x12345678'],
      1,
    ]),
    'updateAuthority(address,address)': admin('cancellable', world => [
      ...registry(world),
      world.addresses.accessManager,
    ]),
    'ADMIN_ROLE()': everybody(),
    'PUBLIC_ROLE()': everybody(),
    'canCall(address,address,bytes4)': everybody(world => [world.council, ...registry(world), '0x12345678']),
    'expiration()': everybody(),
    'minSetback()': everybody(),
    'getAccess(uint64,address)': everybody(world => [1, world.council]),
    'getNonce(bytes32)': everybody(() => [bytes32(1)]),
    'getRoleAdmin(uint64)': everybody(() => [1]),
    'getRoleGrantDelay(uint64)': everybody(() => [1]),
    'getRoleGuardian(uint64)': everybody(() => [1]),
    'getSchedule(bytes32)': everybody(() => [bytes32(1)]),
    'getTargetAdminDelay(address)': everybody(registry),
    'getTargetFunctionRole(address,bytes4)': everybody(world => [...registry(world), '0x12345678']),
    'hasRole(uint64,address)': everybody(world => [1, world.council]),
    'hashOperation(address,address,bytes)': everybody(world => [world.council, ...registry(world), '0x12345678']),
    'isTargetClosed(address)': everybody(registry),
  },
}
