import { numberedJournal } from './002-numbered-journal.ts'
import { chainedJournal } from './003-chained-journal.ts'
import type { Migration } from './migration.ts'

/** In order, one for each schema after the first. A released migration is never changed, because installs have run it. */
export const migrations: readonly Migration[] = [numberedJournal(), chainedJournal()]
