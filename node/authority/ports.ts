import type { Logger } from 'pino'
import type { Config } from '../config/schema.ts'
import type { Custody } from '../keys/custody.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Random } from '../lib/random.ts'
import type { Clock, Every, Timer } from '../lib/time.ts'
import type { Store } from '../store/store.ts'

/** Called after each step. */
export type SetupProgress = (done: number, of: number, step: string) => void

/** Called after each step of the first start, and of a migration of the database. */
export type StartProgress = (task: 'first start' | 'upgrade', ...step: Parameters<SetupProgress>) => void

/** An engine that can end without being closed, for example on a full disk. */
export interface ReportsStop {
  /** Resolves when the engine has ended: with the reason, or with null after `close`. */
  readonly stopped?: Promise<Error | null>
}

/** The time, the randomness and the I/O of an authority. The program passes those of the system, and a test its own. */
export interface AuthorityPorts {
  readonly clock: Clock
  readonly random: Random
  readonly timer: Timer
  /** Starts the tasks that the authority repeats. */
  readonly every: Every
  readonly log: Logger
  readonly progress: StartProgress
  /** By default, the ledger that the configuration names. The authority closes what this returns. */
  readonly openLedger?: (config: Config, custody: Custody, log: Logger) => Promise<Ledger & ReportsStop>
  /** By default, LevelDB in that directory. The authority closes what this returns. */
  readonly openStore?: (path: string) => Promise<Store & ReportsStop>
}
