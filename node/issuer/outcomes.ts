/** All causes for which the authority sends transactions, each with the handler of its outcome. */
import type { Clock } from '../lib/time.ts'
import type { OutcomeHandlers } from '../registries/sending/lane.ts'
import type { ListCauses } from '../status/keeper.ts'
import type { AnchorCauses } from './anchoring/batches.ts'
import type { AnchoringPipeline } from './anchoring/pipeline.ts'
import type { Credentials, StatusCauses } from './credentials.ts'
import type { Journal } from './journal.ts'
import type { ReinstateCauses, Reinstatement } from './reinstatement.ts'

export interface Causes extends AnchorCauses, StatusCauses, ReinstateCauses, ListCauses {}

export interface OutcomeParts {
  readonly pipeline: AnchoringPipeline
  readonly credentials: Credentials
  readonly reinstatement: Reinstatement
  readonly journal: Journal
  readonly clock: Clock
}

export const outcomeHandlers = ({
  pipeline,
  credentials,
  reinstatement,
  journal,
  clock,
}: OutcomeParts): OutcomeHandlers<Causes> => ({
  anchor: pipeline.onAnchored,
  status: credentials.onOutcome,
  reinstate: reinstatement.onOutcome,
  list: (_, { revert = '', ...facts }) => [
    journal.append({ at: clock(), event: revert ? 'status-list.refused' : 'status-list.opened', ...facts, revert }),
  ],
})
