/**
 * An error that no step of a check expects is a fault of our own: a mistake in this program, or a port that breaks its
 * contract. It is reported, the verdict says `unknown/internal_fault`, and nothing is said about the card.
 * Why: docs/decisions/077.
 */
import { DojangError } from '../lib/errors.ts'
import type { Warn } from '../lib/warn.ts'
import type { Recorder } from './recorder.ts'
import type { CheckName } from './verdict.ts'

/** For programs that embed the verifier and give no port of their own. */
export const warnOnConsole: Warn = (facts, message) => console.error(message, facts)

/**
 * Runs one step of a check.
 * @param name the check to note the fault under
 * @returns undefined after a fault
 */
export async function guarded<T>(
  name: CheckName,
  recorder: Recorder,
  warn: Warn,
  step: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await step()
  } catch (error) {
    recorder.fault(name)
    warn({ check: name, ...factsOf(error) }, 'a check of a presentation failed inside the verifier')
    return undefined
  }
}

/** Without the message: it may quote what was shown, which is somebody's personal data. */
function factsOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error }
  const frames = error.stack?.split('\n').filter(line => /^\s+at /.test(line)) ?? []
  return {
    error: error.name,
    ...(error instanceof DojangError ? { code: error.code } : {}),
    at: frames.slice(0, 8).map(line => line.trim()),
  }
}
