/**
 * Where somebody is in the story. A step is over when the node, or the check screen of this browser, says that what it asks
 * for has happened; nothing is ticked off by hand.
 */
import type { UnixSeconds } from '../../../lib/time.ts'
import type { NotedVerdict } from '../../check/core/demo.ts'

export const STEPS = ['clerk', 'issue', 'check', 'lock', 'locked', 'unlock', 'again'] as const
export type Step = (typeof STEPS)[number]

/** As the node answers: `Story` in http/demo-routes.ts. */
export interface Story {
  readonly id: string
  readonly person: { readonly id: string; readonly name: string }
  readonly clerk: string
  readonly enrolmentUrl: string | null
  readonly operatorUrl: string
  readonly walletUrl: string
}

/** `StoryState` in http/demo-routes.ts. */
export interface StoryState {
  readonly isEnrolled: boolean
  readonly card: { readonly id: string; readonly status: 'VALID' | 'INVALID' | 'SUSPENDED' } | null
}

export interface Progress {
  readonly story: Story
  readonly begun: UnixSeconds
  /** An index of `STEPS`, or their number when all is done. */
  readonly at: number
  /** When the step began. A check from before it does not count. */
  readonly since: UnixSeconds
  /** The card, once it is issued. */
  readonly card: string | null
}

export const begin = (story: Story, now: UnixSeconds): Progress => ({
  story,
  begun: now,
  at: 0,
  since: now,
  card: null,
})

/** What the step expects of a check; undefined for a step without one. */
export const EXPECTED: Readonly<Partial<Record<Step, NotedVerdict['outcome']>>> = {
  check: 'valid',
  locked: 'suspended',
  again: 'valid',
}

export const stepOf = ({ at }: Progress): Step | undefined => STEPS[at]

/** The same object if nothing has changed. */
export function advanced(
  before: Progress,
  state: StoryState,
  verdict: NotedVerdict | null,
  now: UnixSeconds,
): Progress {
  const card = state.card?.id ?? null
  const step = stepOf(before)
  if (step !== undefined && isDone(step, before, state, verdict)) {
    return advanced({ ...before, card, at: before.at + 1, since: now }, state, verdict, now)
  }
  return card === before.card ? before : { ...before, card }
}

function isDone(step: Step, progress: Progress, { isEnrolled, card }: StoryState, verdict: NotedVerdict | null) {
  switch (step) {
    case 'clerk':
      return isEnrolled
    case 'issue':
    case 'unlock':
      return card?.status === 'VALID'
    case 'lock':
      return card?.status === 'SUSPENDED'
    case 'check':
    case 'locked':
    case 'again':
      return verdictOf(progress, verdict)?.outcome === EXPECTED[step]
  }
}

/** The verdict of a check of this step. */
export const verdictOf = ({ since }: Progress, verdict: NotedVerdict | null): NotedVerdict | null =>
  verdict !== null && verdict.at >= since ? verdict : null
