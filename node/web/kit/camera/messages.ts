import { messages } from '../language.tsx'

export const camera = messages({
  view: { ko: '카메라 화면', en: 'Camera picture' },
  starting: { ko: '카메라를 켜는 중입니다.', en: 'The camera is starting…' },
  arrived: { ko: (percent: number) => `${percent}% 읽음`, en: (percent: number) => `${percent}% read` },
  other: { ko: '다른 카메라로', en: 'Other camera' },
  again: { ko: '카메라 다시 켜기', en: 'Start the camera again' },
  insecureTitle: { ko: '이 주소에서는 카메라를 쓸 수 없습니다', en: 'No camera at this address' },
  insecure: {
    ko: '브라우저는 https 주소에서만 카메라를 켭니다. https로 시작하는 주소로 다시 여세요.',
    en: 'Browsers start the camera only at https addresses. Open this page at its https address.',
  },
  refusedTitle: { ko: '카메라가 허용되지 않았습니다', en: 'The camera is not allowed' },
  refused: {
    ko: '주소창 옆의 자물쇠를 눌러 카메라를 허용한 다음 다시 켜세요.',
    en: 'Allow the camera in the browser’s settings of this page (beside the address), then start it again.',
  },
  noneTitle: { ko: '카메라를 찾을 수 없습니다', en: 'No camera found' },
  none: {
    ko: '카메라를 연결하고 다시 켜세요. 카메라가 없는 기기라면 다른 기기를 쓰세요.',
    en: 'Connect a camera and start it again. If this device has none, use another device.',
  },
  busyTitle: { ko: '카메라를 켤 수 없습니다', en: 'The camera cannot be started' },
  busy: {
    ko: '다른 앱이 카메라를 쓰고 있으면 닫고 다시 켜세요.',
    en: 'Close other apps that use the camera, then start it again.',
  },
  undecodableTitle: { ko: 'QR 코드를 읽을 수 없습니다', en: 'QR codes cannot be read' },
  undecodable: {
    ko: 'QR 코드를 읽는 프로그램을 불러오지 못했습니다. 네트워크에 연결하고 이 페이지를 새로고침하세요.',
    en: 'The part that reads QR codes could not be loaded. Connect to the network and reload this page.',
  },
})
