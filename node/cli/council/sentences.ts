/** Describes an act in one sentence, in Korean and English, for the officer who decides about it. */

import { quoted } from '../../lib/quoted.ts'
import type { ContractName } from '../../proof/profile.ts'
import { NEVER } from '../../proof/registries/interval.ts'
import { Capability, KeyUse } from '../../proof/registries/records.ts'
import type { AbiValue, ContractAddresses } from '../../registries/contracts.ts'
import { ACTS, type Act } from '../../registries/governance/acts.ts'
import { Role } from '../../registries/governance/governance.ts'
import { type Bilingual, formatTime } from '../terminal.ts'

/** Names of the numbers and addresses on the ledger. */
export interface KnownNames {
  /** The name of every organisation, by number. */
  readonly names: ReadonlyMap<number, string>
  readonly addresses: ContractAddresses
}

export function sentenceOf(act: Act | null, { names, addresses }: KnownNames): Bilingual {
  const sentence = act && ACT_SENTENCES[act.name]
  if (!act || !sentence) {
    return {
      ko: '⚠ 이 프로그램이 모르는 행위입니다. 내용을 확인할 수 없으면 취소하십시오.',
      en: '⚠ This act is unknown to this program. Cancel it unless you can find out what it does.',
    }
  }
  const { args } = act
  return sentence({
    args,
    org: organisation(args.org, names),
    target: contractAt(args.target, addresses),
    role: role(args.roleId),
    from: startText(args.from, { ko: '지금부터', en: 'from now on' }, { ko: '부터', en: 'from' }),
    until: endText(args.until),
  })
}

interface SentenceParts {
  readonly args: Act['args']
  readonly org: Bilingual
  /** The contract that the act changes. */
  readonly target: Bilingual & { readonly contract?: ContractName }
  readonly role: Bilingual
  readonly from: Bilingual
  readonly until: Bilingual
}

export const ACT_SENTENCES: Readonly<Record<string, (parts: SentenceParts) => Bilingual>> = {
  registerOrganisation: ({ args, from, until }) => ({
    ko: `기관 등록: ${quoted(args.name)} (발급자 URL ${args.issuer ? quoted(args.issuer) : '없음'}, 관리자 ${args.admin}), ${from.ko} ${until.ko}`,
    en: `Register the organisation ${quoted(args.name)} (issuer URL ${args.issuer ? quoted(args.issuer) : 'none'}, administrator ${args.admin}), ${from.en}, ${until.en}`,
  }),
  describeOrganisation: ({ args, org }) => ({
    ko: `${org.ko}의 이름을 ${quoted(args.name)}(으)로 변경 (정보 ${quoted(args.info)})`,
    en: `Change the name of ${org.en} to ${quoted(args.name)} (info ${quoted(args.info)})`,
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
    en: `Register a key of ${org.en}: ${args.keyId}, for ${bits(args.uses, KeyUse)}, from now on, ${until.en}`,
  }),
  retireKey: ({ args, until }) => ({
    ko: `키 ${args.keyId} 사용 종료: ${until.ko}`,
    en: `Retire the key ${args.keyId}: ${until.en}`,
  }),
  // Here zero means 1970, not now.
  distrustKey: ({ args }) => ({
    ko: `키 ${args.keyId} 불신: ${formatTime(Number(args.from))}부터는, 그 전에 앵커된 것만 믿음`,
    en: `Distrust the key ${args.keyId} from ${formatTime(Number(args.from))} on: only cards anchored before stay valid`,
  }),
  registerAccount: ({ args, org }) => ({
    ko: `${org.ko}의 계정 ${args.account}에 ${bits(args.capabilities, Capability)} 권한 부여`,
    en: `Give the account ${args.account} the capabilities ${bits(args.capabilities, Capability)} for ${org.en}`,
  }),
  stopAccount: ({ args }) => ({
    ko: `계정 ${args.account}의 모든 권한 정지`,
    en: `Remove all capabilities of the account ${args.account}`,
  }),
  disown: ({ args, org }) => ({
    ko: `${org.ko}의 묶음 ${args.root} 부인 (되돌릴 수 없음)`,
    en: `Disown the batch ${args.root} of ${org.en}, permanently`,
  }),
  setDailyLimit: ({ args }) => ({
    ko: `상태 목록 ${list(args.list)}의 하루 폐기 한도를 ${args.dailyLimit}건으로 설정`,
    en: `Set the limit of status list ${list(args.list)} to ${args.dailyLimit} revocations a day`,
  }),
  setCustodian: ({ args, org }) => ({
    ko: `상태 목록 ${list(args.list)}을(를) ${org.ko}에 넘김`,
    en: `Transfer status list ${list(args.list)} to ${org.en}`,
  }),
  labelRole: parts => ({
    ko: `역할 ${parts.role.ko}의 표시 이름을 ${quoted(parts.args.label)}(으)로`,
    en: `Set the label of the role ${parts.role.en} to ${quoted(parts.args.label)}`,
  }),
  grantRole: parts => ({
    ko: `⚠ ${parts.args.account}에 ${parts.role.ko} 역할 부여 (실행 지연 ${parts.args.executionDelay}초)`,
    en: `⚠ Make ${parts.args.account} a member of ${parts.role.en}, with ${parts.args.executionDelay} s of delay`,
  }),
  revokeRole: parts => ({
    ko: `⚠ ${parts.args.account}의 ${parts.role.ko} 역할 박탈`,
    en: `⚠ Remove ${parts.args.account} from the role ${parts.role.en}`,
  }),
  setRoleAdmin: parts => ({
    ko: `⚠ ${parts.role.ko} 구성원을 ${role(parts.args.admin).ko}이(가) 정하게 함`,
    en: `⚠ Let ${role(parts.args.admin).en} decide who is a member of ${parts.role.en}`,
  }),
  setRoleGuardian: parts => ({
    ko: `⚠ ${parts.role.ko}의 제안을 ${role(parts.args.guardian).ko}이(가) 취소할 수 있게 함`,
    en: `⚠ Let ${role(parts.args.guardian).en} cancel what ${parts.role.en} proposes`,
  }),
  setGrantDelay: parts => ({
    ko: `⚠ ${parts.role.ko} 새 구성원의 대기 시간을 ${parts.args.newDelay}초로`,
    en: `⚠ Set the waiting time of new members of ${parts.role.en} to ${parts.args.newDelay} s`,
  }),
  setTargetAdminDelay: ({ args, target }) => ({
    ko: `⚠ ${target.ko}에 대한 ADMIN 행위의 지연을 ${args.newDelay}초로`,
    en: `⚠ Set the delay of ADMIN's acts on ${target.en} to ${args.newDelay} s`,
  }),
  setTargetClosed: ({ args, target }) =>
    args.closed
      ? {
          ko: `⚠ ${target.ko}의 모든 역할 행위를 막음 (GUARDIAN 포함)`,
          en: `⚠ Close ${target.en} to every role, including GUARDIAN`,
        }
      : { ko: `${target.ko}을(를) 다시 엶`, en: `Open ${target.en} again` },
  setTargetFunctionRole: parts => {
    const names = functions(parts.args.selectors, parts.target.contract)
    return {
      ko: `⚠ ${parts.target.ko}의 함수 ${names}을(를) ${parts.role.ko}에게 맡김`,
      en: `⚠ Give the functions ${names} of ${parts.target.en} to ${parts.role.en}`,
    }
  },
  updateAuthority: ({ args, target }) => ({
    ko: `⚠⚠ ${target.ko}의 통제권을 ${args.newAuthority}에 넘김`,
    en: `⚠⚠ Let ${args.newAuthority} govern ${target.en} from now on`,
  }),
}

function organisation(value: AbiValue | undefined, names: ReadonlyMap<number, string>): Bilingual {
  const name = names.get(Number(value))
  if (name !== undefined) return { ko: `기관 ${value} ${quoted(name)}`, en: `organisation ${value} ${quoted(name)}` }
  return {
    ko: `기관 ${value} (⚠ 아직 없는 번호: 나중에 이 번호를 받는 기관의 것이 됨)`,
    en: `organisation ${value} (⚠ no organisation has this number yet: the organisation that gets it later is meant)`,
  }
}

function contractAt(value: AbiValue | undefined, addresses: ContractAddresses): SentenceParts['target'] {
  const same = ([, address]: [string, string]) => address.toLowerCase() === String(value).toLowerCase()
  const contract = Object.entries(addresses).find(same)?.[0] as ContractName | undefined
  if (contract) return { ko: `${contract} (${value})`, en: `${contract} (${value})`, contract }
  return { ko: `${value} (⚠ 모르는 컨트랙트)`, en: `${value} (⚠ an unknown contract)` }
}

function startText(value: AbiValue | undefined, now: Bilingual, word: Bilingual): Bilingual {
  if (value === undefined || value === 0) return now
  const at = formatTime(Number(value))
  return { ko: `${at}${word.ko}`, en: `${word.en} ${at}` }
}

function endText(value: AbiValue | undefined): Bilingual {
  if (value === NEVER) return { ko: '무기한', en: 'without an end' }
  if (value === undefined || value === 0) return { ko: '지금까지', en: 'until now' }
  const at = formatTime(Number(value))
  return { ko: `${at}까지`, en: `until ${at}` }
}

function bits(value: AbiValue | undefined, flags: Readonly<Record<string, number>>): string {
  const left = Object.values(flags).reduce((rest, bit) => rest & ~bit, Number(value))
  const names = Object.entries(flags).filter(([, bit]) => (Number(value) & bit) !== 0)
  return [...names.map(([name]) => name), ...(left === 0 ? [] : [`${left}?`])].join(', ') || '-'
}

const list = (value: AbiValue | undefined): string =>
  `${BigInt(String(value)) >> 32n}/${BigInt(String(value)) & 0xffffffffn}`

/** AccessManager's PUBLIC_ROLE: everybody has it, without a delay. */
export const PUBLIC_ROLE = 2n ** 64n - 1n

function role(value: AbiValue | undefined): Bilingual {
  if (value === PUBLIC_ROLE) return { ko: '모든 사람 (역할 불필요)', en: 'EVERYBODY (no role needed)' }
  const name = Object.entries(Role).find(([, id]) => id === value)?.[0]
  if (name) return { ko: name, en: name }
  return { ko: `역할 ${value} (⚠ 모르는 역할)`, en: `role ${value} (⚠ an unknown role)` }
}

/** Names of the functions with these selectors in `contract`. The same selector may be another function elsewhere. */
function functions(value: AbiValue | undefined, contract: ContractName | undefined): string {
  const kinds = [...ACTS.values()].filter(kind => kind.contract === contract)
  return [value ?? []]
    .flat()
    .map(selector => kinds.find(({ fragment }) => fragment.selector === selector)?.fragment.name ?? selector)
    .join(', ')
}
