/** What the check screen keeps on this device: what it knows of the ledger, its settings and its key. Never a claim. */
import { openDB } from 'idb'

export interface Store {
  get<Value>(name: string): Promise<Value | undefined>
  put(name: string, value: unknown): Promise<void>
  delete(name: string): Promise<void>
  /** Deletes everything. */
  clear(): Promise<void>
}

const DATABASE = 'dojang-check'
const VALUES = 'values'

export async function openStore(): Promise<Store> {
  const database = await openDB(DATABASE, 1, { upgrade: opened => void opened.createObjectStore(VALUES) })
  return {
    get: name => database.get(VALUES, name),
    put: async (name, value) => void (await database.put(VALUES, value, name)),
    delete: name => database.delete(VALUES, name),
    clear: () => database.clear(VALUES),
  }
}
