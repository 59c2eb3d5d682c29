/**
 * Whether a key may report losses: the ledger has it with the use `report`, in force and never distrusted, and its
 * organisation has the grant `report-loss`. It is read from the node's proved copy, so that a report is judged while the
 * ledger is out of reach, too.
 */
import type { Hex } from '../../lib/bytes.ts'
import { DAY, type UnixSeconds } from '../../lib/time.ts'
import { contains, type Interval } from '../../proof/registries/interval.ts'
import { purposeHash, REPORT_LOSS } from '../../proof/registries/purpose.ts'
import { type KeyRecord, KeyUse } from '../../proof/registries/records.ts'
import { LossError, type ReporterFault } from './errors.ts'

/** Seconds. A copy that is older says too little about who may report. */
const OLDEST_COPY = DAY

/** What the ledger has of a key, its organisation and the organisation's grant; null for what is not registered. */
export interface ReporterRecord {
  readonly key: KeyRecord | null
  readonly organisation: Interval | null
  readonly grant: Interval | null
  /** Of the block. */
  readonly time: UnixSeconds
}

/** Null if the node cannot read it from any copy. */
export type ReadReporter = (keyId: Hex, purpose: Hex) => Promise<ReporterRecord | null>

export class Reporters {
  readonly #purpose = purposeHash(REPORT_LOSS)

  constructor(private readonly read: ReadReporter) {}

  /**
   * @param organisation of the machine client that sends the report
   * @throws {LossError} LOSS_REPORTER_REFUSED, LOSS_REPORTER_UNCHECKED
   */
  async require(keyId: Hex, organisation: number, now: UnixSeconds): Promise<void> {
    const found = await this.read(keyId, this.#purpose)
    if (!found || now - found.time > OLDEST_COPY) {
      throw new LossError(
        { code: 'LOSS_REPORTER_UNCHECKED' },
        'The node cannot see on the ledger who may report losses. Nothing was locked. Call the help line, and try again.',
      )
    }
    // A block may be dated later than this clock. What it ended has ended.
    const at = Math.max(now, found.time)
    const { key, organisation: registered, grant } = found
    if (!key || (key.uses & KeyUse.REPORT) === 0) throw refused('key_unknown')
    if (key.org !== organisation) throw refused('another_organisation')
    if (!contains(key, at) || key.distrustedFrom !== null) throw refused('key_ended')
    if (!registered || !contains(registered, at) || !grant || !contains(grant, at)) throw refused('no_grant')
  }
}

const WORDS: Readonly<Record<ReporterFault, string>> = {
  no_organisation: 'this machine client is registered for no organisation',
  key_unknown: 'the ledger has no key for reports with this value',
  key_ended: 'the key is not in force, or is distrusted',
  no_grant: 'the organisation has no grant report-loss that is in force',
  another_organisation: 'the key is that of another organisation than the one of this machine client',
}

export const refused = (reason: ReporterFault): LossError =>
  new LossError({ code: 'LOSS_REPORTER_REFUSED', reason }, `The report is refused: ${WORDS[reason]}.`)
