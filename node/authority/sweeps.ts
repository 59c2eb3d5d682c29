import type { Every } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'

/** Seconds between two runs of a task. */
const PERIOD = 5

/**
 * Runs each task every few seconds, unless its last run has not ended.
 * @returns stops this, and waits for the runs that have begun
 */
export function startSweeps(
  every: Every,
  tasks: Readonly<Record<string, () => Promise<unknown>>>,
  warn: Warn,
): () => Promise<unknown> {
  const running = new Map<string, Promise<unknown>>()
  const run = (sweep: string, task: () => Promise<unknown>) =>
    task()
      .catch(error => warn({ sweep, err: error }, 'a sweep failed; it runs again'))
      .finally(() => running.delete(sweep))
  const stop = every(PERIOD, () => {
    for (const [sweep, task] of Object.entries(tasks)) if (!running.has(sweep)) running.set(sweep, run(sweep, task))
  })
  return () => {
    stop()
    return Promise.all(running.values())
  }
}
