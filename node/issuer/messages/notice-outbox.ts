/**
 * The notices that have to be sent: a card was issued, and ended cards on another installation whose line was verified. A
 * notice is made in the commit that records the anchor of the new card, so no crash loses one (notice-sender.ts).
 * Why: docs/decisions/135.
 */
import { toBase64url } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec, type WriteOp } from '../../store/store.ts'
import { type CredentialRecord, recordCodec } from '../credential-record.ts'
import type { Installations } from '../installations/installations.ts'
import type { Journal } from '../journal.ts'

/** Holds no personal data. */
export interface Notice {
  /** The application with the line, which got a card that was ended. */
  readonly application: string
  /** The application whose card ended it. */
  readonly endedBy: string
  readonly madeAt: UnixSeconds
  readonly failures: number
  /** Not to be tried again before. */
  readonly notBefore: UnixSeconds
}

/** By the id of its message. */
export const noticesTable = (store: Store): Table<string, Notice> =>
  new Table(store, Bucket.lineNotice, textCodec, jsonCodec())

/** In the journal: which line was told of which card. */
export const noticeFacts = ({ application, endedBy }: Pick<Notice, 'application' | 'endedBy'>) => ({
  application: endedBy,
  told: application,
})

export interface NoticeOutboxOptions {
  readonly store: Store
  readonly installations: Pick<Installations, 'of'>
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
  /** Whether the install has a message service. */
  readonly sends: boolean
}

export class NoticeOutbox {
  readonly #table: Table<string, Notice>
  readonly #credentials: Table<string, CredentialRecord>

  constructor(private readonly options: NoticeOutboxOptions) {
    this.#table = noticesTable(options.store)
    this.#credentials = new Table(options.store, Bucket.credential, textCodec, recordCodec)
  }

  /**
   * The operations that make a notice for each line on whose installation this credential ends another one. To be
   * committed together with its anchor, or with the record of a temporary card.
   * @param card the record of the credential, if it is not stored yet
   */
  ended(id: string, card = this.#credentials.get(id)): WriteOp[] {
    const { installations, journal, clock, random, sends } = this.options
    const ops: WriteOp[] = []
    const told = new Set<string>()
    for (const replaced of card?.replaces ?? []) {
      // It is gone if the ledger refused its batch.
      const old = this.#credentials.get(replaced)
      const lineTag = old && installations.of(old)?.lineTag
      if (!card || !old || !lineTag || old.installation === card.installation || told.has(lineTag)) continue
      told.add(lineTag)
      const { application } = old
      const at = clock()
      const notice = { application, endedBy: card.application, madeAt: at, failures: 0, notBefore: at }
      ops.push(
        sends
          ? this.#table.put(toBase64url(random(16)), notice)
          : journal.append({ at, event: 'notice.not_sent', ...noticeFacts(notice), reason: 'no_service' }),
      )
    }
    return ops
  }
}
