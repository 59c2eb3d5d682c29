/**
 * Who may call what: every function of every deployed contract, by its signature. A function that is not here fails the
 * authorisation test, and so does one that is here and no longer exists.
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

export interface Entry {
  readonly may: readonly Actor[]
  /** May do it after having announced it. */
  readonly later?: readonly Actor[]
  /** Refuses without an error of its own. */
  readonly silently?: true
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

const everybody = (args: Entry['args'] = () => []): Entry => ({ may: ACTORS, args })
const nobody = (args: Entry['args']): Entry => ({ may: [], args })
const council = (args: Entry['args']): Entry => ({ may: ['council'], later: ['slowCouncil'], args })
const guardian = (args: Entry['args']): Entry => ({ may: ['guardian'], args })
const admin = (args: Entry['args']): Entry => ({ may: ['admin'], args })
/** On what belongs to A. */
const owner = (args: Entry['args']): Entry => ({ may: ['guardian', 'adminA'], args })
const list = () => [LIST_A]
const registry = (world: World) => [world.addresses.statusRegistry]

const managed = {
  'authority()': everybody(),
  'isConsumingScheduledOp()': everybody(),
  'setAuthority(address)': nobody(({ addresses }) => [addresses.accessManager]),
}

export const MATRIX: Readonly<Record<ContractName, Readonly<Record<string, Entry>>>> = {
  trustRegistry: {
    ...managed,
    'registerOrganisation(address,uint40,uint40,string,string,string)': council(world => [
      world.stranger,
      0,
      NEVER,
      'C',
      '',
      '',
    ]),
    'describeOrganisation(uint32,string,string)': council(() => [1, 'A', '']),
    'deactivateOrganisation(uint32)': guardian(() => [1]),
    'renewOrganisation(uint32,uint40,uint40)': council(() => [1, 0, NEVER]),
    'setAdmin(uint32,address)': council(world => [1, world.stranger]),
    'grant(uint32,string,uint40,uint40)': council(() => [1, PURPOSE, 0, NEVER]),
    'withdraw(uint32,bytes32)': guardian(() => [1, PURPOSE_ID]),
    'registerKey(uint32,bytes32,uint40,uint8)': council(() => [1, bytes32(7), NEVER, 1]),
    'retireKey(bytes32,uint40)': owner(() => [KEY, 0]),
    'distrustKey(bytes32,uint40)': owner(() => [KEY, 1]),
    'registerAccount(uint32,address,uint8)': council(world => [1, world.stranger, 1]),
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
      args: () => [PURPOSE_ID, bytes32(99), 16, MANIFEST],
    },
    'disown(uint32,bytes32,bytes32)': owner(() => [1, PURPOSE_ID, ROOT]),
    'receipts(uint32,bytes32,bytes32)': everybody(() => [1, PURPOSE_ID, ROOT]),
    'heads(uint32)': everybody(() => [1]),
  },
  statusRegistry: {
    ...managed,
    'trust()': everybody(),
    'openList(uint32,uint32)': { may: ['statusA', 'bothB'], args: () => [128, 1] },
    'set(uint64,bytes,bytes32)': { may: ['statusA'], args: () => [LIST_A, ops([1, 0, 2]), CAUSE] },
    'setDailyLimit(uint64,uint32)': council(() => [LIST_A, 5]),
    'setCustodian(uint64,uint32)': council(() => [LIST_A, 2]),
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
      args: ({ trust, other }) => [trust, other, 0],
    },
    'execute(address,bytes)': council(({ trust, other }) => [trust, other]),
    'cancel(address,address,bytes)': {
      may: ['slowCouncil', 'guardian', 'admin'],
      args: ({ slowCouncil, trust, announced }) => [slowCouncil, trust, announced],
    },
    // For the registries alone, while they carry out what was announced: it asks its caller, which has no answer.
    'consumeScheduledOp(address,bytes)': {
      may: [],
      silently: true,
      args: ({ slowCouncil, announced }) => [slowCouncil, announced],
    },
    // Each inner call as its caller.
    'multicall(bytes[])': admin(({ governance, stranger }) => [
      [governance.interface.encodeFunctionData('grantRole', [2, stranger.address, 0])],
    ]),
    'labelRole(uint64,string)': admin(() => [5, 'AUDITOR']),
    'grantRole(uint64,address,uint32)': admin(world => [1, world.stranger, 0]),
    'revokeRole(uint64,address)': admin(world => [2, world.guardian]),
    // Only its own.
    'renounceRole(uint64,address)': guardian(world => [2, world.guardian]),
    'setRoleAdmin(uint64,uint64)': admin(() => [1, 2]),
    'setRoleGuardian(uint64,uint64)': admin(() => [1, 0]),
    'setGrantDelay(uint64,uint32)': admin(() => [1, 60]),
    'setTargetAdminDelay(address,uint32)': admin(world => [...registry(world), 60]),
    'setTargetClosed(address,bool)': admin(world => [...registry(world), true]),
    'setTargetFunctionRole(address,bytes4[],uint64)': admin(world => [...registry(world), ['0x12345678'], 1]),
    'updateAuthority(address,address)': admin(world => [...registry(world), world.addresses.accessManager]),
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
