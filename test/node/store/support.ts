import { rmSync } from 'node:fs'
import { toHex } from '../../../node/lib/bytes.ts'
import type { Store } from '../../../node/store/store.ts'
import { scratchDirectory } from '../../support/scratch.ts'

/** A new directory for each test, deleted afterwards. Call inside `describe`. */
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

/** All entries of the store, as text for comparison. */
export async function contentOf(store: Store): Promise<string[]> {
  const entries = await collect(store.range(new Uint8Array([0]), new Uint8Array([0xff])))
  return entries.map(([key, value]) => `${toHex(key)} ${toHex(value)}`)
}
