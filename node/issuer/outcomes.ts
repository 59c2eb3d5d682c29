/** All causes for which the authority sends transactions, each with the handler of its outcome. */
import type { Clock } from '../lib/time.ts'
import type { CauseOf, OutcomeHandlers } from '../registries/sending/lane.ts'
import type { ListCauses } from '../status/keeper.ts'
import type { AnchorCauses } from './anchoring/batches.ts'
import type { AnchoringPipeline } from './anchoring/pipeline.ts'
import type { Credentials } from './credentials.ts'
import type { JournalAnchoring, JournalCauses } from './journal/anchoring.ts'
import type { Journal } from './journal.ts'
import type { ReinstateCauses, Reinstatement } from './reinstatement.ts'
import type { StatusCauses } from './status-requests.ts'
import { REPLACEMENT } from './suspensions.ts'

export interface Causes extends AnchorCauses, StatusCauses, ReinstateCauses, ListCauses, JournalCauses {}

export interface OutcomeParts {
  readonly pipeline: AnchoringPipeline
  readonly credentials: Credentials
  readonly reinstatement: Reinstatement
  readonly journal: Journal
  readonly journalAnchoring: Pick<JournalAnchoring, 'onOutcome'>
  readonly clock: Clock
}

/**
 * Of an account that was replaced: changes of status that people asked for are sent again. Anchors, and what replacements
 * do around them, are given up: the wallets got an error, and their applications can still get a card. A day
 * of the journal is anchored again by its sweep.
 */
export const isResent = (cause: CauseOf<Causes>): boolean =>
  cause.kind === 'reinstate' || (cause.kind === 'status' && cause.by !== REPLACEMENT)

export const outcomeHandlers = ({
  pipeline,
  credentials,
  reinstatement,
  journal,
  journalAnchoring,
  clock,
}: OutcomeParts): OutcomeHandlers<Causes> => ({
  anchor: pipeline.onAnchored,
  status: credentials.onOutcome,
  reinstate: reinstatement.onOutcome,
  journal: journalAnchoring.onOutcome,
  list: (_, { revert = '', ...facts }) => [
    journal.append({ at: clock(), event: revert ? 'status-list.refused' : 'status-list.opened', ...facts, revert }),
  ],
})
