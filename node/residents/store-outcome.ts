/** What an import did with one row. */
export type StoreOutcome = 'added' | 'changed' | 'unchanged'
