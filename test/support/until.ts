import { setTimeout } from 'node:timers/promises'

/**
 * Waits for a condition that has no event: checks it every few milliseconds.
 * @throws {Error} after `withinMs`, with the name of the condition
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
