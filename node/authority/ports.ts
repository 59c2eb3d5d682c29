import type { Logger } from 'pino'
import type { Config } from '../config/schema.ts'
import type { Custody } from '../keys/custody.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Random } from '../lib/random.ts'
import type { Clock, Every, Timer } from '../lib/time.ts'
import type { Store } from '../store/store.ts'

export type Progress = (done: number, of: number, step: string) => void

/** Called with each step that is done: of the first start, and of a migration of the database. */
export type StartProgress = (task: 'first start' | 'upgrade', ...step: Parameters<Progress>) => void

/** Some engines can stop by themselves: then this resolves with the reason. Null: the engine was closed. */
export interface MayStop {
  readonly stopped?: Promise<Error | null>
}

/** The time, the randomness and the I/O of an authority. The program passes the system's; a test passes its own. */
export interface AuthorityPorts {
  readonly clock: Clock
  readonly random: Random
  readonly timer: Timer
  /** Starts the tasks that the authority repeats. */
  readonly every: Every
  readonly log: Logger
  readonly progress: StartProgress
  /** The default opens the ledger that the configuration names. The authority closes what this returns. */
  readonly openLedger?: (config: Config, custody: Custody, log: Logger) => Promise<Ledger & MayStop>
  /** The default opens LevelDB in that directory. The authority closes what this returns. */
  readonly openStore?: (path: string) => Promise<Store & MayStop>
}
