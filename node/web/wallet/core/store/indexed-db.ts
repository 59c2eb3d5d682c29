import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'
import { walletError } from '../errors.ts'
import { type StoreChange, TABLES, type TableName, type WalletStore } from '../ports.ts'

const NAME = 'dojang-wallet'
const VERSION = 1

interface Schema extends DBSchema {
  card: { key: string; value: unknown }
  key: { key: string; value: unknown }
  history: { key: string; value: unknown }
  setting: { key: string; value: unknown }
}

/** The browser's database. A commit is one transaction, which is on disk when it resolves (`durability: strict`). */
export class IndexedDbStore implements WalletStore {
  #database: Promise<IDBPDatabase<Schema>> | undefined

  get(table: TableName, key: string): Promise<unknown> {
    return this.#run(database => database.get(table, key))
  }

  all(table: TableName): Promise<readonly unknown[]> {
    return this.#run(database => database.getAll(table))
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    await this.#run(async database => {
      const transaction = database.transaction(TABLES, 'readwrite', { durability: 'strict' })
      for (const change of changes) {
        const table = transaction.objectStore(change.table)
        if ('put' in change) void table.put(change.put, change.key)
        else if ('del' in change) void table.delete(change.key)
        else void table.clear()
      }
      await transaction.done
    })
  }

  async erase(): Promise<void> {
    await this.#run(database => {
      database.close()
      this.#database = undefined
      return deleteDB(NAME)
    })
  }

  /** @throws {WalletError} WALLET_STORAGE */
  async #run<T>(act: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      this.#database ??= openDB<Schema>(NAME, VERSION, {
        upgrade: database => {
          for (const table of TABLES) database.createObjectStore(table)
        },
        // Another page of the wallet wants to erase it or has a later version.
        blocking: (_current, _next, event) => {
          ;(event.target as IDBDatabase).close()
          this.#database = undefined
        },
        terminated: () => {
          this.#database = undefined
        },
      })
      return await act(await this.#database)
    } catch (error) {
      this.#database = undefined
      throw walletError({ code: 'WALLET_STORAGE' }, "The browser's database cannot be used.", error)
    }
  }
}
