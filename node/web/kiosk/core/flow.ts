/**
 * The steps at the kiosk, as a function from what happened to what is shown. Pure: the screens carry out the calls and
 * tell what came of them.
 *
 *   welcome ─▶ code ─▶ number ─▶ reading ─▶ face ─▶ done
 *                        ▲          │         │
 *                        └── faults ┘         └─▶ ended: the counter, or begin again in the wallet
 */
import type { SessionCode } from '../../../chip/session-code.ts'

export type Step =
  | { readonly at: 'welcome' }
  | { readonly at: 'code'; readonly fault: 'unreadable' | 'other-authority' | null }
  | { readonly at: 'number'; readonly code: SessionCode; readonly fault: NumberFault | null }
  | { readonly at: 'reading'; readonly code: SessionCode; readonly number: string; readonly percent: number }
  | {
      readonly at: 'face'
      readonly code: SessionCode
      readonly portrait: Uint8Array
      /** How often the face may fail before the person is sent to the counter. */
      readonly left: number
      readonly fault: FaceFault | null
    }
  | { readonly at: 'done' }
  | { readonly at: 'ended'; readonly why: Ending }

export type NumberFault =
  | { readonly kind: 'no-reader' | 'no-card' | 'card-gone' | 'card-fault' | 'blocked' | 'busy' | 'offline' }
  /** `left`: wrong numbers that the chip still allows; null if it does not say. */
  | { readonly kind: 'wrong-number'; readonly left: number | null }

export type FaceFault = 'not-matched' | 'assertion' | 'offline'
export type Ending = 'over' | 'not-present' | 'not-genuine' | 'counter' | 'not-yet' | 'not-entitled' | 'closed'

export type Happened =
  | { readonly type: 'began' }
  | { readonly type: 'scanned'; readonly code: SessionCode | undefined; readonly isOwn: boolean }
  | { readonly type: 'numbered'; readonly number: string }
  | { readonly type: 'progressed'; readonly percent: number }
  | { readonly type: 'reader'; readonly code: string; readonly left: number | null }
  | { readonly type: 'accepted'; readonly portrait: Uint8Array; readonly left: number }
  | { readonly type: 'refused'; readonly code: string; readonly left: number | null }
  | { readonly type: 'offline' }
  | { readonly type: 'matched' }
  | { readonly type: 'left' }

export function next(step: Step, happened: Happened): Step {
  switch (happened.type) {
    case 'left':
      return { at: 'welcome' }
    case 'began':
      return { at: 'code', fault: null }
    case 'scanned':
      return step.at === 'code' ? scanned(happened) : step
    case 'numbered':
      return step.at === 'number' ? { at: 'reading', code: step.code, number: happened.number, percent: 0 } : step
    case 'progressed':
      return step.at === 'reading' ? { ...step, percent: happened.percent } : step
    case 'reader':
      return step.at === 'reading' ? { at: 'number', code: step.code, fault: readerFault(happened) } : step
    case 'accepted':
      return step.at === 'reading'
        ? { at: 'face', code: step.code, portrait: happened.portrait, left: happened.left, fault: null }
        : step
    case 'refused':
      return refused(step, happened)
    case 'offline':
      if (step.at === 'reading') return { at: 'number', code: step.code, fault: { kind: 'offline' } }
      return step.at === 'face' ? { ...step, fault: 'offline' } : step
    case 'matched':
      return step.at === 'face' ? { at: 'done' } : step
  }
}

function scanned({ code, isOwn }: Extract<Happened, { type: 'scanned' }>): Step {
  if (code === undefined) return { at: 'code', fault: 'unreadable' }
  return isOwn ? { at: 'number', code, fault: null } : { at: 'code', fault: 'other-authority' }
}

/** By the codes of the reader program (docs/errors.md). */
function readerFault({ code, left }: Extract<Happened, { type: 'reader' }>): NumberFault {
  switch (code) {
    case 'CHIP_ACCESS_REFUSED':
      return { kind: 'wrong-number', left }
    case 'CHIP_ACCESS_BLOCKED':
      return { kind: 'blocked' }
    case 'CHIP_NO_CARD':
      return { kind: 'no-card' }
    case 'CHIP_CARD_GONE':
      return { kind: 'card-gone' }
    case 'CHIP_READER_BUSY':
      return { kind: 'busy' }
    case 'CHIP_READER_FAILED':
    case 'unreachable':
      return { kind: 'no-reader' }
    default:
      return { kind: 'card-fault' }
  }
}

function refused(step: Step, { code, left }: Extract<Happened, { type: 'refused' }>): Step {
  if (step.at === 'face' && code === 'ISSUER_FACE_NOT_MATCHED') {
    return { ...step, left: left ?? step.left - 1, fault: 'not-matched' }
  }
  if (step.at === 'face' && code === 'ISSUER_FACE_ASSERTION') return { ...step, fault: 'assertion' }
  return step.at === 'reading' || step.at === 'face' ? { at: 'ended', why: endingOf(code) } : step
}

/** By the codes of the issuer. A proof that failed has a code of the room `chip`. */
function endingOf(code: string): Ending {
  switch (code) {
    case 'ISSUER_CHIP_SESSION_UNKNOWN':
    case 'ISSUER_CHIP_SESSION_STEP':
      return 'over'
    case 'ISSUER_CHIP_NOT_PRESENT':
    case 'CHIP_DOCUMENT_EXPIRED':
      return 'not-present'
    case 'ISSUER_CHIP_TO_COUNTER':
      return 'counter'
    case 'ISSUER_NOT_YET':
    case 'ISSUER_OTHER_CENTRE':
      return 'not-yet'
    case 'ISSUER_TOO_YOUNG':
    case 'ISSUER_CONSENT_NEEDED':
    case 'ISSUER_FACTS_MISSING':
      return 'not-entitled'
    default:
      return code.startsWith('CHIP_') ? 'not-genuine' : 'closed'
  }
}
