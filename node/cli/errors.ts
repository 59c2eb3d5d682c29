import { DojangError } from '../lib/errors.ts'

export type CliFailure =
  /** The command or its options are wrong. */
  | { readonly code: 'CLI_USAGE' }
  /** A file or the standard input cannot be used. */
  | { readonly code: 'CLI_INPUT'; readonly path: string; readonly reason: string }
  /** The data directory has no install, or its files cannot be read by this user. */
  | { readonly code: 'CLI_NO_INSTALL'; readonly data: string }
  /** Other users may write to the data directory, so another program could answer in place of the node. */
  | { readonly code: 'CLI_DATA_OPEN'; readonly data: string }
  /** No node answers there: on the socket in a data directory, or at a URL. */
  | { readonly code: 'CLI_NODE_UNREACHABLE'; readonly at: string }
  /** The answer is not that of a node of this version. */
  | { readonly code: 'CLI_NODE_UNEXPECTED'; readonly at: string; readonly reason: string }
  /** The node refused. `problem` is the error code of its answer (docs/errors.md), if there is one. */
  | { readonly code: 'CLI_REFUSED'; readonly status: number; readonly problem: string | null }

export class CliError extends DojangError<CliFailure> {
  override name = 'CliError'
}
