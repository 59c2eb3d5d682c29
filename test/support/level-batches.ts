import { Level } from 'level'

interface Batch {
  readonly operations: number
  readonly options: unknown
}

/** The batches that LevelDB gets while `action` runs, with their options. */
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
    // Level inherits the method, so deleting the replacement restores it.
    delete prototype.batch
  }
  return seen
}
