/**
 * The states of an application. docs/applications.md draws them, and a test compares its table with `STEPS`.
 *
 *   applied ──▶ identity_checked ──▶ offered ──▶ issued        a mobile card; the arrow back from `offered` is *stop*
 *                        ▲   │         │  └─▶ expired ──▶ offered
 *                        └───│── stop ─┘
 *                            └──────────────────▶ issued       a plastic card, when its producer has answered
 *
 *   cancelled, refused: from every state but `issued`. `issued`, `cancelled` and `refused` are final.
 */
import type { ApplicationState } from '../../credential/application.ts'

/** From each state, the states that may follow. */
export const STEPS: Readonly<Record<ApplicationState, readonly ApplicationState[]>> = {
  applied: ['identity_checked', 'cancelled', 'refused'],
  identity_checked: ['offered', 'issued', 'cancelled', 'refused'],
  offered: ['offered', 'identity_checked', 'issued', 'expired', 'cancelled', 'refused'],
  expired: ['offered', 'cancelled', 'refused'],
  issued: [],
  cancelled: [],
  refused: [],
}

/** A plastic card is never offered to a wallet, and a mobile card is not issued without an offer. */
export function mayBecome({ state, kind }: { state: ApplicationState; kind: string }, next: ApplicationState): boolean {
  if (!STEPS[state].includes(next)) return false
  const mobile = kind === 'mobile'
  if (next === 'offered' || next === 'expired') return mobile
  return state !== 'identity_checked' || next !== 'issued' || !mobile
}
