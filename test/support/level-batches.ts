import { Level } from 'level'

interface Batch {
  readonly operations: number
  readonly options: unknown
}

/** What LevelDB is asked to write at once, and how, while `action` runs. */
export async function recordBatches(action: () => Promise<unknown>): Promise<readonly Batch[]> {
  const prototype = Level.prototype as unknown as { batch?: (...given: unknown[]) => unknown }
  const { batch } = prototype
  const seen: Batch[] = []
  prototype.batch = function (...given) {
    seen.push({ operations: (given[0] as unknown[]).length, options: given[1] })
    return batch?.apply(this, given)
  }
  try {
    await action()
  } finally {
    // Level inherits the method: deleting our own uncovers it again.
    delete prototype.batch
  }
  return seen
}
