/** The columns of a register file: the built-in ones, and those that card definitions add. */
import type { ClaimKind, ColumnDefinition, ColumnType } from './card.ts'

/** The built-in columns, with the names that a file may give them in Korean and English. */
export const BUILT_IN_COLUMNS = {
  personal_number: ['주민등록번호', '주민번호', 'personal number', 'personal administrative number', 'rrn'],
  family_name: ['성', '성씨', 'family name', 'surname'],
  given_name: ['명', 'given name'],
  full_name: ['성명', '이름', 'full name', 'name'],
  birthdate: ['생년월일', 'birthdate', 'birth date', 'date of birth'],
  sex: ['성별', 'sex', 'gender'],
  address: ['주소', '도로명주소', '거주지', 'address'],
  municipality: ['행정구역코드', '행정표준코드', '법정동코드', '시군구코드', 'municipality', 'municipality code'],
  portrait: ['사진', '증명사진', 'portrait', 'photo'],
  licence_number: ['면허번호', '운전면허번호', 'licence number', 'license number'],
  licence_categories: ['면허종별', '면허종류', 'licence categories', 'license categories'],
  licence_issued: ['면허발급일', '면허취득일', 'licence issued', 'license issued'],
  licence_conditions: ['면허조건', 'licence conditions', 'license conditions'],
  veteran_number: ['보훈번호', '국가보훈번호', 'veteran number'],
  veteran_category: ['보훈구분', '보훈대상', 'veteran category'],
  veteran_disability_grade: ['상이등급', 'veteran disability grade', 'disability grade'],
  document_number: ['주민등록증번호', '주민등록증 일련번호', 'document number', 'identity card number'],
  document_chip: ['주민등록증 IC칩', 'IC칩', 'document chip', 'identity card chip'],
  guardian_numbers: ['법정대리인주민등록번호', '법정대리인', 'guardian numbers', 'guardians'],
} as const
export type BuiltInColumn = keyof typeof BUILT_IN_COLUMNS

/** Normalises a column name: 사진(base64) becomes 사진, and Personal_Number becomes personalnumber. */
export function plainColumnName(text: string): string {
  return text
    .replace(/\(.*\)/g, '')
    .replace(/[\s_-]/g, '')
    .toLowerCase()
}

const BUILT_IN_NAMES: ReadonlyMap<string, BuiltInColumn> = new Map(
  Object.entries(BUILT_IN_COLUMNS).flatMap(([name, others]) =>
    [name, ...others].map(one => [plainColumnName(one), name as BuiltInColumn] as const),
  ),
)

export const builtInColumn = (text: string): BuiltInColumn | undefined => BUILT_IN_NAMES.get(plainColumnName(text))

/** All names, normalised, by which a file may call the column of a card. */
export const namesOfColumn = ({ name, display }: ColumnDefinition): readonly string[] => [
  ...new Set([name, display.ko, display.en].map(plainColumnName)),
]

/** How a claim that states a column of this type is shown. */
export const KIND_OF_COLUMN: Readonly<Record<ColumnType, ClaimKind>> = {
  text: 'text',
  date: 'date',
  number: 'number',
  boolean: 'boolean',
  list: 'list',
}
