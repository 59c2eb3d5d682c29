import type { StoreChange, TableName, WalletStore } from '../ports.ts'
import { TABLES } from '../ports.ts'

/** Keeps everything in memory: for tests, and where the browser has no database. */
export class MemoryWalletStore implements WalletStore {
  readonly #tables = new Map<TableName, Map<string, unknown>>(TABLES.map(name => [name, new Map()]))

  async get(table: TableName, key: string): Promise<unknown> {
    return this.#of(table).get(key)
  }

  async all(table: TableName): Promise<readonly unknown[]> {
    return [...this.#of(table)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    for (const change of changes) {
      const table = this.#of(change.table)
      if ('put' in change) table.set(change.key, change.put)
      else if ('del' in change) table.delete(change.key)
      else table.clear()
    }
  }

  async erase(): Promise<void> {
    for (const table of this.#tables.values()) table.clear()
  }

  #of(table: TableName): Map<string, unknown> {
    return this.#tables.get(table) as Map<string, unknown>
  }
}
