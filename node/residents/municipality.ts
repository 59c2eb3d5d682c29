/**
 * The basic municipality (기초 지자체) of a resident: a 시, 군 or 자치구, or 세종 and the two cities of 제주, which have none
 * below or above them. Its code has five digits, the first five of the register's 행정구역코드.
 *
 * A 일반구 such as 수원시 영통구 is no municipality of its own. Its people belong to 수원시.
 * Why: docs/decisions/118.
 */

/** 서울, the metropolitan cities and 세종, by the first two digits. All five digits name a municipality there. */
const METROPOLITAN = new Set(['11', '26', '27', '28', '29', '30', '31', '36'])
/** 증평군. Everywhere else in a province, a fifth digit other than 0 is a 일반구 of the city with 0. */
const NO_DISTRICT = new Set(['43745'])

/**
 * @param code the register's code of five or ten digits
 * @returns undefined unless the text is such a code
 */
export function municipalityOfCode(code: string): string | undefined {
  const [, five = ''] = /^([1-9]\d{4})(?:\d{5})?$/.exec(code) ?? []
  if (five === '') return undefined
  return METROPOLITAN.has(five.slice(0, 2)) || NO_DISTRICT.has(five) ? five : `${five.slice(0, 4)}0`
}

/** Each 시도, with the shorter and earlier names that addresses have. */
const PROVINCES: readonly (readonly [string, ...string[]])[] = [
  ['서울특별시', '서울시', '서울'],
  ['부산광역시', '부산시', '부산'],
  ['대구광역시', '대구시', '대구'],
  ['인천광역시', '인천시', '인천'],
  ['광주광역시', '광주'],
  ['대전광역시', '대전시', '대전'],
  ['울산광역시', '울산시', '울산'],
  ['세종특별자치시', '세종시', '세종'],
  ['경기도', '경기'],
  ['강원특별자치도', '강원도', '강원'],
  ['충청북도', '충북'],
  ['충청남도', '충남'],
  ['전북특별자치도', '전라북도', '전북'],
  ['전라남도', '전남'],
  ['경상북도', '경북'],
  ['경상남도', '경남'],
  ['제주특별자치도', '제주도', '제주'],
]
const PROVINCE_OF = new Map(PROVINCES.flatMap(names => names.map(name => [name, names[0]] as const)))

/** Has no 시, 군 or 구 below it. */
const SEJONG = '세종특별자치시'

/**
 * The municipality at the beginning of an address, by its full name: `경기 수원시 영통구 …` gives `경기도 수원시`.
 * @returns undefined if the address does not begin with a 시도 and a 시, 군 or 구 of it
 */
export function municipalityOfAddress(address: string): string | undefined {
  const [first = '', second = ''] = address
    .normalize('NFC')
    .trim()
    .replace(/^(?:\(\d{5}\)|\d{5})\s+/, '')
    .split(/\s+/)
  const province = PROVINCE_OF.get(first)
  if (province === undefined || province === SEJONG) return province
  const pattern = province.endsWith('도') ? /^[가-힣]{1,5}[시군]$/ : /^[가-힣]{1,5}[구군]$/
  return pattern.test(second) ? `${province} ${second}` : undefined
}
