import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of the test's own, gone afterwards. Call inside `describe`. */
export function temporaryDirectory(): { readonly path: string } {
  const made = { path: '' }
  beforeEach(() => {
    made.path = mkdtempSync(join(tmpdir(), 'dojang-test-'))
  })
  afterEach(() => rmSync(made.path, { recursive: true, force: true }))
  return made
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
