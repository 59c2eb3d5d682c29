import type { Texts } from '../../../kit/language.tsx'
import type { ProposedAct } from '../../api/administration.ts'
import type { proposals } from '../../messages/proposals.ts'

type ProposalTexts = typeof proposals extends { readonly ko: infer T extends Texts<unknown> } ? T : never

/** What is proposed, and for how many. @param nameOf the name of an operator */
export function actText(t: ProposalTexts, act: ProposedAct, nameOf: (id: string) => string): string {
  switch (act.kind) {
    case 'admit-administrator':
      return t.admit(act.name)
    case 'stop-administrator':
      return t.stop(nameOf(act.operator))
    case 'raise-revocation-limit':
      return t.raise(act.perDay)
    case 'stop-wallet-provider': {
      const { provider, existing, cards } = act
      if (existing === 'keep') return t.stopWallets(provider)
      return existing === 'at-once' ? t.stopWalletsAtOnce(provider, cards) : t.stopWalletsAt(provider, cards, existing)
    }
    case 'lift-wallet-stop':
      return act.reinstate ? t.liftAndReinstate(act.provider) : t.liftWallets(act.provider)
    case 'status-many':
      return { VALID: t.reinstateMany, SUSPENDED: t.suspendMany, INVALID: t.revokeMany }[act.to](act.credentials.length)
  }
}
