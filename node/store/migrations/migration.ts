import type { Store, WriteOp } from '../store.ts'

/** Where a migration is: what it needs to know to go on after the steps that are committed. */
export type MigrationPlace = Readonly<Record<string, number | string>>

/** One commit of a migration. */
export interface MigrationStep {
  readonly ops: readonly WriteOp[]
  /** Stored with the operations. */
  readonly place: MigrationPlace
  readonly done: number
  readonly of: number
}

/** From one schema to the next. docs/developer.md says how to write one. */
export interface Migration {
  /** The schema that it leads to, from the one before. */
  readonly to: number
  /** What the operator is shown while it runs. */
  readonly name: string
  /**
   * Yields the work in steps of bounded size. The process may end after any of them: the next start runs the migration
   * again from the place of the last one that was committed. Each step must follow from that place and the store alone.
   * @param place undefined for the first run
   */
  run(store: Pick<Store, 'get' | 'range'>, place: MigrationPlace | undefined): AsyncIterable<MigrationStep>
}
