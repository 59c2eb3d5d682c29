/** Documents of the authority: the newest, or that of last time where there is no network. */
import type { Store } from './store.ts'

export interface Source {
  readonly store: Store
  readonly fetcher: typeof fetch
}

const FETCH_MS = 5000

/**
 * @param name under which it is kept
 * @param read what is kept of a document. If it throws, the document counts as not received
 * @returns undefined if there is neither
 */
export async function newestOrKept<Document, Value = Document>(
  name: string,
  url: string,
  { store, fetcher }: Source,
  read: (document: Document) => Value = document => document as unknown as Value,
): Promise<Value | undefined> {
  try {
    const signal = AbortSignal.timeout(FETCH_MS)
    const response = await fetcher(url, { signal, redirect: 'error', cache: 'no-store' })
    if (response.ok) {
      const value = read((await response.json()) as Document)
      await store.put(name, value)
      return value
    }
  } catch {
    // No network, or not the document that it should be: what was kept last time serves.
  }
  return store.get<Value>(name)
}
