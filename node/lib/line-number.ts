/** The number of a Korean mobile line: `010-1234-5678`, `01012345678` or `+82 10 1234 5678`. */
export const LINE_NUMBER = /^(?:0|\+82[ -]?)(1[016789][ -]?\d{3,4}[ -]?\d{4})$/

/**
 * The number in one form: `+821012345678`.
 * @returns undefined unless the text is the number of a mobile line
 */
export function parseLineNumber(text: string): string | undefined {
  const [, digits = ''] = LINE_NUMBER.exec(text) ?? []
  return digits === '' ? undefined : `+82${digits.replace(/[ -]/g, '')}`
}
