/**
 * Checks whether an act could be executed after its delay, because Governance accepts any bytes as an announcement. The
 * checks use the ledger's present state. At the execution the contract decides with the state at that time.
 */
import { id } from 'ethers'
import type { Hex } from '../../lib/bytes.ts'
import { unreachable } from '../../lib/errors.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import type { Interval } from '../../proof/registries/interval.ts'
import { purposeHash } from '../../proof/registries/purpose.ts'
import type { ActKind } from '../../registries/governance/acts.ts'
import { isPending, type Proposal } from '../../registries/governance/council.ts'
import { Role } from '../../registries/governance/governance.ts'
import { readAccount, readGrant, readKey, readList, readOrganisation, readRole } from '../../registries/reads.ts'
import { CliError } from '../errors.ts'
import { type Bilingual, formatTime } from '../terminal.ts'
import type { OpenRegistries } from './open-registries.ts'
import { PUBLIC_ROLE } from './sentences.ts'

/** Acts that begin a term. */
const STARTS = ['registerOrganisation', 'renewOrganisation', 'grant', 'registerKey']
/** Governance lets no role call it. `updateAuthority`, which the guardian can cancel, has the same effect. */
const SET_AUTHORITY = id('setAuthority(address)').slice(0, 10)
/** Roles that AccessManager does not allow these functions to change. */
const LOCKED: Readonly<Record<string, readonly bigint[]>> = {
  labelRole: [Role.ADMIN, PUBLIC_ROLE],
  setRoleAdmin: [Role.ADMIN, PUBLIC_ROLE],
  setRoleGuardian: [Role.ADMIN, PUBLIC_ROLE],
  grantRole: [PUBLIC_ROLE],
  revokeRole: [PUBLIC_ROLE],
  setGrantDelay: [PUBLIC_ROLE],
}

/**
 * @param values in the order of the function's inputs
 * @param earliest when the act can be executed
 * @returns warnings of a refusal that depends on what happens until then
 * @throws {CliError} CLI_USAGE if the act must fail
 */
export async function checkProposal(
  registries: OpenRegistries,
  { name, fragment: { inputs } }: ActKind,
  values: readonly unknown[],
  earliest: UnixSeconds,
): Promise<readonly Bilingual[]> {
  const args = Object.fromEntries(inputs.map((input, i) => [input.name, values[i]]))
  const org = args.org === undefined ? null : Number(args.org)
  const organisation = org === null ? null : await readOrganisation(registries, org)
  if (org !== null && !organisation) throw refused(`there is no organisation ${org} yet`)
  if (args.list !== undefined && !(await readList(registries, args.list as bigint))) {
    const list = args.list as bigint
    throw refused(`there is no status list ${list >> 32n}/${list & 0xffffffffn}`)
  }
  if (STARTS.includes(name)) checkTerm(Number(args.from ?? 0), Number(args.until), earliest)
  if (LOCKED[name]?.includes(args.roleId as bigint))
    throw refused('AccessManager does not allow this change of the role')

  switch (name) {
    case 'setTargetFunctionRole':
      if ((args.selectors as readonly string[]).includes(SET_AUTHORITY)) throw refused('nobody may call setAuthority')
      return []
    case 'registerKey': {
      const key = await readKey(registries, args.keyId as Hex)
      if (key) throw refused(`this key already belongs to organisation ${key.org}, and a key is registered only once`)
      return []
    }
    case 'registerAccount': {
      const account = await readAccount(registries, args.account as Hex)
      if (account && account.org !== org)
        throw refused(`this account permanently belongs to organisation ${account.org}`)
      return []
    }
    case 'updateAuthority': {
      const code = await registries.ledger.request('eth_getCode', [args.newAuthority, 'latest'])
      if (code === '0x') throw refused(`there is no contract at ${args.newAuthority}`)
      return []
    }
    case 'renewOrganisation':
      return running(organisation, Number(args.from), earliest)
    case 'grant':
      return running(
        await readGrant(registries, Number(org), purposeHash(args.purpose as string)),
        Number(args.from),
        earliest,
      )
    case 'labelRole':
    case 'grantRole':
    case 'revokeRole':
    case 'setRoleAdmin':
    case 'setRoleGuardian':
    case 'setGrantDelay':
    case 'setTargetAdminDelay':
    case 'setTargetClosed':
    case 'registerOrganisation':
    case 'describeOrganisation':
    case 'setAdmin':
    case 'deactivateOrganisation':
    case 'withdraw':
    case 'retireKey':
    case 'distrustKey':
    case 'stopAccount':
    case 'disown':
    case 'setDailyLimit':
    case 'setCustodian':
      return []
    default:
      return unreachable(name)
  }
}

/** @param from 0 = the moment of execution */
function checkTerm(from: UnixSeconds, until: UnixSeconds, earliest: UnixSeconds): void {
  if (from !== 0 && from < earliest) {
    throw refused(
      `its start, ${formatTime(from)}, will have passed, because it can be executed only from ${formatTime(earliest)}`,
    )
  }
  if (until <= Math.max(from, earliest)) {
    throw refused(`it would end ${until === 0 ? 'at once' : `at ${formatTime(until)}`}, before it begins`)
  }
}

/** A running term is extended, not replaced. To extend it, `from` must be omitted. */
function running(term: Interval | null, from: UnixSeconds, earliest: UnixSeconds): readonly Bilingual[] {
  if (!term || from === 0 || term.from > earliest || term.until <= earliest) return []
  const end = formatTime(term.until)
  return [
    {
      ko: `⚠ 지금의 기간이 ${end}까지 계속됩니다. 그 전에는 from이 있는 이 행위가 거부됩니다(TermRunning). 연장하려면 from을 빼십시오.`,
      en: `⚠ The present term runs until ${end}. Before that, this act is refused (TermRunning), because it has a from. Omit from to extend the term.`,
    },
  ]
}

/** Pending proposals of other members for the same act. Without a warning the act would be executed twice. */
export function duplicatesOf(
  proposals: readonly Proposal[],
  { target, data, proposer }: Pick<Proposal, 'target' | 'data' | 'proposer'>,
): readonly Bilingual[] {
  return proposals
    .filter(one => isPending(one) && one.target === target && one.data === data && one.proposer !== proposer)
    .map(one => ({
      ko: `⚠ ${one.proposer}도 같은 행위를 공고해 두었습니다(${one.operation.slice(0, 14)}). 둘 다 실행되면 두 번 일어납니다. 하나를 취소하십시오.`,
      en: `⚠ ${one.proposer} has announced the same act (${one.operation.slice(0, 14)}). If both are executed, it takes effect twice: cancel one of them.`,
    }))
}

/** Governance identifies an announced act by its caller, so only the key that announced it may execute it. */
export function requireOwn({ proposer, operation }: Proposal, account: string): void {
  if (proposer === account.toLowerCase()) return
  throw new CliError(
    { code: 'CLI_USAGE' },
    `${operation} was announced by ${proposer}: only that key can execute it. Nothing was sent.`,
  )
}

/** The later of `now` and the ledger's time, which the contracts use. */
export async function timeOf({ ledger }: OpenRegistries, now: UnixSeconds): Promise<UnixSeconds> {
  const head = (await ledger.request('eth_getBlockByNumber', ['latest', false])) as { timestamp: Hex }
  return Math.max(now, Number(head.timestamp))
}

/**
 * The delay between announcement and execution, in seconds.
 * @throws {CliError} CLI_USAGE with a reason, where Governance would only report that the account is not authorised
 */
export async function delayOf(registries: OpenRegistries, { role, fragment }: ActKind, account: Hex): Promise<number> {
  const { member, delay } = await readRole(registries, Role[role], account)
  if (member && delay > 0) return delay
  const why = member
    ? `${account} may do ${fragment.name} at once: use "dojang council act ${fragment.name} …".`
    : `${account} does not have the role ${role}, which ${fragment.name} needs. Name the key of a member with --key FILE.`
  throw new CliError({ code: 'CLI_USAGE' }, why)
}

const refused = (why: string): CliError =>
  new CliError({ code: 'CLI_USAGE' }, `This act could not be executed: ${why}. Nothing was sent.`)
