/** An act as one sentence, in both languages: what whoever reads it is about to decide. */
import { ACTS, type Act } from '../../ledger/acts.ts'
import type { AbiValue } from '../../ledger/contracts.ts'
import { Role } from '../../ledger/governance.ts'
import { Capability, KeyUse, NEVER } from '../../ledger/reads.ts'
import { quoted } from '../../lib/quoted.ts'
import { type Bilingual, formatTime } from '../terminal.ts'

/** @param names of organisations, by number */
export function sentenceOf(act: Act | null, names: ReadonlyMap<number, string>): Bilingual {
  const write = act && WRITERS[act.name]
  if (!act || !write) {
    return {
      ko: '⚠ 이 프로그램이 모르는 행위입니다. 내용을 확인할 수 없으면 취소하십시오.',
      en: '⚠ An act that this program does not know. Cancel it unless you can find out what it does.',
    }
  }
  const { args } = act
  return write({
    args,
    org: organisation(args.org, names),
    from: span(args.from, { ko: '지금부터', en: 'from now on' }, { ko: '부터', en: 'from' }),
    until: end(args.until),
  })
}

interface Words {
  readonly args: Act['args']
  readonly org: Bilingual
  readonly from: Bilingual
  readonly until: Bilingual
}

const WRITERS: Readonly<Record<string, (words: Words) => Bilingual>> = {
  registerOrganisation: ({ args, from, until }) => ({
    ko: `기관 등록: ${quoted(args.name)} (발급자 URL ${args.issuer ? quoted(args.issuer) : '없음'}, 관리자 ${args.admin}), ${from.ko} ${until.ko}`,
    en: `Admit the organisation ${quoted(args.name)} (issuer URL ${args.issuer ? quoted(args.issuer) : 'none'}, administrator ${args.admin}), ${from.en}, ${until.en}`,
  }),
  describeOrganisation: ({ args, org }) => ({
    ko: `${org.ko}의 이름을 ${quoted(args.name)}(으)로 변경 (정보 ${quoted(args.info)})`,
    en: `Call ${org.en} ${quoted(args.name)} from now on (info ${quoted(args.info)})`,
  }),
  deactivateOrganisation: ({ org }) => ({
    ko: `${org.ko} 비활성화: 계정·관리자·인가가 모두 효력을 잃음`,
    en: `Deactivate ${org.en}: its accounts, administrator and grants lose all effect`,
  }),
  renewOrganisation: ({ org, from, until }) => ({
    ko: `${org.ko}의 활동 기간 갱신: ${from.ko} ${until.ko}`,
    en: `Renew the term of ${org.en}: ${from.en}, ${until.en}`,
  }),
  setAdmin: ({ args, org }) => ({
    ko: `${org.ko}의 관리자를 ${args.admin}(으)로 변경`,
    en: `Make ${args.admin} the administrator of ${org.en}`,
  }),
  grant: ({ args, org, from, until }) => ({
    ko: `${org.ko}에 ${quoted(args.purpose)} 인가: ${from.ko} ${until.ko}`,
    en: `Accredit ${org.en} for ${quoted(args.purpose)}: ${from.en}, ${until.en}`,
  }),
  withdraw: ({ args, org }) => ({
    ko: `${org.ko}의 인가 철회: ${args.purpose}`,
    en: `Withdraw the accreditation of ${org.en} for ${args.purpose}`,
  }),
  registerKey: ({ args, org, until }) => ({
    ko: `${org.ko}의 키 등록: ${args.keyId}, 용도 ${bits(args.uses, KeyUse)}, 지금부터 ${until.ko}`,
    en: `Admit a key of ${org.en}: ${args.keyId}, for ${bits(args.uses, KeyUse)}, from now on, ${until.en}`,
  }),
  retireKey: ({ args, until }) => ({
    ko: `키 ${args.keyId} 사용 종료: ${until.ko}`,
    en: `Retire the key ${args.keyId}: ${until.en}`,
  }),
  // Here zero is no "now": it is 1970.
  distrustKey: ({ args }) => ({
    ko: `키 ${args.keyId} 불신: ${formatTime(Number(args.from))}부터는, 그 전에 앵커된 것만 믿음`,
    en: `Distrust the key ${args.keyId} from ${formatTime(Number(args.from))} on: only what was anchored before is believed`,
  }),
  registerAccount: ({ args, org }) => ({
    ko: `${org.ko}의 계정 ${args.account}에 ${bits(args.capabilities, Capability)} 권한 부여`,
    en: `Let the account ${args.account} do ${bits(args.capabilities, Capability)} for ${org.en}`,
  }),
  stopAccount: ({ args }) => ({
    ko: `계정 ${args.account}의 모든 권한 정지`,
    en: `Take all its capabilities from the account ${args.account}`,
  }),
  disown: ({ args, org }) => ({
    ko: `${org.ko}의 묶음 ${args.root} 부인 (되돌릴 수 없음)`,
    en: `Disown the batch ${args.root} of ${org.en}, for good`,
  }),
  setDailyLimit: ({ args }) => ({
    ko: `상태 목록 ${list(args.list)}의 하루 폐기 한도를 ${args.dailyLimit}건으로 설정`,
    en: `Let ${args.dailyLimit} cards of status list ${list(args.list)} be revoked a day`,
  }),
  setCustodian: ({ args, org }) => ({
    ko: `상태 목록 ${list(args.list)}을(를) ${org.ko}에 넘김`,
    en: `Hand status list ${list(args.list)} to ${org.en}`,
  }),
  labelRole: ({ args }) => ({
    ko: `역할 ${role(args.roleId)}의 표시 이름을 ${quoted(args.label)}(으)로`,
    en: `Label the role ${role(args.roleId)} ${quoted(args.label)}`,
  }),
  grantRole: ({ args }) => ({
    ko: `⚠ ${args.account}에 ${role(args.roleId)} 역할 부여 (실행 지연 ${args.executionDelay}초)`,
    en: `⚠ Make ${args.account} a member of ${role(args.roleId)}, with ${args.executionDelay} s of delay`,
  }),
  revokeRole: ({ args }) => ({
    ko: `⚠ ${args.account}의 ${role(args.roleId)} 역할 박탈`,
    en: `⚠ Take the role ${role(args.roleId)} from ${args.account}`,
  }),
  setRoleAdmin: ({ args }) => ({
    ko: `⚠ ${role(args.roleId)} 구성원을 ${role(args.admin)}이(가) 정하게 함`,
    en: `⚠ Let ${role(args.admin)} decide who is a member of ${role(args.roleId)}`,
  }),
  setRoleGuardian: ({ args }) => ({
    ko: `⚠ ${role(args.roleId)}의 제안을 ${role(args.guardian)}이(가) 취소할 수 있게 함`,
    en: `⚠ Let ${role(args.guardian)} cancel what ${role(args.roleId)} proposes`,
  }),
  setGrantDelay: ({ args }) => ({
    ko: `⚠ ${role(args.roleId)} 새 구성원의 대기 시간을 ${args.newDelay}초로`,
    en: `⚠ Let new members of ${role(args.roleId)} wait for ${args.newDelay} s`,
  }),
  setTargetAdminDelay: ({ args }) => ({
    ko: `⚠ ${args.target}에 대한 ADMIN 행위의 지연을 ${args.newDelay}초로`,
    en: `⚠ Delay what ADMIN does to ${args.target} by ${args.newDelay} s`,
  }),
  setTargetClosed: ({ args }) =>
    args.closed
      ? {
          ko: `⚠ ${args.target}의 모든 역할 행위를 막음 (GUARDIAN 포함)`,
          en: `⚠ Close ${args.target} to every role, GUARDIAN included`,
        }
      : { ko: `${args.target}을(를) 다시 엶`, en: `Open ${args.target} again` },
  setTargetFunctionRole: ({ args }) => ({
    ko: `⚠ ${args.target}의 함수 ${functions(args.selectors)}을(를) ${role(args.roleId)}에게 맡김`,
    en: `⚠ Give the functions ${functions(args.selectors)} of ${args.target} to ${role(args.roleId)}`,
  }),
  updateAuthority: ({ args }) => ({
    ko: `⚠⚠ ${args.target}의 통제권을 ${args.newAuthority}에 넘김`,
    en: `⚠⚠ Let ${args.newAuthority} govern ${args.target} from now on`,
  }),
}

function organisation(value: AbiValue | undefined, names: ReadonlyMap<number, string>): Bilingual {
  const name = names.get(Number(value))
  const shown = name === undefined ? '' : ` ${quoted(name)}`
  return { ko: `기관 ${value}${shown}`, en: `organisation ${value}${shown}` }
}

function span(value: AbiValue | undefined, now: Bilingual, word: Bilingual): Bilingual {
  if (value === undefined || value === 0) return now
  const at = formatTime(Number(value))
  return { ko: `${at}${word.ko}`, en: `${word.en} ${at}` }
}

function end(value: AbiValue | undefined): Bilingual {
  if (value === NEVER) return { ko: '무기한', en: 'without an end' }
  if (value === undefined || value === 0) return { ko: '지금까지', en: 'until now' }
  const at = formatTime(Number(value))
  return { ko: `${at}까지`, en: `until ${at}` }
}

function bits(value: AbiValue | undefined, known: Readonly<Record<string, number>>): string {
  const left = Object.values(known).reduce((rest, bit) => rest & ~bit, Number(value))
  const names = Object.entries(known).filter(([, bit]) => (Number(value) & bit) !== 0)
  return [...names.map(([name]) => name), ...(left === 0 ? [] : [`${left}?`])].join(', ') || '-'
}

const list = (value: AbiValue | undefined): string =>
  `${BigInt(String(value)) >> 32n}/${BigInt(String(value)) & 0xffffffffn}`

const role = (value: AbiValue | undefined): string =>
  Object.entries(Role).find(([, id]) => id === BigInt(String(value)))?.[0] ?? String(value)

const functions = (value: AbiValue | undefined): string =>
  [value ?? []]
    .flat()
    .map(
      selector => [...ACTS.values()].find(({ fragment }) => fragment.selector === selector)?.fragment.name ?? selector,
    )
    .join(', ')

/** Acts this page can put into words, for a test that none is missing. */
export const SPOKEN_ACTS: readonly string[] = Object.keys(WRITERS)
