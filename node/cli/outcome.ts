import type { Exit } from './exit.ts'

/** A command sets its exit code here, because commander's actions return nothing. */
export interface Outcome {
  exit: Exit
  /** The exit code of this command when it is refused, if it is not `Exit.refused`. */
  refusal?: Exit
}
