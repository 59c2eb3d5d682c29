/** A disk of a few megabytes, to be filled. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/**
 * Mounts one at a new directory; the caller unmounts it.
 * @returns false where nobody may mount, and the test is skipped
 * @throws {Error} where nobody may though `DOJANG_TEST_ALL` is set, as in CI
 */
export function mountSmallDisk(at: string, megabytes: number): boolean {
  mkdirSync(at, { recursive: true })
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', at])
  if (status === 0) return true
  if (process.env.DOJANG_TEST_ALL) throw new Error('a small disk cannot be mounted: run the tests as root')
  return false
}
