/**
 * The way from an application to a card, as a pure reducer. The node's answer decides which step is shown, so a reload, a
 * second clerk and a wallet that acts in between all lead to the same step.
 *
 *   choose ─▶ identity ─▶ line ─▶ summary ─▶ show ─▶ same-phone ─▶ issuing ─▶ done
 *                                    ▲        │ ▲        │
 *                                    │        ▼ │        ▼ stop
 *                                    │      expired   stopped ─▶ show (a new code)
 *                                    └─ a plastic card: no line, summary ─▶ ordered ─▶ done
 *
 * Why: docs/decisions/127.
 */
import { type Application, type Draft, EMPTY_DRAFT, type Handout, missingIn } from './application.ts'

/** What the node refused, or `offline` if it could not be reached. */
export interface Problem {
  readonly code: string
  /** For the sentence on the screen. */
  readonly cause: unknown
}
export const OFFLINE = 'offline'

/** The codes by which the node says that somebody else changed the application since this screen read it. */
export const CONFLICTS: readonly string[] = ['ISSUER_APPLICATION_CHANGED']

/** The codes by which the node says that the line is not the applicant's, or that it cannot be known now. */
const OF_THE_LINE: readonly string[] = [
  'ISSUER_LINE_NOT_OWN',
  'ISSUER_LINE_UNKNOWN',
  'RESIDENTS_LINES_UNAVAILABLE',
  'RESIDENTS_LINES_ANSWER',
  'RESIDENTS_LINES_INCONSISTENT',
]

/** The codes by which the node says that the transaction code was not sent. The slip is the way that remains. */
const NOT_SENT: readonly string[] = ['ISSUER_CODE_NOT_SENT', 'ISSUER_CODE_UNSENDABLE']

export type Act = 'send' | 'offer' | 'same-phone' | 'stop' | 'cancel'

export interface Flow {
  /** The page of the form, while no code was handed out. */
  readonly page: 'choose' | 'identity' | 'line' | 'summary'
  readonly draft: Draft
  /** The number that the node verified for the application, as it was typed. */
  readonly verifiedLine: string | null
  readonly application: Application | null
  readonly handout: Handout | null
  /** The act whose answer is awaited. The screen then starts no second one. */
  readonly doing: Act | null
  readonly problem: Problem | null
  /** Another clerk, or the wallet, was faster: the newest state is shown with a notice. */
  readonly changedElsewhere: boolean
  /** The watching request failed. What is shown may be out of date. */
  readonly offline: boolean
  /** The clerk pressed *stop* for the last code. */
  readonly stopped: boolean
}

export type Event =
  | { readonly type: 'drafted'; readonly change: Partial<Draft> }
  | { readonly type: 'went'; readonly page: Flow['page'] }
  | { readonly type: 'began'; readonly act: Act }
  | { readonly type: 'seen'; readonly application: Application }
  | { readonly type: 'verified'; readonly application: Application; readonly line: string }
  | { readonly type: 'answered'; readonly application: Application }
  | { readonly type: 'handed'; readonly application: Application; readonly handout: Handout }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'lost' }

export function begin(card: string | null = null, application: Application | null = null): Flow {
  return {
    page: application?.state === 'applied' ? 'identity' : application ? 'summary' : 'choose',
    draft: {
      ...EMPTY_DRAFT,
      card: application?.card ?? card,
      kind: application?.kind ?? 'mobile',
      chip: application?.chip ?? false,
    },
    verifiedLine: null,
    application,
    handout: null,
    doing: null,
    problem: null,
    changedElsewhere: false,
    offline: false,
    stopped: false,
  }
}

export function reduce(flow: Flow, event: Event): Flow {
  switch (event.type) {
    case 'drafted':
      return { ...flow, draft: { ...flow.draft, ...event.change }, problem: null }
    case 'went':
      if (!mayGo(flow, event.page)) return flow
      return { ...flow, page: event.page, problem: null }
    case 'began':
      if (flow.doing !== null) return flow
      return { ...flow, doing: event.act, problem: null, changedElsewhere: false }
    case 'seen':
      return { ...withApplication(flow, event.application), offline: false }
    case 'verified':
      return { ...withApplication(flow, event.application), verifiedLine: event.line, offline: false }
    case 'answered': {
      const next = { ...withApplication(flow, event.application), offline: false, doing: null, problem: null }
      if (flow.doing === 'stop') return { ...next, stopped: true, handout: null }
      return next
    }
    case 'handed': {
      const next = { ...withApplication(flow, event.application), doing: null, problem: null, offline: false }
      // A newer answer has arrived already: the code is not the last word on this application.
      if (next.application !== event.application) return next
      return { ...next, handout: event.handout, stopped: false }
    }
    case 'failed':
      return {
        ...flow,
        ...afterRefusal(flow, event.problem.code),
        doing: null,
        problem: CONFLICTS.includes(event.problem.code) ? null : event.problem,
        changedElsewhere: CONFLICTS.includes(event.problem.code),
        offline: event.problem.code === OFFLINE,
      }
    case 'lost':
      return { ...flow, offline: true }
  }
}

/** The line and the summary are reached with a complete identity check only, or if the node has it already. */
function mayGo({ draft, application }: Flow, page: Flow['page']): boolean {
  const isChecked = application !== null && application.state !== 'applied'
  return page === 'choose' || page === 'identity' || isChecked || missingIn(draft).length === 0
}

/** The page with the field that the refusal concerns, and the way that remains. */
function afterRefusal({ draft }: Flow, code: string): Partial<Flow> {
  if (OF_THE_LINE.includes(code)) return { page: 'line' }
  return NOT_SENT.includes(code) ? { draft: { ...draft, delivery: 'slip' } } : {}
}

/** Answers may overtake one another: an older version never replaces a newer one. */
function withApplication(flow: Flow, application: Application): Flow {
  const known = flow.application
  if (known && known.applicationId === application.applicationId && known.version > application.version) return flow
  // The code was used up, replaced or has ended elsewhere. It must not stay on a screen.
  const over = application.state !== 'offered'
  return { ...flow, application, handout: over ? null : flow.handout }
}
