import type { RolloutPhase, RolloutPolicy } from '../../../../node/issuer/rollout/policy.ts'

export const JONGNO = { code: '11110', ko: '서울특별시 종로구', en: 'Jongno-gu, Seoul' }
export const SUWON = { code: '41110', ko: '경기도 수원시', en: 'Suwon-si, Gyeonggi-do' }
export const SEJONG = { code: '36110', ko: '세종특별자치시', en: 'Sejong-si' }

/** A pilot in 종로구 and 세종, then the whole country, then online. */
export const PHASES: readonly RolloutPhase[] = [
  {
    from: '2026-12-27',
    municipalities: ['11110', '36110'],
    who: 'residents',
    where: 'own-municipality',
    channels: ['counter'],
  },
  { from: '2027-03-28', municipalities: 'all', who: 'anyone', where: 'any-centre', channels: ['counter'] },
  { from: '2027-05-01', municipalities: 'all', who: 'anyone', where: 'any-centre', channels: ['online'] },
]

export const policy = (phases: readonly RolloutPhase[] = PHASES): RolloutPolicy => ({
  schema: 1,
  municipalities: [JONGNO, SUWON, SEJONG],
  centres: [
    { id: 'gahoe', ko: '가회동 주민센터', en: 'Gahoe-dong centre', municipality: '11110' },
    { id: 'ihwa', ko: '이화동 주민센터', en: 'Ihwa-dong centre', municipality: '11110' },
    { id: 'yeongtong', ko: '영통동 행정복지센터', en: 'Yeongtong-dong centre', municipality: '41110' },
    { id: 'areum', ko: '아름동 행정복지센터', en: 'Areum-dong centre', municipality: '36110' },
  ],
  phases: [...phases],
})
