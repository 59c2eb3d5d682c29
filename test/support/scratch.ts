/** Temporary directories for tests, outside the checkout. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made = new Set<string>()

/** Mocha handles SIGINT: it finishes the running test and reports. */
const SIGNALS = 'describe' in globalThis ? { SIGTERM: 15 } : { SIGINT: 2, SIGTERM: 15 }

/**
 * A new directory. Remove it when the test is over. When the process ends, all that are left are removed, also if the
 * test failed, was interrupted, or was not run (`--grep`).
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
