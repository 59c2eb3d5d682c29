/**
 * The number of a Korean mobile line in one form: `010-1234-5678` and `+82 10 1234 5678` both give `+821012345678`.
 * @returns undefined unless the text is such a number
 */
export function parseLineNumber(text: string): string | undefined {
  const [, digits = ''] = /^(?:0|\+82[ -]?)(1[016789][ -]?\d{3,4}[ -]?\d{4})$/.exec(text) ?? []
  return digits === '' ? undefined : `+82${digits.replace(/[ -]/g, '')}`
}
