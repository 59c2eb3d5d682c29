import { setTimeout } from 'node:timers/promises'

/**
 * Waits for what no event announces: looks every few milliseconds until the condition holds.
 * @throws {Error} after `withinMs`, saying what was waited for
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { withinMs = 5000, everyMs = 10 } = {},
): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${withinMs} ms`)
    await setTimeout(everyMs)
  }
}
