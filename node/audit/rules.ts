/** The rules that an audit checks, each with the sentence that a report shows when it was broken. */
import type { Texts } from '../credential/card.ts'

/**
 * `ledger`: proved by the blocks themselves, whoever runs the ledger. `issuer`: proved by the files that the issuer committed to on
 * the ledger. `notice`: breaks no rule, and is worth a look.
 */
export type RuleKind = 'ledger' | 'issuer' | 'notice'

interface RuleText extends Texts {
  readonly kind: RuleKind
}

const ledger = (ko: string, en: string): RuleText => ({ kind: 'ledger', ko, en })
const issuer = (ko: string, en: string): RuleText => ({ kind: 'issuer', ko, en })
const notice = (ko: string, en: string): RuleText => ({ kind: 'notice', ko, en })

export const RULES = {
  'anchor.organisation': ledger(
    '등록 기간이 아닌 기관이 배치를 기록했습니다.',
    'An organisation anchored a batch while it was not registered.',
  ),
  'anchor.grant': ledger(
    '인가 기간이 아닌 용도로 배치를 기록했습니다.',
    'A batch was anchored for a purpose without a grant in force.',
  ),
  'anchor.number': ledger(
    '배치 번호가 이어지지 않습니다. 빠지거나 더해진 배치가 있습니다.',
    'The numbers of the batches have a gap or a repetition: a batch is missing or was added.',
  ),
  'anchor.repeated': ledger('같은 배치가 두 번 기록되었습니다.', 'One batch was anchored twice.'),
  'anchor.size': ledger(
    '배치의 크기가 규칙(16 이상의 2의 거듭제곱)에 맞지 않습니다.',
    'A batch of cards has a size that is no power of two from 16 on.',
  ),
  'anchor.hash': ledger(
    '기관의 누적 해시가 이벤트와 맞지 않습니다.',
    'The running hash of an organisation does not follow from its events.',
  ),
  'disown.unknown': ledger('기록되지 않은 배치를 부인했습니다.', 'A batch was disowned that was never anchored.'),
  'list.number': ledger(
    '상태 목록의 번호가 이어지지 않습니다.',
    'The number of a status list does not follow the one before.',
  ),
  'list.unknown': ledger('열리지 않은 상태 목록이 바뀌었습니다.', 'A status list was changed that was never opened.'),
  'status.before': ledger(
    '상태 변경 전의 값이 원장의 값과 다릅니다.',
    'A change of status names another status before it than the ledger had.',
  ),
  'status.final': ledger('폐기된 신분증의 상태가 바뀌었습니다.', 'The status of a revoked card was changed.'),
  'status.order': ledger(
    '상태 변경이 순서대로 적히지 않았거나 되풀이되었습니다.',
    'Changes of status are not in ascending order, or repeat one.',
  ),
  'status.capacity': ledger(
    '목록의 끝을 넘는 상태가 바뀌었습니다.',
    'A status beyond the end of its list was changed.',
  ),
  'status.limit': ledger(
    '하루 폐기 한도를 넘었습니다.',
    'More cards were revoked on one day than the limit of the list allows.',
  ),
  'status.custodian': ledger(
    '목록의 관리 기관이 아닌 기관이 상태를 바꿨습니다.',
    'An organisation changed a list that another one keeps.',
  ),
  'status.hash': ledger(
    '상태 목록의 누적 해시가 이벤트와 맞지 않습니다.',
    'The running hash of a status list does not follow from its events.',
  ),
  'trust.organisation': ledger(
    '기관의 번호가 이어지지 않거나, 없는 기관이 바뀌었습니다.',
    'The number of an organisation does not follow the one before, or an unknown organisation was changed.',
  ),
  'trust.key-repeated': ledger('같은 키가 두 번 등록되었습니다.', 'A key was registered a second time.'),
  'trust.key-extended': ledger(
    '키의 유효 기간이 늘어났거나, 없는 키가 바뀌었습니다.',
    'The term of a key became longer, or an unknown key was changed.',
  ),
  'trust.distrust': ledger(
    '키의 불신 시각이 뒤로 옮겨졌거나 미래입니다.',
    'The time from which a key is distrusted moved later, or lies in the future.',
  ),
  'trust.account-moved': ledger('계정이 다른 기관으로 옮겨졌습니다.', 'An account moved to another organisation.'),
  'trust.grant': ledger(
    '용도의 해시가 그 글과 다르거나, 없는 인가를 거두었습니다.',
    'The hash of a purpose is not that of its text, or an unknown grant was withdrawn.',
  ),
  'governance.delay': ledger(
    '예고된 시각 전에 의결이 집행되었습니다.',
    'An act of the council was executed before its time.',
  ),
  'governance.unscheduled': ledger(
    '예고 없이 의결 사항이 집행되었습니다.',
    'An act that the council has to announce was executed without an announcement.',
  ),
  'governance.authority': ledger(
    '계약을 다스리는 기관이 바뀌었습니다.',
    'Another contract governs a registry than the one of the profile.',
  ),
  'event.malformed': ledger(
    '등록부가 낼 수 없는 이벤트가 있습니다.',
    'A block has an event that the contract cannot emit.',
  ),
  'block.refused': ledger(
    '블록을 다시 실행한 결과가 그 머리와 다르거나, 블록이 규칙에 맞지 않습니다.',
    'A block breaks the rules of the ledger, or its execution gives another result than its header says.',
  ),
  'block.fork': ledger('같은 높이에 봉인된 블록이 둘 있습니다.', 'The validators sealed two blocks of one height.'),
  'block.time': ledger('블록 시각이 앞 블록보다 늦지 않습니다.', 'The time of a block is not after the one before.'),
  'block.gap': notice(
    '원장이 정해진 간격보다 오래 멈췄습니다.',
    'The ledger stood still for longer than its heartbeat allows.',
  ),
  'anchor.night': notice(
    '업무 시간이 아닌 때에 많은 신분증이 기록되었습니다.',
    'Many cards were anchored outside of office hours.',
  ),
  'manifest.missing': issuer('배치의 파일을 받을 수 없습니다.', 'The files of a batch could not be had.'),
  'manifest.changed': issuer(
    '배치의 파일이 기록된 뒤에 바뀌었습니다.',
    'The files of a batch are not those that it committed to.',
  ),
  'manifest.root': issuer('배치의 잎에서 뿌리가 나오지 않습니다.', 'The leaves of a batch do not give its root.'),
  'manifest.count': issuer(
    '배치의 잎 수가 원장과 다릅니다.',
    'A batch has another number of leaves than the ledger says.',
  ),
  'entry.malformed': issuer('배치의 항목을 읽을 수 없습니다.', 'The entries of a batch cannot be read.'),
  'entry.index': issuer(
    '상태 번호가 두 번 쓰였거나, 없는 목록을 가리킵니다.',
    'A status index was used twice, or names a list that does not exist.',
  ),
  'entry.purpose': issuer(
    '항목의 종류가 배치의 용도와 다릅니다.',
    'The card type of an entry is not that of its batch.',
  ),
  'entry.validity': issuer('유효 기간이 규칙보다 깁니다.', 'A card is valid for longer than the rule allows.'),
  'entry.two-phones': issuer(
    '한 사람의 신분증이 두 휴대전화에서 유효합니다.',
    'One person has valid cards on two phones.',
  ),
  'entry.two-cards': issuer(
    '한 사람이 같은 신분증을 두 장 갖고 있습니다.',
    'One person has two valid cards of one type.',
  ),
} as const satisfies Readonly<Record<string, RuleText>>

export type RuleId = keyof typeof RULES
