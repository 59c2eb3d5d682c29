import type { Exit } from './exit.ts'

/** Where a command leaves its exit code, since commander's actions return nothing. */
export interface Outcome {
  exit: Exit
  /** The exit code of this command when it is refused, where that is not "refused". */
  refusal?: Exit
}
