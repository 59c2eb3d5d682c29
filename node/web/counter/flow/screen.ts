/** Which screen a flow shows at a time. Every state of the node has one. */
import type { Application, Handout, Redemption } from './application.ts'
import type { Flow } from './flow.ts'

export type Screen =
  | { readonly name: 'choose' | 'identity' | 'line' | 'summary' }
  | { readonly name: 'show'; readonly handout: Handout; readonly secondsLeft: number }
  /** The code's time is over, or it was made by another screen that did not pass it on. */
  | { readonly name: 'expired'; readonly elsewhere: boolean }
  | { readonly name: 'same-phone'; readonly redemption: Redemption }
  | { readonly name: 'issuing' }
  | { readonly name: 'stopped' }
  | { readonly name: 'ordered' }
  | { readonly name: 'done'; readonly application: Application }
  | { readonly name: 'ended'; readonly how: 'cancelled' | 'refused' }

export function screenOf(flow: Flow, now: number): Screen {
  const { application } = flow
  if (application === null) return { name: flow.page }
  switch (application.state) {
    case 'applied':
      return { name: flow.page === 'choose' ? 'identity' : flow.page }
    case 'identity_checked':
      if (application.kind !== 'mobile') return { name: 'ordered' }
      if (flow.stopped) return { name: 'stopped' }
      return { name: flow.page === 'line' ? 'line' : 'summary' }
    case 'offered':
      return offered(flow, application, now)
    case 'issued':
      return application.kind === 'mobile' && application.block === null
        ? { name: 'issuing' }
        : { name: 'done', application }
    case 'expired':
      return { name: 'expired', elsewhere: false }
    case 'cancelled':
    case 'refused':
      return { name: 'ended', how: application.state }
  }
}

function offered(flow: Flow, { redemption }: Application, now: number): Screen {
  if (redemption !== null) {
    return redemption.confirmedAt === null ? { name: 'same-phone', redemption } : { name: 'issuing' }
  }
  if (flow.handout === null) return { name: 'expired', elsewhere: true }
  const secondsLeft = Math.max(0, flow.handout.expiresAt - now)
  return secondsLeft === 0
    ? { name: 'expired', elsewhere: false }
    : { name: 'show', handout: flow.handout, secondsLeft }
}
