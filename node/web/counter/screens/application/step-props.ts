import type { Resident } from '../../api/answers.ts'
import type { Flow } from '../../flow/flow.ts'
import type { Cards } from '../../use-cards.ts'
import type { FlowActs } from '../../use-flow.ts'

/** What each step gets. */
export interface StepProps {
  readonly flow: Flow
  readonly acts: FlowActs
  readonly cards: Cards
  readonly person: string
  readonly resident: Resident
  readonly now: number
  /** Whether the install has a service that sends text messages. */
  readonly messages: boolean
}
