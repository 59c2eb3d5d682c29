import { ProofError } from '../../../node/proof/errors.ts'

/** The code a call is refused with; a call that passes, or fails otherwise, is not a refusal. */
export function codeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof ProofError) return error.code
    throw error
  }
  return 'passed'
}
