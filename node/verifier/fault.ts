/**
 * An unexpected error in a step of a check is an internal fault: a mistake in this program, or a port that breaks its
 * contract. It is reported, the verdict is `unknown/internal_fault`, and it never becomes a finding about the card.
 * Why: docs/decisions/077.
 */
import { factsOfFault } from '../lib/fault.ts'
import type { Warn } from '../lib/warn.ts'
import type { Recorder } from './recorder.ts'
import type { CheckName } from './verdict.ts'

/** The default for programs that embed the verifier without a port of their own. */
export const warnOnConsole: Warn = (facts, message) => console.error(message, facts)

/**
 * Runs one step of a check.
 * @param name the check that a fault is recorded for
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
    warn({ check: name, ...factsOfFault(error) }, 'a check of a presentation failed inside the verifier')
    return undefined
  }
}
