import { rmSync } from 'node:fs'
import { scratchDirectory } from '../../support/scratch.ts'

/** A directory of the test's own, gone afterwards. Call inside `describe`. */
export function temporaryDirectory(): { readonly path: string } {
  const made = { path: '' }
  beforeEach(() => {
    made.path = scratchDirectory('test')
  })
  afterEach(() => rmSync(made.path, { recursive: true, force: true }))
  return made
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
