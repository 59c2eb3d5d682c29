import { DojangError } from '../lib/errors.ts'

/** Reasons for refusing a whole file. An invalid row does not throw; it is listed in the report. */
export type ResidentsFailure =
  /** The file cannot be read line by line: it is UTF-16 or a workbook. */
  | { readonly code: 'RESIDENTS_CHARSET' }
  /** The first line lacks or repeats column names; `missing` and `repeated` are names of columns, never text of the file. */
  | { readonly code: 'RESIDENTS_HEADER'; readonly missing: readonly string[]; readonly repeated: readonly string[] }
  /** The file contains only blank lines. */
  | { readonly code: 'RESIDENTS_EMPTY' }
  /** The file has more rows than one import supports; rows before the limit are stored. */
  | { readonly code: 'RESIDENTS_TOO_MANY_ROWS'; readonly limit: number }
  /** The requested charset does not have a character of the text. */
  | { readonly code: 'RESIDENTS_NOT_IN_CHARSET'; readonly row: number }

export class ResidentsError extends DojangError<ResidentsFailure> {
  override name = 'ResidentsError'
}
