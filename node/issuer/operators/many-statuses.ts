/** Changes the status of many credentials, in portions. After each portion, the progress is stored. */
import type { UnixSeconds } from '../../lib/time.ts'
import type { Warn } from '../../lib/warn.ts'
import type { StatusName } from '../../proof/registries/status.ts'
import type { Credentials } from '../credentials.ts'
import { IssuerError } from '../errors.ts'
import type { Suspensions } from '../suspensions.ts'
import type { Progress } from './proposal.ts'

export interface Order {
  readonly credentials: readonly string[]
  readonly to: StatusName
  readonly reason: string
  readonly by: string
  /** When it was proposed. */
  readonly at: UnixSeconds
}

/** Changes that are under way at the same time, so that others' changes do not wait long. */
const PORTION = 32

export class ManyStatuses {
  constructor(
    private readonly credentials: Pick<Credentials, 'change' | 'get'>,
    private readonly suspensions: Pick<Suspensions, 'report'>,
    private readonly warn: Warn,
  ) {}

  /** So that a mistyped id is found when it is proposed. @throws {IssuerError} ISSUER_CREDENTIAL_UNKNOWN */
  requireKnown(ids: readonly string[]): void {
    for (const id of ids) this.credentials.get(id)
  }

  /**
   * Resolves when all are dealt with, when `store` answers false, or when the ledger cannot be reached: it is then run
   * again. A credential that has the status already counts as changed.
   * @param store stores the progress, and answers whether to continue
   */
  async run(order: Order, progress: Progress, store: (progress: Progress) => Promise<boolean>): Promise<void> {
    try {
      for (let { done, failed } = progress; done < order.credentials.length; ) {
        const portion = order.credentials.slice(done, done + PORTION)
        const codes = await Promise.all(portion.map(credential => this.#change(credential, order)))
        const refused = portion.flatMap((credential, at) => {
          const code = codes[at]
          return code === undefined || code === null ? [] : [{ credential, code }]
        })
        done += portion.length
        failed = [...failed, ...refused]
        if (!(await store({ done, failed }))) return
      }
    } catch (error) {
      this.warn({ err: error }, 'a change of many statuses was interrupted; it continues')
    }
  }

  /** The code of a refusal that would be the same the next time; null if the credential has the status. */
  async #change(credential: string, { to, reason, by, at }: Order): Promise<string | null> {
    const report = to === 'VALID' ? this.suspensions.report(credential) : undefined
    // Neither of the two people knew of a report that came in after the proposal.
    if (report && report.time > at) return 'ISSUER_REPORT_CHANGED'
    try {
      await this.credentials.change(credential, to, reason, by, report?.transaction)
      return null
    } catch (error) {
      if (!(error instanceof IssuerError)) throw error
      return error.code === 'ISSUER_STATUS_UNCHANGED' ? null : error.code
    }
  }
}
