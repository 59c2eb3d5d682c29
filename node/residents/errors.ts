import { DojangError } from '../lib/errors.ts'

/** Why a whole file is refused. A single bad row never throws: it is listed. */
export type ResidentsFailure =
  /** The file cannot be read line by line: UTF-16, or no text at all but a workbook. */
  | { readonly code: 'RESIDENTS_CHARSET' }
  /** The first line does not name the columns; `missing` and `repeated` are our names for them, never the file's text. */
  | { readonly code: 'RESIDENTS_HEADER'; readonly missing: readonly string[]; readonly repeated: readonly string[] }
  /** Nothing but blank lines. */
  | { readonly code: 'RESIDENTS_EMPTY' }
  /** More rows than one import keeps track of; what was read before the limit is stored. */
  | { readonly code: 'RESIDENTS_TOO_MANY_ROWS'; readonly limit: number }
  /** A text that the asked-for charset cannot hold. */
  | { readonly code: 'RESIDENTS_NOT_IN_CHARSET'; readonly row: number }

export class ResidentsError extends DojangError<ResidentsFailure> {
  override name = 'ResidentsError'
}
