import { malformed } from '../../proof/errors.ts'

/**
 * Returns a function that checks that each item is greater than the previous one. With a fixed order, each state has
 * exactly one snapshot.
 * @throws {ProofError} PROOF_MALFORMED
 */
export function requireAscending<T>(what: string, compare: (a: T, b: T) => number): (item: T) => T {
  let before: T | undefined
  return item => {
    if (before !== undefined && (compare(before, item) >= 0 || compare(item, before) <= 0)) {
      throw malformed(what, 'not in requireAscending order')
    }
    before = item
    return item
  }
}
