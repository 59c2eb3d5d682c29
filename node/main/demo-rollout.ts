/**
 * The roll-out policy of the demo: it allows everything everywhere, and is an example of a file to change. The centres
 * are invented.
 */
import type { Invited } from '../issuer/operators/accounts.ts'
import type { RolloutPolicy } from '../issuer/rollout/policy.ts'

const POLICY: RolloutPolicy = {
  schema: 1,
  municipalities: [
    { code: '11110', ko: '서울특별시 종로구', en: 'Jongno-gu, Seoul' },
    { code: '11680', ko: '서울특별시 강남구', en: 'Gangnam-gu, Seoul' },
    { code: '26350', ko: '부산광역시 해운대구', en: 'Haeundae-gu, Busan' },
    { code: '36110', ko: '세종특별자치시', en: 'Sejong-si' },
    { code: '41110', ko: '경기도 수원시', en: 'Suwon-si, Gyeonggi-do' },
    { code: '50110', ko: '제주특별자치도 제주시', en: 'Jeju-si, Jeju-do' },
  ],
  centres: [
    { id: 'jongno-1', ko: '가상1동 주민센터', en: 'Gasang 1-dong community centre', municipality: '11110' },
    { id: 'jongno-2', ko: '가상2동 주민센터', en: 'Gasang 2-dong community centre', municipality: '11110' },
    { id: 'gangnam-1', ko: '가상동 주민센터', en: 'Gasang-dong community centre', municipality: '11680' },
    { id: 'sejong-1', ko: '가상동 행정복지센터', en: 'Gasang-dong welfare centre', municipality: '36110' },
    { id: 'suwon-1', ko: '가상신동 행정복지센터', en: 'Gasangsin-dong welfare centre', municipality: '41110' },
  ],
  phases: [
    { from: '2024-12-27', municipalities: 'all', who: 'anyone', where: 'any-centre', channels: ['counter', 'chip'] },
    { from: '2024-12-27', municipalities: 'all', who: 'anyone', where: 'any-centre', channels: ['online'] },
  ],
}

/** Works at one of its centres. */
export const DEMO_CLERK: Invited = { name: '창구 담당자 (demo clerk)', role: 'clerk', centre: 'jongno-1' }

export const demoRollout = (): string => `${JSON.stringify(POLICY, null, 2)}\n`
