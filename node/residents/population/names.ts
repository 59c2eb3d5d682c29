import type { ResidentFacts } from '../../credential/subject.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Share of bearers in per mille, after the census of 2015. */
// biome-ignore format: a table
const FAMILY_NAMES = Object.entries({
  김: 215, 이: 147, 박: 84, 최: 47, 정: 43, 강: 24, 조: 21, 윤: 21, 장: 20, 임: 17, 한: 16, 오: 15, 서: 15, 신: 15,
  권: 14, 황: 14, 안: 14, 송: 14, 류: 13, 전: 11, 홍: 11, 고: 9, 문: 9, 양: 9, 손: 9, 배: 8, 백: 8, 허: 7, 유: 7,
  남: 5, 심: 5, 노: 5, 하: 5, 곽: 4, 성: 4, 차: 4, 주: 4, 우: 4, 구: 4, 나: 3, 민: 3, 진: 3, 지: 3, 엄: 3, 채: 3,
  원: 3, 천: 2, 방: 2, 공: 2, 현: 2, 함: 2, 변: 2, 염: 1, 여: 1, 추: 1, 도: 1, 소: 1, 석: 1, 선: 1, 설: 1, 마: 1,
  길: 1, 연: 1, 위: 1, 표: 1, 명: 1, 기: 1, 반: 1, 왕: 1, 금: 1, 옥: 1, 육: 1, 인: 1, 맹: 1, 제: 1, 모: 1,
  남궁: 0.4, 황보: 0.2, 선우: 0.1, 제갈: 0.1, 독고: 0.1,
})

interface Generation {
  readonly born: number
  readonly M: readonly string[]
  readonly F: readonly string[]
}

/** Frequent given names of people born from the year `born` on. */
const GENERATIONS: readonly Generation[] = [
  {
    born: 1990,
    M: words(
      '민준 서준 도윤 예준 시우 하준 주원 지호 지후 준서 준우 현우 도현 지훈 건우 우진 선우 서진 민재 현준 연우 유준 정우 승우 승현 시윤 준혁 은우 지환 승민 지우 유찬 윤우 민성 준영 시후 진우 지원 수호 재윤 시현 동현 태윤 이안 민규 한결 재원 민우 재민 은찬',
    ),
    F: words(
      '서연 서윤 지우 서현 하은 하윤 민서 지유 윤서 채원 수아 지아 지민 은서 다은 예은 수빈 소율 예린 지안 예원 하린 지윤 소윤 시은 서아 가은 유나 채은 윤아 유진 예서 유빈 하율 연우 나은 예진 아린 다인 주아 수민 서은 소은 이서 민지 은지 지현 혜원 다연 보라',
    ),
  },
  {
    born: 1968,
    M: words(
      '지훈 성민 현우 동현 정훈 재현 준호 민수 상훈 성호 영진 성훈 준영 진우 종현 재훈 승현 태현 경민 병철 정호 상현 용준 민호 현수 기훈 세훈 동욱 창민 형준',
    ),
    F: words(
      '지영 은정 미영 현정 은주 은영 수진 혜진 지혜 유진 현주 선영 미정 은경 지연 혜정 윤정 민정 소영 보람 아름 수정 정아 경희 미선 연주 진희 유미 희정 나영',
    ),
  },
  {
    born: 1800,
    M: words(
      '영수 영호 영철 정웅 영길 정호 종수 광수 병철 상철 성수 명수 정수 용수 순철 기호 창수 인수 춘식 만수 덕수 재호 동수 진수 상호',
    ),
    F: words(
      '영자 정자 순자 영숙 정숙 영희 명자 춘자 경자 미숙 경숙 순옥 영순 정희 명숙 옥순 말순 금자 복순 정순 현숙 혜숙 경희 은숙 선자',
    ),
  },
]

/** Names with syllables of CP949 that the older KS X 1001 does not have, to test software with them. */
const RARE = ['설믜', '믜르', '뽀숑', '햏원', '샾별']

export function familyName(random: SeededRandom): string {
  return random.weighted(FAMILY_NAMES)
}

export function givenName(random: SeededRandom, sex: ResidentFacts['sex'], birthYear: number): string {
  if (random.chance(0.002)) return random.pick(RARE)
  const generation = GENERATIONS.find(({ born }) => birthYear >= born) as Generation
  const names = generation[sex]
  if (random.chance(0.6)) return random.pick(names)
  // Most other names combine the halves of two frequent names.
  return `${random.pick(names).charAt(0)}${random.pick(names).charAt(1)}`
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
