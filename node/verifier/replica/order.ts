import { malformed } from '../../proof/errors.ts'

/**
 * Passes items through if each comes after the one before: so that there is one file for one state.
 * @throws {ProofError} PROOF_MALFORMED
 */
export function ascending<T>(what: string, compare: (a: T, b: T) => number): (item: T) => T {
  let before: T | undefined
  return item => {
    if (before !== undefined && (compare(before, item) >= 0 || compare(item, before) <= 0)) {
      throw malformed(what, 'not in ascending order')
    }
    before = item
    return item
  }
}
