import { DojangError } from '../lib/errors.ts'

export type CliFailure =
  /** The command line itself does not make sense. */
  | { readonly code: 'CLI_USAGE' }
  /** A file or the standard input cannot be used. */
  | { readonly code: 'CLI_INPUT'; readonly path: string; readonly reason: string }
  /** There is no install in this data directory, or not ours to read. */
  | { readonly code: 'CLI_NO_INSTALL'; readonly data: string }
  /** Nothing answers at the node's URL. */
  | { readonly code: 'CLI_NODE_UNREACHABLE'; readonly url: string }
  /** Something answers at the node's URL, but not as a node of this version does. */
  | { readonly code: 'CLI_NODE_UNEXPECTED'; readonly url: string; readonly reason: string }
  /** The node answered, and refused: `problem` is its own code (docs/errors.md), if it gave one. */
  | { readonly code: 'CLI_REFUSED'; readonly status: number; readonly problem: string | null }

export class CliError extends DojangError<CliFailure> {
  override name = 'CliError'
}
