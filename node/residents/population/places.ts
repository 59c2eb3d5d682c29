import type { SeededRandom } from './seeded-random.ts'

/** Real municipalities with their administrative codes, for trials of a roll-out policy, weighted by size. */
const MUNICIPALITIES: readonly (readonly [{ readonly code: string; readonly name: string }, number])[] = [
  ['1111000000', '서울특별시 종로구', 15],
  ['1135000000', '서울특별시 노원구', 50],
  ['1162000000', '서울특별시 관악구', 49],
  ['1168000000', '서울특별시 강남구', 55],
  ['1171000000', '서울특별시 송파구', 65],
  ['2635000000', '부산광역시 해운대구', 38],
  ['2726000000', '대구광역시 수성구', 41],
  ['2772000000', '대구광역시 군위군', 2],
  ['2818500000', '인천광역시 연수구', 39],
  ['2917000000', '광주광역시 북구', 42],
  ['3017000000', '대전광역시 서구', 46],
  ['3020000000', '대전광역시 유성구', 36],
  ['3114000000', '울산광역시 남구', 31],
  ['3171000000', '울산광역시 울주군', 22],
  ['3611000000', '세종특별자치시', 39],
  ['4111700000', '경기도 수원시 영통구', 36],
  ['4113500000', '경기도 성남시 분당구', 48],
  ['4128500000', '경기도 고양시 일산동구', 30],
  ['4146500000', '경기도 용인시 수지구', 38],
  ['5111000000', '강원특별자치도 춘천시', 29],
  ['5172000000', '강원특별자치도 홍천군', 7],
  ['4311300000', '충청북도 청주시 흥덕구', 27],
  ['4413300000', '충청남도 천안시 서북구', 40],
  ['5211100000', '전북특별자치도 전주시 완산구', 32],
  ['4613000000', '전라남도 여수시', 27],
  ['4683000000', '전라남도 영암군', 5],
  ['4717000000', '경상북도 안동시', 15],
  ['4812300000', '경상남도 창원시 성산구', 25],
  ['4888000000', '경상남도 거창군', 6],
  ['5011000000', '제주특별자치도 제주시', 49],
].map(([code, name, weight]) => [{ code: String(code), name: String(name) }, Number(weight)] as const)

/** Names of imaginary roads: no road or quarter of Korea has the word 가상 ("imaginary") in its name. */
const ROADS = ['가상로', '가상대로', '가상중앙로', '가상역로', '가상공원로', '가상시장로', '가상학교로', '가상강변로']
const QUARTERS = ['가상동', '가상1동', '가상2동', '가상신동']

export interface Residence {
  readonly municipality: string
  readonly address: string
}

export function residence(random: SeededRandom): Residence {
  const { code, name } = random.weighted(MUNICIPALITIES)
  const lane = random.chance(0.5) ? ` ${random.between(1, 99)}길` : ''
  const building = `${random.between(1, 399)}${random.chance(0.15) ? `-${random.between(1, 20)}` : ''}`
  const flat = random.chance(0.6)
    ? `, ${random.between(101, 120)}동 ${random.between(1, 25)}0${random.between(1, 6)}호`
    : ''
  const address = `${name} ${random.pick(ROADS)}${lane} ${building}${flat} (${random.pick(QUARTERS)})`
  return { municipality: code, address }
}
