import { messages } from '../../kit/language.tsx'

/** Showing our request and reading what the other side shows. */
export const scan = messages({
  show: { ko: '이 QR을 보여주세요', en: 'Show this QR' },
  showHint: {
    ko: '상대방이 지갑 앱의 ‘신분확인 – 상대방 QR 촬영’으로 찍습니다.',
    en: 'The person scans it with “Show – Scan their code” of the wallet.',
  },
  request: { ko: '확인 요청 QR 코드', en: 'QR code of the request' },
  read: { ko: '상대방 화면의 QR을 비추세요', en: 'Hold the camera to the code on their phone' },
  meeting: {
    ko: '휴대전화와 연결했습니다. 상대방이 지갑에서 제출하기를 기다립니다.',
    en: 'Connected to the phone. Waiting until the person shares the card in the wallet.',
  },
  judging: { ko: '확인하는 중입니다.', en: 'Checking…' },
  larger: { ko: 'QR 크게 쪼개기', en: 'Larger squares' },
  one_way_refused: {
    ko: '이 용도는 ‘내 QR 보여주기’로 확인할 수 없습니다. 이 화면의 QR을 상대방이 찍게 하세요.',
    en: 'For this purpose the person cannot show a code of their own. Have them scan your code.',
  },
  other_request: {
    ko: '이 기기의 요청에 대한 답이 아닙니다. 상대방이 지금 보이는 QR을 다시 찍게 하세요.',
    en: 'That was no answer to this device. Have the person scan the code that is shown now.',
  },
  not_registered: {
    ko: '이 기기는 아직 등록되지 않아 요청할 수 없습니다. ‘이 기기’에서 등록하세요.',
    en: 'This device is not registered yet, so it cannot ask. Register it under “This device”.',
  },
  other_code: {
    ko: '모바일 신분증의 QR이 아닙니다.',
    en: 'That is not the code of a mobile card.',
  },
  rendezvous_failed: {
    ko: '상대방 휴대전화와 연결되지 않았습니다. 네트워크를 확인하거나 이 화면의 QR을 찍게 하세요.',
    en: 'The phone could not be reached. Check the network, or have the person scan your code.',
  },
  unregisteredTitle: { ko: '등록되지 않은 기기', en: 'This device is not registered' },
  unregistered: {
    ko: '요청할 수 없으므로 상대방이 먼저 보여주는 QR만 읽습니다.',
    en: 'It cannot ask. It reads only codes that people show by themselves.',
  },
  unregisteredOneWay: {
    ko: '이 용도는 요청이 있어야 하므로, 먼저 이 기기를 등록하세요.',
    en: 'This purpose needs a request: register this device first.',
  },
  register: { ko: '이 기기 등록', en: 'Register this device' },
  faultTitle: { ko: '확인하지 못했습니다', en: 'The check did not work' },
  fault: {
    ko: '이 기기의 오류이며 신분증과는 관계가 없습니다. 다시 시도하세요.',
    en: 'This is a fault of this device and says nothing about the card. Try again.',
  },
})
