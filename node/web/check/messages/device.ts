import { messages } from '../../kit/language.tsx'

/** The settings of this device. */
export const device = messages({
  title: { ko: '이 기기', en: 'This device' },
  registration: { ko: '확인 기기 등록', en: 'Registration' },
  registered: { ko: '등록되었습니다', en: 'Registered' },
  until: { ko: (day: string) => `${day}까지 유효`, en: (day: string) => `Valid until ${day}` },
  over: { ko: '등록 기간이 지났습니다. 다시 등록하세요.', en: 'The registration is over. Register again.' },
  none: { ko: '아직 등록되지 않았습니다.', en: 'Not registered yet.' },
  code: { ko: '등록 코드', en: 'Registration code' },
  codeHint: {
    ko: '검증기관의 담당자가 ‘dojang till admit’으로 만든 코드입니다. 한 번만 쓸 수 있습니다.',
    en: 'Made by the verifier’s administrator with “dojang till admit”. It works once.',
  },
  codeMissing: { ko: '등록 코드를 입력하세요.', en: 'Enter the registration code.' },
  register: { ko: '등록하기', en: 'Register' },
  demo: { ko: '시연용으로 바로 등록', en: 'Register for the demo' },
  refusedTitle: { ko: '등록되지 않았습니다', en: 'Not registered' },
  refused: {
    ko: '코드가 틀렸거나 이미 사용되었거나 기간이 지났습니다. 새 코드를 받으세요.',
    en: 'The code is wrong, used or over. Ask for a new one.',
  },
  unreachable: {
    ko: '검증기관에 연결되지 않았습니다. 네트워크에 연결하고 다시 시도하세요.',
    en: 'The verifier cannot be reached. Connect to the network and try again.',
  },
  camera: { ko: 'QR 코드와 소리', en: 'QR codes and sound' },
  larger: { ko: '칸이 큰 QR', en: 'Larger squares' },
  largerHint: {
    ko: '상대방 카메라가 잘 읽지 못할 때 켜세요. 조금 느려집니다.',
    en: 'Turn this on if phones have trouble reading the code. It is a little slower.',
  },
  sound: { ko: '소리', en: 'Sound' },
  soundHint: { ko: '결과마다 다른 소리를 냅니다.', en: 'Each kind of result has its own sound.' },
  data: { ko: '원장 정보', en: 'Data of the ledger' },
  dataWords: {
    ko: (block: number, age: string) => `블록 ${block.toLocaleString('ko-KR')}, ${age}`,
    en: (block: number, age: string) => `Block ${block.toLocaleString('en-GB')}, ${age}`,
  },
  resetTitle: { ko: '이 기기를 초기화합니까?', en: 'Reset this device?' },
  resetWords: {
    ko: '등록, 설정, 원장 정보가 이 기기에서 지워집니다. 다시 쓰려면 네트워크와 새 등록 코드가 필요합니다.',
    en: 'Its registration, settings and data of the ledger are deleted. It then needs the network and a new code.',
  },
  back: { ko: '돌아가기', en: 'Back' },
})
