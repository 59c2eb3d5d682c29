import type { Config } from '../config/schema.ts'
import type { Cards } from '../credential/cards.ts'
import type { Custody } from '../keys/custody.ts'
import type { SimulatedKeys } from '../keys/simulated.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Random } from '../lib/random.ts'
import type { Clock, Timer } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import type { ProfileFile } from '../registries/profile/profile-file.ts'
import type { Store } from '../store/store.ts'
import type { Presets } from '../verifier/presets/presets.ts'

/** What all parts of an authority share. */
export interface AuthorityBase {
  readonly config: Config
  readonly custody: Custody
  readonly cards: Cards
  readonly presets: Presets
  /** Only in a demo. */
  readonly simulated: SimulatedKeys | null
  readonly ledger: Ledger
  readonly store: Store
  readonly profileFile: ProfileFile
  /** The authority's id in the trust registry. */
  readonly org: number
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly warn: Warn
  /** Logs an error that a person must look at now. */
  readonly alarm: Warn
}
