import { unreachable } from '../lib/errors.ts'
import type { CliFailure } from './errors.ts'

/** Exit codes are stable for scripts. `dojang --help` prints them. */
export const Exit = {
  done: 0,
  refused: 1,
  input: 2,
  unreachable: 3,
  undecided: 4,
  internal: 70,
} as const
export type Exit = (typeof Exit)[keyof typeof Exit]

export const EXIT_HELP = `Exit codes:
  0   done; for a check: the card is valid
  1   refused by the node or the ledger; for a check: the card is not valid
  2   bad usage or bad input; for an import: some rows were rejected (the valid ones are stored)
  3   the node, or the ledger behind it, cannot be reached
  4   a check without a verdict: nobody presented a card in time, or it could not be checked
  70  a bug in dojang`

export function exitOf(failure: CliFailure): Exit {
  switch (failure.code) {
    case 'CLI_USAGE':
    case 'CLI_INPUT':
    case 'CLI_DATA_OPEN':
      return Exit.input
    case 'CLI_NO_INSTALL':
    case 'CLI_NODE_UNREACHABLE':
    case 'CLI_NODE_UNEXPECTED':
      return Exit.unreachable
    case 'CLI_REFUSED':
      if ([400, 413, 415, 422].includes(failure.status)) return Exit.input
      return [502, 503, 504].includes(failure.status) ? Exit.unreachable : Exit.refused
    default:
      return unreachable(failure)
  }
}
