/** The reasons for rejecting a row: a stable code, and a sentence with the next step that contains no value of the row. */
import type { NamedColumn } from './columns.ts'

const SENTENCES = {
  unterminated_quote: {
    ko: '따옴표가 닫히지 않았습니다. 셀의 따옴표를 확인하세요.',
    en: 'A quote is never closed. Check the quotes in this row.',
  },
  misplaced_quote: {
    ko: '따옴표의 위치가 잘못되었습니다. 셀 안의 따옴표는 두 번 써야 합니다.',
    en: 'A quote is in the wrong place. Quote the whole cell and double the quotes inside it.',
  },
  line_too_long: {
    ko: '행이 너무 깁니다. 사진은 4,096바이트 이하여야 합니다.',
    en: 'The row is too long. A portrait may have at most 4,096 bytes.',
  },
  column_count: {
    ko: '셀의 개수가 첫 행과 다릅니다. 쉼표가 든 셀은 따옴표로 묶으세요.',
    en: 'The number of cells differs from the first line. Quote cells that contain a comma.',
  },
  wrong_charset: {
    ko: '파일의 문자 인코딩(UTF-8 또는 CP949)과 다른 행입니다. 한 가지로 다시 저장하세요.',
    en: "The row is not in the file's charset (UTF-8 or CP949). Save the whole file in one of them.",
  },
  missing_value: { ko: '값이 비어 있습니다.', en: 'The cell is empty.' },
  duplicate: {
    ko: '같은 주민등록번호가 앞의 행에 있습니다. 앞의 행만 반영했습니다.',
    en: 'An earlier row has the same personal number. Only the earlier row was imported.',
  },
  duplicate_line: {
    ko: '같은 전화번호가 앞의 행에 있습니다. 앞의 행만 반영했습니다.',
    en: 'An earlier row has the same line number. Only the earlier row was imported.',
  },
  bad_telecom: {
    ko: '통신사 번호가 아닙니다. 신뢰 등록부에 있는 기관 번호를 넣어 주세요',
    en: 'not the number of a telecom in the trust registry',
  },
  bad_line: {
    ko: '휴대전화번호는 010-1234-5678 형식이어야 합니다.',
    en: 'A line number is a mobile number such as 010-1234-5678 or +82 10 1234 5678.',
  },
  lost_line_zero: {
    ko: '전화번호 앞의 0이 사라졌습니다. 엑셀에서 셀 서식을 텍스트로 바꾸고 다시 저장하세요.',
    en: 'The line number lost its leading zero. Format the column as text in the spreadsheet and save again.',
  },
  unknown_person: {
    ko: '주민 명부에 없는 주민등록번호입니다. 주민 명부를 먼저 등록하세요.',
    en: 'The register has no person with this number. Import the register first.',
  },
  bad_personal_number: {
    ko: '주민등록번호는 YYMMDD-SNNNNNN 형식이고 앞자리가 실제 날짜여야 합니다.',
    en: 'A personal number has the form YYMMDD-SNNNNNN and begins with a valid date.',
  },
  lost_zeros: {
    ko: '주민등록번호 앞의 0이 사라졌습니다. 엑셀에서 셀 서식을 텍스트로 바꾸고 다시 저장하세요.',
    en: 'The personal number lost its leading zeros. Format the column as text in the spreadsheet and save again.',
  },
  future_birthdate: { ko: '출생일이 오늘보다 뒤입니다.', en: 'The birthdate is in the future.' },
  birthdate_mismatch: {
    ko: '생년월일이 주민등록번호와 다릅니다.',
    en: 'The birthdate differs from the one in the personal number.',
  },
  sex_mismatch: { ko: '성별이 주민등록번호와 다릅니다.', en: 'The sex differs from the one in the personal number.' },
  bad_name: {
    ko: '이름은 글자 1자 이상 40자 이하여야 합니다.',
    en: 'A name has 1 to 40 letters in each of its two parts.',
  },
  bad_address: {
    ko: '주소는 200자 이하의 글자여야 합니다.',
    en: 'An address has at most 200 characters, none of them control characters.',
  },
  bad_municipality: {
    ko: '행정구역코드는 숫자 10자리(또는 시군구 5자리)여야 합니다.',
    en: 'A municipality code has 10 digits, or the 5 digits of a city, county or district.',
  },
  portrait_encoding: { ko: '사진이 base64가 아닙니다.', en: 'The portrait is not base64.' },
  portrait_size: { ko: '사진은 4,096바이트 이하여야 합니다.', en: 'A portrait may have at most 4,096 bytes.' },
  portrait_format: {
    ko: '사진은 손상되지 않은 JPEG 또는 PNG여야 하며 500,000화소 이하여야 합니다. 다시 저장하세요.',
    en: 'A portrait is a JPEG or PNG image without damage and of at most 500,000 pixels. Save it again.',
  },
  bad_licence: {
    ko: '면허번호는 NN-NN-NNNNNN-NN 형식이고, 면허종별마다 발급일(YYYY-MM-DD)이 있어야 합니다.',
    en: 'A licence number has the form NN-NN-NNNNNN-NN, and every category needs a date of issue, YYYY-MM-DD.',
  },
  bad_guardian: {
    ko: '법정대리인의 주민등록번호는 YYMMDD-SNNNNNN 형식이어야 하며, 쌍반점(;)으로 나누어 8명까지 쓰고 본인은 쓸 수 없습니다.',
    en: 'Guardians are up to 8 personal numbers, separated by semicolons, and not the person themself.',
  },
  bad_value: {
    ko: '이 열의 형식에 맞지 않는 값입니다. 날짜는 YYYY-MM-DD, 예·아니오는 예 또는 아니오, 목록은 쌍반점(;)으로 나눕니다.',
    en: 'The value does not have the type of the column. A date is YYYY-MM-DD, a yes or no is Y or N, a list is separated by semicolons.',
  },
  bad_veteran: {
    ko: '보훈번호는 숫자와 붙임표이고, 보훈구분이 있어야 합니다.',
    en: 'A veteran number consists of digits and hyphens, and the category must be given.',
  },
  bad_document: {
    ko: '주민등록증번호는 영문 대문자와 숫자 6~9자리여야 합니다.',
    en: 'The number of an identity card has 6 to 9 capital letters and digits.',
  },
} as const
export type RejectionReason = keyof typeof SENTENCES

export interface Rejection {
  /** The line in which the row begins, from 1 as an editor counts. */
  readonly line: number
  readonly reason: RejectionReason
  /** The column with the error. */
  readonly column?: string
  /** For a duplicate: the line that was imported. */
  readonly firstLine?: number
  readonly ko: string
  readonly en: string
}

export function rejection(
  line: number,
  reason: RejectionReason,
  { column, firstLine }: { readonly column?: NamedColumn; readonly firstLine?: number } = {},
): Rejection {
  const { ko, en } = SENTENCES[reason]
  return {
    line,
    reason,
    ...(column && { column: column.name }),
    ...(firstLine !== undefined && { firstLine }),
    ko: column ? `${column.ko}: ${ko}` : ko,
    en: column ? `${column.name}: ${en}` : en,
  }
}
