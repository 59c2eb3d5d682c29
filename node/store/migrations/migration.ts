import type { Store, WriteOp } from '../store.ts'

/** What a migration needs in order to continue after its committed steps. */
export type ResumePoint = Readonly<Record<string, number | string>>

/** One commit of a migration. */
export interface MigrationStep {
  readonly ops: readonly WriteOp[]
  /** Where the step after this one begins. Stored in the same commit. */
  readonly next: ResumePoint
  /** Progress: units of work done so far, of the total `of`. */
  readonly done: number
  readonly of: number
}

/** Changes a store from one schema to the next. docs/developer.md says how to write one. */
export interface Migration {
  /** The schema after the migration. */
  readonly to: number
  /** Shown to the operator while it runs. */
  readonly name: string
  /**
   * Yields the work in steps of bounded size. The process may end after any of them. The next start then continues from
   * `next` of the last committed step. A step must depend only on the resume point and on the store.
   * @param resume undefined for the first run
   */
  run(store: Pick<Store, 'get' | 'range'>, resume: ResumePoint | undefined): AsyncIterable<MigrationStep>
}
