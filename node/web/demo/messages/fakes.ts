import { messages } from '../../kit/language.tsx'

/** The page of fakes. The verdicts themselves come from the verifier and from the wallet. */
export const fakes = messages({
  title: { ko: '가짜를 만들어 보기', en: 'Try a fake' },
  intro: {
    ko: '이 브라우저에서 가짜를 실제로 만들고, 확인 화면과 지갑이 쓰는 것과 같은 프로그램에 보여 줍니다. 답은 미리 정해 둔 것이 아닙니다.',
    en: 'Each fake is really made in this browser and shown to the same code that the check screen and the wallet use. No answer is prepared.',
  },
  begin: { ko: '진짜 신분증 한 장 받기', en: 'Get one genuine card' },
  beginHow: {
    ko: '공격자도 자기 휴대전화에 자기 신분증이 있습니다. 먼저 가상 인물의 진짜 신분증을 발급받아 확인합니다.',
    en: 'An attacker has a phone and a card too. First an invented person gets a genuine card, and it is checked.',
  },
  genuine: { ko: '진짜 신분증', en: 'The genuine card' },
  genuineHow: { ko: '이 가게가 진짜에는 이렇게 답합니다.', en: 'This is what the shop says of a genuine card.' },
  run: { ko: '만들어서 보여 주기', en: 'Make it and show it' },
  again: { ko: '다시 만들어 보기', en: 'Make another' },
  attack: { ko: '공격자가 한 일', en: 'What the attacker did' },
  answer: { ko: '답', en: 'The answer' },
  reason: { ko: '이유 코드', en: 'Reason code' },
  refused: { ko: '거절된 자료', en: 'Data that was refused' },
  defence: { ko: '막은 것', en: 'What stops it' },
  walletRefuses: { ko: '지갑이 제출하지 않음', en: 'The wallet does not share' },
  walletShares: { ko: '지갑이 제출함', en: 'The wallet shares' },
  asker: { ko: '묻는 곳', en: 'Who asks' },
  unregistered: { ko: '등록되지 않은 곳', en: 'Not registered' },
  beyond: { ko: '등록 범위를 넘는 항목', en: 'Asked beyond the registration' },
  none: { ko: '없음', en: 'None' },

  'screenshot.name': { ko: '화면 캡처', en: 'Screenshot' },
  'screenshot.attack': {
    ko: '‘내 QR 보여주기’의 화면을 찍어 두었다가 61초 뒤에 가게에 보여 줍니다.',
    en: 'A picture of the code under “Show my code” is taken, and shown to a shop 61 seconds later.',
  },
  'screenshot.defence': {
    ko: '코드는 15초마다 휴대전화의 키로 새로 서명됩니다. 서명한 때가 45초보다 오래되면 받지 않습니다.',
    en: 'The phone’s key signs the code anew every 15 seconds. One that was signed more than 45 seconds ago is not accepted.',
  },
  'replay.name': { ko: '두 번 쓰기', en: 'Replay' },
  'replay.attack': {
    ko: '주인이 방금 보여 준 코드를 옆에서 찍어, 같은 가게에 곧바로 다시 보여 줍니다.',
    en: 'The code that the holder has just shown is photographed and shown to the same shop again, at once.',
  },
  'replay.defence': {
    ko: '가게의 기기는 본 코드를 기억하고, 한 번만 받습니다.',
    en: 'The shop’s device remembers the codes that it has seen and accepts each one once.',
  },
  'tampered.name': { ko: '고친 신분증', en: 'Tampered card' },
  'tampered.attack': {
    ko: '자기 진짜 신분증에서 이름을 바꾸고, 자기 휴대전화의 키로 다시 서명합니다.',
    en: 'The name in a genuine card is changed, and the phone’s own key signs it again.',
  },
  'tampered.defence': {
    ko: '발급기관이 항목마다 해시를 서명했습니다. 바뀐 항목은 어느 해시와도 맞지 않습니다.',
    en: 'The authority signed a digest of each claim. The changed one matches none of them.',
  },
  'unanchored.name': { ko: '원장에 없는 신분증', en: 'Card that was never anchored' },
  'unanchored.attack': {
    ko: '발급기관 안의 누군가가 기관의 진짜 키로 신분증을 몰래 서명하고, 원장에는 올리지 않습니다.',
    en: 'Somebody inside the authority signs a card with its real key in secret, and anchors nothing on the ledger.',
  },
  'unanchored.defence': {
    ko: '신분증에는 원장에 있는 발급 기록의 영수증이 들어 있어야 합니다. 증명된 원장 사본에 그 기록이 없습니다.',
    en: 'A card contains the receipt of its anchor. The proved copy of the ledger has no such anchor.',
  },
  'rollback.name': { ko: '옛 원장 사본', en: 'Rolled-back snapshot' },
  'rollback.attack': {
    ko: '분실 정지된 신분증을 보여 주면서, 가게의 네트워크를 가로채 정지되기 전의 원장 사본을 내려 줍니다.',
    en: 'A suspended card is shown, while the shop’s network is made to deliver a copy of the ledger from before the suspension.',
  },
  'rollback.defence': {
    ko: '기기는 증명된 가장 새 블록을 기억하고, 그보다 옛 사본은 받지 않습니다. 나쁜 상태는 아무리 오래된 정보라도 그대로 따릅니다.',
    en: 'The device remembers the newest proved block and refuses an older copy. A bad status counts at any age.',
  },
  'overasking.name': { ko: '너무 많이 묻는 가게', en: 'Over-asking shop' },
  'overasking.attack': {
    ko: '성인 확인만 등록한 가게가 은행처럼 주소와 주민등록번호까지 요청합니다.',
    en: 'A shop that is registered for checking ages asks for what a bank may ask, such as the address and the personal number.',
  },
  'overasking.defence': {
    ko: '무엇을 물을 수 있는지가 원장에 있습니다. 지갑은 넘는 항목을 표시하고, 주인이 따로 동의하지 않으면 제출하지 않습니다.',
    en: 'What each shop may ask is on the ledger. The wallet marks what goes beyond it, and shares nothing unless the holder agrees to that.',
  },
})
