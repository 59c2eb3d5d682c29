/** A file system of a few megabytes, for tests of a full disk. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/**
 * Mounts one at a new directory; the caller unmounts it.
 * @returns false if this user may not mount; the test is then skipped with a message
 */
export function mountSmallDisk(at: string, megabytes: number): boolean {
  mkdirSync(at, { recursive: true })
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', at])
  if (status === 0) return true
  console.warn(
    'SKIPPED: a small disk cannot be mounted here, so nothing is tried on a full one. Run the tests as root.',
  )
  return false
}
