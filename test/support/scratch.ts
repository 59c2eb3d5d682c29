/** Directories of a test's own, outside the tree. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made = new Set<string>()

/** Mocha answers SIGINT itself: it finishes the test under way and reports. */
const SIGNALS = 'describe' in globalThis ? { SIGTERM: 15 } : { SIGINT: 2, SIGTERM: 15 }

/**
 * A new directory. Remove it as soon as it is done with; what is left goes when the process ends, even if the test that
 * would have removed it was never run (`--grep`), failed, or was interrupted.
 */
export function scratchDirectory(name: string): string {
  if (made.size === 0) cleanUpAtExit()
  const path = mkdtempSync(join(tmpdir(), `dojang-${name}-`))
  made.add(path)
  return path
}

function cleanUpAtExit(): void {
  process.once('exit', () => {
    for (const path of made) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  })
  // Without a listener a signal ends the process before `exit` is emitted.
  for (const [signal, number] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(128 + number))
}
